"""A kit gives every student a world, a seed and a sheet of their own, asks nobody to guess at harm, and is
sound whatever a name holds."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from pathlib import Path

import pytest

from sim.core.errors import InputError, ResultError, UsageError
from sim.record.measures import COUNTED, DESCRIBED
from sim.reporting.classroom import roster
from sim.reporting.classroom.class_kit import write_kit
from sim.reporting.classroom.questions import QUESTIONS, Question
from sim.reporting.classroom.roster import file_name, seed_of, students_of
from sim.reporting.classroom.variants import MOST_VARIANTS, dealt, variants_of
from sim.scenario.load import NAME, digest, load
from tests.cli.test_running import BORDER, borderflow
from tests.reporting.test_report import Reader

HOSTILE = "<script>window.ran=true</script> & $x_{ {{7*7}}"
NAMES = ("Anna", "Zoë de Wit", HOSTILE, "علي", "../../etc/passwd", "con")
HARM = re.compile(r"\b(die|died|dead|death|deaths|harm|harmed|injur|kill|drown|hurt)", re.IGNORECASE)


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit of a file of one's own that extends another beside it, which names figures of one's own."""
    root = tmp_path_factory.mktemp("class")
    (root / "root.toml").write_text(BORDER + '[recorded.mine]\nseries = "mine.csv"\nmeasure = "entries"\n')
    (root / "mine.csv").write_text("start,end,value\n2021-07-01,2021-07-03,60\n")
    (root / "border.toml").write_text('extends = "root.toml"\n[scenario]\nend = 2021-07-06\n')
    (root / "names.txt").write_text("\n".join(NAMES) + "\n\n", encoding="utf-8")
    return write_kit(
        str(root / "border.toml"), str(root / "names.txt"), root / "kit", replications=3, engine="simpy"
    )


