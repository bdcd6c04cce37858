"""Words in a vendor's text, looked for in time that does not depend on the text's length.

A vendor's text may be as long as its answer, and a regular expression runs with the interpreter locked: no other
thread and no deadline stops it. So adapters search what `searchable` returns, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from smsgate.model.errors import InsufficientCreditError, RejectedError

__all__ = ["refusal_kind", "searchable", "tells_no_credit"]

SEARCHED = 400
"""Characters of a text that are searched: a refusal says what it is about in its first sentence."""
_AS_BLANKS = str.maketrans("_-", "  ")
_NO_CREDIT = re.compile(
    r"(?:\b(?:insufficient|no|out of)|(?:\bnot|n['\u2019]t) (?:have )?enough) "
    r"(?:\w{1,20} ){0,3}(?:credits?|balance|funds)\b"
)
"""FOUND for "insufficient credits" (a public client of a vendor); the other words are PRESUMED."""


def searchable(text: str) -> str:
    """Return the beginning of a text as adapters search it: lower case, white space as single blanks."""
    return " ".join(text[: 2 * SEARCHED].lower().split())[:SEARCHED]


def tells_no_credit(text: str) -> bool:
    """Whether a vendor's words say that the account cannot pay, which is no fault of the message.

    "Insufficient credits" does; "credit" alone does not: a refusal may quote the message.
    """
    return _NO_CREDIT.search(searchable(text).translate(_AS_BLANKS)) is not None


def refusal_kind(text: str, words: Mapping[str, type[RejectedError]]) -> type[RejectedError | InsufficientCreditError]:
    """Return the class of a refusal by a vendor's words: no credit, or the first pattern that the text contains.

    `words` has regular expressions, matched against `searchable(text)`; a text with none of them is a `RejectedError`.
    """
    if tells_no_credit(text):
        return InsufficientCreditError
    said = searchable(text)
    return next((kind for pattern, kind in words.items() if re.search(pattern, said)), RejectedError)
