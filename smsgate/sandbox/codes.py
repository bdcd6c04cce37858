"""The one-time codes in a text."""

import re
from unicodedata import decimal

__all__ = ["codes_in", "one_code"]

_NUMBER = re.compile(
    r"""
    (?<![\w/$€£]) (?<!\d[.,:])         # no part of a word, a path, a price or a longer number
    \+?\d++ (?:[ \u00a0-]\d++)*+       # the whole of it, as far as it is written in groups
    (?!\w) (?![.,:/]\d)
    """,
    re.VERBOSE,
)
_SEPARATOR = re.compile(r"[ \u00a0-]")
_LENGTHS = range(3, 13)
_SHORTEST_GROUP = 3


def codes_in(text: str) -> tuple[str, ...]:
    """Return the numbers of 3 to 12 digits that may be codes, each once, in ASCII digits.

    `123-456` and `1234 5678` are one code each. Phone numbers with a plus, dates, times, prices, and digits within
    words and paths are none.
    """
    found = (_code(number) for number in _NUMBER.findall(text))
    return tuple(dict.fromkeys(code for code in found if len(code) in _LENGTHS))


def one_code(text: str, digits: tuple[int, int]) -> str:
    """Return the only code of so many digits; LookupError if there is none, or several different ones."""
    shortest, longest = digits
    codes = [code for code in codes_in(text) if shortest <= len(code) <= longest]
    if len(codes) == 1:
        return codes[0]
    what = f"codes of {shortest} to {longest} digits"
    if codes:
        raise LookupError(f"the text has several {what} ({', '.join(codes)}); say with digits=(..) which one is meant")
    raise LookupError(f"the text has no {what}: {text[:160]!r}")


def _code(number: str) -> str:
    groups = _SEPARATOR.split(number)
    if number.startswith("+") or (len(groups) > 1 and not _are_alike(groups)):
        return ""
    return "".join(str(decimal(digit)) for group in groups for digit in group)


def _are_alike(groups: list[str]) -> bool:
    return len({len(group) for group in groups}) == 1 and len(groups[0]) >= _SHORTEST_GROUP