def rows(kit: Path) -> list[dict[str, str]]:
    with (kit / "class.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_no_question_can_be_asked_of_a_measure_of_people() -> None:
    for name, described in DESCRIBED.items():
        if described.family == "human":
            with pytest.raises(UsageError, match="nobody is asked to guess"):
                Question(name, "How many?")
    assert QUESTIONS and not [
        q for q in QUESTIONS if DESCRIBED[q.measure].family == "human" or HARM.search(q.words)
    ]


def test_every_measure_of_harm_or_death_is_one_of_people() -> None:
    """What the rule above rests on: no such measure hides in another family."""
    harmful = [m for m in COUNTED if any("HARMED" in kind.name or "DIED" in kind.name for kind in m.kinds)]  # type: ignore[attr-defined]
    assert len(harmful) > 8
    assert {m.family for m in harmful} == {"human"}
    assert {d.family for d in DESCRIBED.values() if HARM.search(d.label)} == {"human"}


def test_the_part_of_a_sheet_to_predict_speaks_of_no_harm(kit: Path) -> None:
    for sheet in (kit / "sheets").iterdir():
        text = sheet.read_text(encoding="utf-8")
        predict = text[text.index('id="predict"') : text.index('id="run"')]
        assert not HARM.search(predict)
        assert "My predictions" in predict
        assert "died (persons)" in text[text.index('id="people"') :]


def test_every_student_has_a_sheet_a_seed_and_a_world_that_loads(kit: Path) -> None:
    found = rows(kit)
    assert [row["name"] for row in found] == list(NAMES)
    assert len({row["seed"] for row in found}) == len({row["file"] for row in found}) == len(NAMES)
    base = load(kit / "scenarios" / "border.toml")
    worlds = [load(kit / "scenarios" / f"{row['file']}.toml") for row in found]
    assert digest(base) not in {digest(world) for world in worlds}
    assert {path.stem for path in (kit / "sheets").iterdir()} == {row["file"] for row in found}
    assert all(row["seed"] in (kit / "sheets" / f"{row['file']}.html").read_text() for row in found)
    assert (kit / "scenarios" / "root.toml").exists()
    assert len(base.recorded["mine"].figures) == 1


def test_names_are_shown_as_they_stand_and_are_safe_for_files(kit: Path) -> None:
    for name in NAMES:
        assert NAME.fullmatch(file_name(name))
    for path in [kit / "teacher.html", *(kit / "sheets").iterdir()]:
        page = Reader(path.read_text(encoding="utf-8"))
        assert not {"script", "img"} & {tag for tag, _ in page.elements}
        assert "default-src 'none'" in page.all("meta")[1]["content"]
    assert HOSTILE in Reader((kit / "teacher.html").read_text(encoding="utf-8")).text
    assert HOSTILE in Reader((kit / "sheets" / f"{file_name(HOSTILE)}.html").read_text(encoding="utf-8")).text


def test_a_newcomer_moves_nobody_s_seed_file_or_world(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ada\nBen\nCem\n")
    (tmp_path / "b.txt").write_text("Ada\nBen\nCem\nDora\n")
    before, after = students_of(str(tmp_path / "a.txt"), 3), students_of(str(tmp_path / "b.txt"), 3)
    assert after[:3] == before
    variants = variants_of("riverland")
    assert dealt(variants, 4)[:3] == dealt(variants, 3)
    assert seed_of("Ada", 3) != seed_of("Ada", 4)


@pytest.mark.parametrize("name", ["riverland", "night-3-november", "belarus-eu-2021", "kuznica-16-november"])
def test_variants_of_a_shipped_scenario_differ_from_it_and_from_one_another(name: str) -> None:
    variants = variants_of(name)
    assert 5 <= len(variants) <= MOST_VARIANTS
    digests = {digest(variant.scenario) for variant in variants} | {digest(load(name))}
    assert len(digests) == len(variants) + 1
    given = dealt(variants, 30)
    assert all(a is not b for a, b in pairwise(given))


@pytest.mark.parametrize("name", ["riverland", "night-3-november"])
def test_a_difference_file_says_the_world_it_was_made_from(name: str, tmp_path: Path) -> None:
    for place, variant in enumerate(variants_of(name)):
        path = tmp_path / f"{name}.toml" if place == 0 else tmp_path / f"world-{place}.toml"
        path.write_text(f'extends = "{name}"\n{variant.difference}', encoding="utf-8")
        there = load(path).model_copy(update={"name": name})
        assert digest(there) == digest(variant.scenario), variant.title


def test_the_teachers_page_holds_what_a_teacher_needs(kit: Path) -> None:
    page = Reader((kit / "teacher.html").read_text(encoding="utf-8"))
    for words in (
        "Content note",
        "People from these countries in the room",
        "What the model cannot say",
        "Timetable",
        "Solutions",
        "Accounts in the base",
    ):
        assert words in page.text
    table = page.text[page.text.index("Timetable") : page.text.index("The class")]
    times = re.findall(r" (\d+|-) (\d+) [A-Z]", table)
    assert len(times) == 8
    assert [sum(int(t) for t in column if t != "-") for column in zip(*times, strict=True)] == [45, 90]


def test_solutions_are_those_of_running_the_worlds(kit: Path) -> None:
    from sim.runs.replicate import run

    first = rows(kit)[0]
    means = {}
    for name in ("border", first["file"]):
        totals = run(load(kit / "scenarios" / f"{name}.toml"), seed=0, replications=3, log=False).totals
        means[name] = totals[totals["measure"] == "attempts"]["value"].mean()
    text = Reader((kit / "teacher.html").read_text(encoding="utf-8")).text
    solutions = text[text.index(f"Table 1. {first['variant']}") :]
    both = re.search(r"person-attempts ([\d,.]+) ([\d,.]+) ", solutions)
    assert both is not None
    assert [float(value.replace(",", "")) for value in both.groups()] == pytest.approx(
        list(means.values()), rel=0.005
    )


def test_a_list_is_read_from_csv_or_counted(tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text("no,Name\n1,Ada Lovelace\n2,Ben\n\n", encoding="utf-8-sig")
    assert [s.name for s in students_of(str(tmp_path / "class.csv"))] == ["Ada Lovelace", "Ben"]
    (tmp_path / "plain.csv").write_text("Ada\nBen\n")
    assert [s.name for s in students_of(str(tmp_path / "plain.csv"))] == ["Ada", "Ben"]
    assert [s.name for s in students_of("3")] == ["Student 1", "Student 2", "Student 3"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "holds no name"), ("Ada\nAda\n", "2: name: stands in line 1"),
     ("x" * 101, "at most 100 characters"), ("\n".join(map(str, range(201))), "found 201"),
     ("Zoë\nZoe\u0308\n", "2: name: stands in line 1"), ("Ada\x1b[31m\n", "cannot be printed")],
)  # fmt: skip
def test_a_list_that_cannot_be_used_is_told(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "names.txt").write_text(text)
    with pytest.raises(InputError, match=said):
        students_of(str(tmp_path / "names.txt"))


@pytest.mark.parametrize("number", ["0", "201", "9" * 5000])
def test_a_number_of_students_that_no_class_has_is_refused(number: str) -> None:
    with pytest.raises(UsageError, match="allowed: 1 to 200"):
        students_of(number)


def test_names_that_fold_to_the_same_letters_have_files_of_their_own(tmp_path: Path) -> None:
    """Of names in another script nothing is left but the hash:
    sixteen bits of it gave two of these one file."""
    names = ["张 伟" + chr(0x4E00 + n) for n in range(200)]
    (tmp_path / "names.txt").write_text("\n".join(names), encoding="utf-8")
    assert len({student.file for student in students_of(str(tmp_path / "names.txt"))}) == 200


def test_two_students_who_would_have_one_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "file_name", lambda _: "student-0")
    (tmp_path / "names.txt").write_text("Ada\nBen\n")
    with pytest.raises(UsageError, match="Ada and Ben would have one file"):
        students_of(str(tmp_path / "names.txt"))


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ResultError, match="holds no class kit"):
        write_kit("riverland", "2", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_command_tells_what_is_wrong(tmp_path: Path) -> None:
    done = borderflow("class", "riverland", "--students", "nobody.txt", "--out", "kit", cwd=tmp_path)
    assert done.returncode == 2
    assert "nobody.txt: file: does not exist" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "kit").exists()


def test_no_word_of_a_command_on_a_sheet_is_parted_by_a_line_end(kit: Path) -> None:
    """A printed `--out` ended one line with a hyphen and began the next with `-out`."""
    row = rows(kit)[0]
    page = (kit / "sheets" / f"{row['file']}.html").read_text(encoding="utf-8")
    lines = re.findall(r'<span class="command">(.*?)\n</span>', page)
    words = [re.findall(r"<span>(\S+?)</span>(?: |$)", line) for line in lines]
    assert [line[:2] for line in words] == [["borderflow", name] for name in ("run", "compare", "report")]
    assert words[1][-6:] == ["--seed", row["seed"], "-n", "20", "--out", f"runs/{row['file']}"]
    assert re.search(r"pre \.command span \{ display: inline-block;", page)
