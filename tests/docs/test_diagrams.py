"""The diagrams are what the program draws, and each is on a page."""

from __future__ import annotations

import runpy
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

DOCS = Path(__file__).parents[2] / "docs"
FILES = dict(runpy.run_path(str(DOCS / "diagrams.py"))["files"]())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_diagram_is_what_the_program_draws(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == FILES[path], "run `make docs`"
    assert ET.fromstring(FILES[path]).find("{http://www.w3.org/2000/svg}title") is not None


def test_each_diagram_is_on_a_page_with_words_for_who_cannot_see_it() -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in (DOCS / "explanation").glob("*.md"))
    assert [path.name for path in FILES if f"](../images/{path.name})" not in pages] == []
    assert "![](" not in pages
