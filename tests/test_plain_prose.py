"""Pages, docstrings and help are read at first sight: short sentences, no filler, links that say where they lead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.written_text import PAGES, ROOT, SOURCES, docstrings, helps, paragraphs, sentences

LONGEST = 35
"""Words of a sentence of a page; code in it counts as one."""
LONGEST_IN_CODE = 40
"""Words of a sentence of a docstring or a help text, and so of the reference, which is computed of them."""
FILLERS = re.compile(
    r"""\b(
    simply | easily | obviously | basically | clearly | of\s+course | in\s+order\s+to
    | please\s+(note|see|refer|make|use)
    | just (?!\s+(now|then|being|\w+(ed|en|un))\b)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words without which the sentence says the same; "just" stays where it is about time."""
LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
BLIND_LINK = re.compile(r"\[(click )?(here|this|that|link|this page|this link|see here)\]\(", re.IGNORECASE)
WIDEST = 300
"""Characters of a change under [Unreleased], addresses of links left out: two lines."""
CODE_OF_OURS = [
    path for path in SOURCES if path.is_relative_to(ROOT / "smsgate") or path.is_relative_to(ROOT / "adapters")
]


def unreleased() -> str:
    """Return what the changes list under [Unreleased]; released versions stay as they are."""
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    return re.split(r"^## ", changes, flags=re.MULTILINE)[1]


def text_of(page: Path) -> str:
    return unreleased() if page.name == "CHANGELOG.md" else page.read_text(encoding="utf-8")


@cache
def blocks_of_programs() -> list[tuple[str, int, str]]:
    """Return each docstring and each help text of the library and the adapters, with its file and its first line."""
    return [(str(path.relative_to(ROOT)), line, block) for path in CODE_OF_OURS for line, block in _blocks(path)]


def _blocks(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for line, docstring in docstrings(tree):
        head, _, rest = docstring.partition("\n")
        yield line, f"{head}\n{_without_margin(rest)}"
    if path.is_relative_to(ROOT / "smsgate/cli"):
        yield from helps(tree)


def _without_margin(lines: str) -> str:
    margins = [len(line) - len(line.lstrip()) for line in lines.splitlines() if line.strip()]
    return "\n".join(line[min(margins, default=0) :] for line in lines.splitlines())


def too_long(text: str, most: int = LONGEST) -> list[tuple[int, str]]:
    """Return each sentence that is too long, with its line and the number of its words."""
    found = [(line, len(sentence.split()), sentence) for line, sentence in sentences(text)]
    return [(line, f"{words} words: {sentence}") for line, words, sentence in found if words > most]


def fillers(text: str) -> list[tuple[int, str]]:
    return [(line, f"{found[0]}: {said}") for line, said in sentences(text) if (found := FILLERS.search(said))]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_sentence_of_a_page_is_too_long(page: Path) -> None:
    is_computed = page.is_relative_to(ROOT / "docs/reference")
    assert too_long(text_of(page), LONGEST_IN_CODE if is_computed else LONGEST) == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_sentence_of_a_page_has_a_filler(page: Path) -> None:
    assert fillers(text_of(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_link_of_a_page_says_where_it_leads(page: Path) -> None:
    assert [(line, found[0]) for line, said in paragraphs(text_of(page)) if (found := BLIND_LINK.search(said))] == []


def test_no_sentence_of_a_docstring_or_a_help_text_is_too_long() -> None:
    found = [
        (path, start + line - 1, long)
        for path, start, block in blocks_of_programs()
        for line, long in too_long(block, LONGEST_IN_CODE)
    ]
    assert found == []


def test_no_sentence_of_a_docstring_or_a_help_text_has_a_filler() -> None:
    found = [
        (path, start + line - 1, word) for path, start, block in blocks_of_programs() for line, word in fillers(block)
    ]
    assert found == []


def test_each_change_that_is_not_released_is_said_in_two_lines() -> None:
    changes = [LINK.sub(r"\1", said) for _, said in paragraphs(unreleased())]
    assert [said for said in changes if len(said) > WIDEST] == []


@pytest.mark.parametrize("text", ["You can simply send it.", "It is just a number.", "Please note the\nlimit."])
def test_the_search_finds_fillers(text: str) -> None:
    assert fillers(text)


@pytest.mark.parametrize("text", ["It has just begun.", "One that was sent just now.", "`just`", "```\nplease\n```"])
def test_the_search_leaves_words_about_time_and_code(text: str) -> None:
    assert fillers(text) == []


LONG = "one " * LONGEST + "more"


def test_the_search_finds_a_long_sentence_over_lines_and_in_an_item() -> None:
    assert [line for line, _ in too_long(f"# Title\n\nShort. {LONG.replace(' ', chr(10), 3)}.\n\n- {LONG}\n")] == [3, 8]


@pytest.mark.parametrize(
    "text",
    [
        f"```\n{LONG}\n```",
        f"| {LONG} |\n|---|\n| {LONG} |",
        f"# {LONG}",
        f"====  ====\n{LONG}\n====  ====",
        f"A base::\n\n    {LONG}",
        f"`{LONG}`",
        LONG.replace("one one", "one. One", 1),
        f"[one](https://example.com/{'x' * 300}) word",
    ],
)
def test_the_search_leaves_code_tables_headings_and_addresses(text: str) -> None:
    assert too_long(text) == []


def test_a_link_that_does_not_say_where_it_leads_is_found() -> None:
    assert BLIND_LINK.search("[here](x.md)")
    assert not BLIND_LINK.search("[here is how](x.md)")
