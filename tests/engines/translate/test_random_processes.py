"""Random processes do as a cut machine what they do as CPython's generators."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.translate.processes import processes
from tests.engines.translate.trampoline import same

EXAMPLES = int(os.environ.get("CUT_EXAMPLES", "100"))
VALUES = st.lists(st.integers(-3, 9), min_size=3, max_size=3)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(source=processes(), arguments=VALUES, values=VALUES)
def test_a_machine_does_what_the_generator_does(source: str, arguments: list[int], values: list[int]) -> None:
    same(source, arguments, values)
