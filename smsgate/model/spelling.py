"""Names that were probably meant: for errors on a name that is not there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["did_you_mean"]

LONGEST = 64
"""Characters of a name that are compared; the comparison takes quadratic time."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'token'?"`` if a known name is close to a misspelt one, else nothing."""
    spelt = {each.casefold(): each for each in known}
    near = get_close_matches(name[:LONGEST].casefold(), spelt, n=1, cutoff=0.7)
    return f"; did you mean {spelt[near[0]]!r}?" if near else ""
