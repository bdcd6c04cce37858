"""Tables and blocks of Markdown, for the pages that are computed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the first cell of each row is shown as code."""
    lines = [[*head], ["---"] * len(head), *([f"`{row[0]}`", *row[1:]] for row in rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def cell(text: str) -> str:
    """Return a text as the content of a cell: on one line, with signs that would end the cell escaped."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """Return a text as code in a cell, or nothing for an empty one."""
    return f"`{cell(text)}`" if text else ""


def filled(page: Path, begin: str, content: str, end: str) -> str:
    """Return a page with a table between its two marks."""
    marks = f"{re.escape(begin)}.*{re.escape(end)}"
    text = page.read_text(encoding="utf-8")
    return re.sub(marks, lambda _: f"{begin}\n\n{content}\n{end}", text, flags=re.DOTALL)
