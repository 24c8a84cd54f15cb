"""A border in which every text that a scenario may hold tries to run, to fetch, to be a link,
or to break a page or a figure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sim.scenario.schema import Scenario
from tests.small import START, content

SCRIPT = "<script>window.ran = true</script>"
IMAGE = "<img src=x onerror='window.ran = true'>"
LINK = '"><a href="javascript:window.ran=true">click</a>'
STYLE = "</style><style>body{background:url(http://example.org/x)}</style> \\3c b\\3e"
MATHS = r"$\frac{ and $x_{ and {{ 7 * 7 }} and {% raw %}"
CLOSING = "--></title></svg><svg onload='window.ran=true'>"
TURNED = "abc" + chr(0x202E) + "txt.exe" + chr(0x200B)
TEXTS = (SCRIPT, IMAGE, LINK, STYLE, MATHS, CLOSING, TURNED)


def hostile() -> Scenario:
    """The small border, with such texts for every title, label, actor and source."""
    tables: dict[str, Any] = content(8)
    tables["scenario"]["title"] = SCRIPT + MATHS
    tables["scenario"]["about"] = " ".join(TEXTS)
    texts = iter(TEXTS * 10)
    for table in ("countries", "sectors", "fronts", "routes", "parties"):
        for entry in tables[table].values():
            entry["label"] = next(texts)
    for lever in tables["levers"].values():
        lever.update(label=IMAGE, actor=LINK, source=STYLE + SCRIPT)
    tables["transit_state"] = {"label": CLOSING, "escorts": SCRIPT}
    tables["evidence"] = {"sectors.*.teams": {"source": f"javascript:window.ran=true {IMAGE}", "note": STYLE}}
    figure = {"start": START, "end": START + timedelta(days=3), "value": 60.0, "source": IMAGE + CLOSING}
    told = {"label": MATHS + SCRIPT, "unit": STYLE, "counts": LINK + TURNED}
    binding = {"series": "mine.csv", "measure": "attempts", "party": "guards", "figures": (figure,)}
    tables["recorded"] = {"mine": {**binding, **told}}
    return Scenario.model_validate(tables)
