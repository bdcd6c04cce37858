"""The table of what a lost answer leaves unknown is what is measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.playing import in_thread
from tests.simulation.route.lost_answers import CASES, TOGETHER, Case, row

PAGE = Path(__file__).parents[3] / "docs/explanation/what-a-failure-proves.md"


@pytest.mark.parametrize("case", CASES, ids=[case.words for case in CASES])
def test_the_row_of_a_vendor_is_what_is_measured(case: Case) -> None:
    assert in_thread(lambda: row(case, TOGETHER)) in PAGE.read_text().splitlines()
