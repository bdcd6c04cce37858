"""No retired word is where a reader meets it: errors, logs, help, docstrings, comments, pages, public names."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

import smsgate

ROOT = Path(__file__).parents[1]
RETIRED = re.compile(
    r"\b(mend(s|ed)?|errands?|roads?|nobody|told|whoever|heed(s|ed)?|carry|carries|carried|hold|holds|held|news"
    r"|mistakes?|stands|asks nobody|left alone|handed on|(rate|pacing) turns?|takes? (a|its) turn)\b",
    re.IGNORECASE,
)
ALLOWED = [
    re.compile(r'on_unknown\W{1,4}=?\W{0,3}"hold"'),  # a setting's value that users type
    re.compile(r'^HOLD = "hold"$'),  # where it is defined
    re.compile(r"\bHOLD\b|\bhold\b(?=`| stops| is the default)"),  # the same value, as a name and in tables
    re.compile(
        r"--hold|hold=|`hold`|or hold\"$|\"hold\": false"
    ),  # a word of the sandbox's protocol and its command line
]
MEMBER = re.compile(r'[A-Z_]+ = "\w+"')
"""A value of an enumeration, which is looked at with its name."""
PAGES = [
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
]
SQL = ROOT / "smsgate/journal/sqlite/schema.py"  # the comments in its tables are part of the journal's file
SOURCES = sorted(path for folder in ("smsgate", "adapters") for path in (ROOT / folder).rglob("*.py") if path != SQL)


def words_of(path: Path) -> Iterator[tuple[int, str]]:
    """Give each line of a page, and each string and comment of a program, with its line."""
    text = path.read_text(encoding="utf-8")
    if path.name == "CHANGELOG.md":
        text = re.sub(r"`[^`]*`", "", text)  # it lists the names that were retired
    if path.suffix == ".md":
        yield from enumerate(text.splitlines(), start=1)
        return
    kinds = {tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in kinds:
            member = MEMBER.fullmatch(token.line.strip())
            for place, line in enumerate((member.group() if member else token.string).splitlines()):
                yield token.start[0] + place, line


def retired_in(line: str) -> str | None:
    for allowed in ALLOWED:
        line = allowed.sub("", line)
    found = RETIRED.search(line)
    return found and found.group()


@pytest.mark.parametrize("path", [*PAGES, *SOURCES], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_retired_word_is_where_a_reader_meets_it(path: Path) -> None:
    found = [f"{number}: {word}" for number, line in words_of(path) if (word := retired_in(line))]
    assert found == []


def test_no_public_name_is_a_retired_word() -> None:
    spaced = [re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name) for name in smsgate.__all__]
    assert [name for name in spaced if RETIRED.search(name)] == []


@pytest.mark.parametrize(
    "line",
    [
        "Nobody is asked.",
        "it is told",
        'hold = "x"',
        '"hold"',
        'STATE = "hold"',
        "left alone",
        "a Mistake",
        "it stands",
    ],
)
def test_the_search_finds_what_is_retired(line: str) -> None:
    assert retired_in(line)


@pytest.mark.parametrize("line", ['on_unknown = "hold"', 'HOLD = "hold"', "a standard", "to stand"])
def test_the_search_leaves_a_settings_value_and_longer_words(line: str) -> None:
    assert retired_in(line) is None
