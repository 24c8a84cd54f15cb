"""A command that is refused says why, with exit code 2 or 3, at once, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.core.errors import BorderflowError, UsageError

VARY = ("--vary", "sectors.post.restraint=0:1")
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": ("run", "one-post", "--out", "out"),
    "compare": ("compare", "one-post", "other.toml", "--out", "out"),
    "attribute": ("attribute", "riverland", "--levers", "wall", "--out", "out"),
    "sweep": ("sweep", "one-post", "--vary", "sectors.post.teams=1,2", "--out", "out"),
    "sensitivity": ("sensitivity", "one-post", "--of", "attempts", *VARY, "--out", "out"),
    "breakpoint": ("breakpoint", "one-post", *VARY, "--until", "died > 3", "--out", "out"),
    "verify": ("verify", "one-post", "--write", "out"),
    "calibrate": ("calibrate", "belarus-eu-2021", "--out", "out"),
    "accounts": ("accounts", "belarus-eu-2021", "belarus-eu-2021", "no-state-role", "--out", "out"),
    "study": ("study", "belarus-eu-2021", "--out", "out"),
    "class": ("class", "one-post", "--students", "2", "--out", "out"),
    "levers": ("levers", "riverland", "--write", "out"),
    "pairing": ("pairing", "--out", "out"),
}
HUGE = "1000000000000"
SEEDED = (
    "run",
    "compare",
    "attribute",
    "sweep",
    "sensitivity",
    "breakpoint",
    "verify",
    "class",
    "levers",
    "pairing",
)
WORKED = ("attribute", "sweep", "sensitivity", "breakpoint", "calibrate", "accounts", "study", "pairing")
CLUSTERED = ("sweep", "sensitivity", "calibrate", "accounts", "study")
EFFORTS = [
    ("calibrate", "--bank"),
    ("calibrate", "--budget"),
    ("calibrate", "--minutes=-1"),
    ("calibrate", "--minutes=nan"),
    ("accounts", "--bank"),
    ("accounts", "--crises"),
    ("study", "--bank"),
    ("study", "--crises"),
    ("study", "--budget"),
    ("study", "--runs"),
    ("study", "--checks"),
    ("sensitivity", "--samples"),
    ("run", "--budget"),
]
REFUSED = [
    *((command, ("--seed", seed)) for command in SEEDED for seed in ("-1", str(2**64))),
    *((command, ("-n", HUGE)) for command in SEEDED),
    *((command, ("--workers", workers)) for command in WORKED for workers in ("0", HUGE)),
    *((command, ("--cluster", "nowhere://x")) for command in CLUSTERED),
    *((command, (option,) if "=" in option else (option, HUGE)) for command, option in EFFORTS),
    ("run", ("--posterior", "none.parquet")),
    ("run", ("--precision", "5%", "--budget", HUGE)),
    ("compare", ("--posterior", "/dev/zero")),
]


@pytest.mark.parametrize(
    ("command", "options"), REFUSED, ids=lambda value: " ".join(value) if isinstance(value, tuple) else value
)
def test_a_refused_command_leaves_nothing(
    command: str, options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.toml").write_text('extends = "one-post"\n[sectors.post]\nteams = 9\n')
    asked = [
        *COMMANDS[command],
        *(("--precision", "5%") if options == ("--budget", HUGE) and command == "run" else ()),
        *options,
    ]
    ended = CliRunner().invoke(app, asked)
    code = ended.exception.exit_code if isinstance(ended.exception, BorderflowError) else ended.exit_code
    assert code == 2, (ended.exception, ended.output)
    assert [path.name for path in tmp_path.iterdir()] == ["other.toml"]


@pytest.mark.parametrize(
    "option", ["-n 3", "--seed 2", "--samples 4", "--design sobol", "--by-sector", "--posterior p.parquet"]
)
def test_an_option_that_a_plan_says_itself_is_refused_beside_one(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`sweep plan.toml -n 3` ran the plan's number and said nothing."""
    monkeypatch.chdir(tmp_path)
    Path("plan.toml").write_text(
        'scenario = "one-post"\nreplications = 1\n[levers]\n"sectors.post.teams" = [1, 2]\n'
    )
    done = CliRunner().invoke(app, ["sweep", "plan.toml", "--out", "out", *option.split()])
    assert isinstance(done.exception, UsageError)
    assert "the plan says this; change it in plan.toml" in str(done.exception)
    assert not Path("out").exists()
