"""What the vendors' pages say of refusals and lost answers is what happens."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
FAILURES = runpy.run_path(str(DOCS / "failures.py"))


@pytest.mark.parametrize("vendor", FAILURES["VENDORS"])
def test_the_table_of_failures_on_a_vendors_page_is_what_happens(vendor: str) -> None:
    path, text = FAILURES["page"](vendor)
    assert FAILURES["BEGIN"] in text
    assert path.read_text(encoding="utf-8") == text, "run `make docs`"


@pytest.mark.parametrize("vendor", FAILURES["VENDORS"])
def test_a_vendors_page_begins_with_its_credentials_and_what_happens_when(vendor: str) -> None:
    path, _ = FAILURES["page"](vendor)
    headings = [line for line in path.read_text("utf-8").splitlines() if line.startswith("## ")]
    assert headings[:3] == ["## Credentials", "## What happens when", "## Settings"]


def test_every_adapter_of_a_vendor_has_such_a_table() -> None:
    names = runpy.run_path(str(DOCS / "generate.py"))["names"]()
    assert names == sorted(FAILURES["VENDORS"])


def test_a_row_cannot_rest_on_a_presumption_that_the_adapter_does_not_make(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FAILURES["RESTS_ON"]["telnyx"], FAILURES["FAILED"], ("words of no presumption",))
    with pytest.raises(LookupError, match="words of no presumption"):
        FAILURES["claims_of"]("telnyx")
