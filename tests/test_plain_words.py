"""No retired word is where a reader meets it: errors, logs, help, docstrings, comments, pages, public names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import smsgate
from tests.written_text import PAGES, ROOT, SOURCES, comments, docstrings, strings

RETIRED = re.compile(
    r"""\b(
    mend(s|ed)? | errands? | roads? | nobody | told | whoever | heed(s|ed)? | carry | carries | carried
    | hold | holds | news | mistakes? | stands | withheld | keepers? | aside | heard?
    | levers? | steer(s|ed)? | fates? | at\s+fault
    | asks\s+nobody | left\s+alone | (is|are|was|were|be|been)\s+handed\s+on
    | (rate|pacing|its|their|whose)\s+turns? | takes?\s+a\s+turn
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
ALLOWED = [
    re.compile(r'on_unknown\W{1,4}=?\W{0,3}"hold"'),  # a setting's value that users type
    re.compile(r'^HOLD = "hold"$'),  # where it is defined
    re.compile(r"`[\"']hold[\"']`"),  # and as computed pages show it
    re.compile(r"\bHOLD\b|\bhold\b(?=`| stops| is the default)"),  # the same value, as a name and in tables
    re.compile(
        r"--hold|hold=|`hold`|reorder or hold\b|\"hold\": false"
        r"|\"lever\"|\{vendor, lever|POST (/_sandbox/)?steer|/steer\b"
    ),  # words of the sandbox's protocol and its command line
]
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))


def blocks_of(path: Path) -> Iterator[tuple[int, str]]:
    """Give a page, or each string and each block of comments of a program, with its first line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        # the changes list the names that were retired
        yield 1, re.sub(r"`[^`]*`", "``", text) if path.name == "CHANGELOG.md" else text
        return
    yield from comments(text)
    tree = ast.parse(text)
    yield from docstrings(tree) if path in TESTS else strings(tree)


def retired_in(block: str) -> list[tuple[int, str]]:
    """Return each retired word or phrase of a block, with the lines of the block before it."""
    for allowed in ALLOWED:
        block = allowed.sub("", block)
    return [(block.count("\n", 0, found.start()), " ".join(found.group().split())) for found in RETIRED.finditer(block)]


@pytest.mark.parametrize("path", [*PAGES, *SOURCES, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_retired_word_is_where_a_reader_meets_it(path: Path) -> None:
    found = [f"{start + line}: {word}" for start, block in blocks_of(path) for line, word in retired_in(block)]
    assert found == []


def words_in(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name)


def test_no_public_name_is_a_retired_word() -> None:
    assert [name for name in smsgate.__all__ if RETIRED.search(words_in(name))] == []


def test_no_test_is_named_by_a_retired_word() -> None:
    programs = sorted((ROOT / "tests").rglob("*.py"))
    names = [
        name
        for path in programs
        for name in re.findall(r"^\s*(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert len(names) > len(programs)
    assert [name for name in names if RETIRED.search(words_in(name))] == []


@pytest.mark.parametrize(
    "block",
    [
        "Nobody is asked.",
        "it is told",
        'hold = "x"',
        '"hold"',
        'STATE = "hold"',
        "left alone",
        "the provider is left\n    alone",
        "it waits for its\nturn",
        "a Mistake",
        "it stands",
    ],
)
def test_the_search_finds_what_is_retired(block: str) -> None:
    assert retired_in(block)


@pytest.mark.parametrize("block", ['on_unknown = "hold"', 'HOLD = "hold"', "a standard", "to stand", "left. Alone"])
def test_the_search_leaves_a_settings_value_and_longer_words(block: str) -> None:
    assert retired_in(block) == []


def test_a_phrase_is_found_over_two_lines_of_comments_and_over_two_parts_of_a_text(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text('# What is left\n# alone.\nFIRST = 1\n\nraise ValueError(f"{FIRST} is left "\n    "alone")\n')
    assert [(start, retired_in(block)) for start, block in blocks_of(program)] == [
        (1, [(0, "left alone")]),
        (5, [(0, "left alone")]),
    ]
