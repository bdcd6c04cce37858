"""What an answer proves of a text that was to be sent; no document shows one, so all of it is PRESUMED."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from attrs import frozen

from smsgate import Answer, MalformedAnswerError, NotSentError, ProviderError, RejectedError, UnknownOutcomeError
from smsgate_salesbox.lists import read_one
from smsgate_salesbox.refusals import read_error

__all__ = ["DRAFT", "Shown", "read_submitted", "refusal_in", "shown_in"]

DRAFT, FAILED = "draft", "failed"
_UNSENT = {DRAFT, FAILED}
_ERROR_WORDS = {"error", "fail", "failed", "failure", "false"}
"""Words in a `status` that say an error, in lower case."""
_NUMBER = re.compile(r"[0-9]{3,9}")
"""A `status` or `code` that is a number; one from 400 is an error, as in HTTP (PRESUMED)."""
_YES, _NO = {"1", "true"}, {"0", "false"}
"""What `success` may say, in lower case: a truth value may come as a number or as text (PRESUMED)."""


@frozen
class Shown:
    """The text message that an answer shows, with its id as text, whichever way the vendor writes it."""

    id: str | None = None
    status: str | None = None


def shown_in(answer: Answer) -> Shown:
    """Return the text message that an answer shows; no other field of it is looked at."""
    try:
        part = read_one(answer, "textMessage", object)[1]
    except MalformedAnswerError:
        return Shown()
    id_, status = part.get("id"), part.get("status")
    known = isinstance(id_, int | str) and not isinstance(id_, bool) and str(id_) != ""
    return Shown(str(id_) if known else None, status.lower() if isinstance(status, str) else None)


def read_submitted(answer: Answer, message_id: str | None) -> Mapping[str, object]:
    """Return an answer in 2xx that accepts the text: an empty one, or an object without an error.

    Raise what `refusal_in` finds, and `UnknownOutcomeError` for an answer about another text or without a clear word.
    """
    if not answer.body:
        return {}
    if refusal := refusal_in(answer):
        raise refusal
    parts, shown = _parts(answer), shown_in(answer)
    for part in parts:
        for name in ("status", "code"):
            if _says_error(part.get(name)):
                raise UnknownOutcomeError(f"the answer has the {name} {str(part[name])[:20]!r} and no reason")
    if shown.id is not None and message_id not in {None, shown.id}:
        raise UnknownOutcomeError(f"the answer is about the text {shown.id}, not {message_id}")
    return parts[0]


def _parts(answer: Answer) -> Sequence[Mapping[str, object]]:
    """Return the objects of an answer: itself, its `data` and `textMessage`, where they are there."""
    parts = [_object("the answer", answer.json())]
    for name in ("data", "textMessage"):
        if (part := parts[-1].get(name)) is not None:
            parts.append(_object(f"`{name}` of the answer", part))
    return parts


def _object(name: str, part: object) -> Mapping[str, object]:
    if not isinstance(part, dict):
        raise UnknownOutcomeError(f"{name} is a {type(part).__name__}, not an object, so it proves nothing of the text")
    return part


def _says_error(status: object) -> bool:
    word = str(status)[:20].lower()
    return word in _ERROR_WORDS or (bool(_NUMBER.fullmatch(word)) and int(word) >= HTTPStatus.BAD_REQUEST)


def refusal_in(answer: Answer) -> ProviderError | None:
    """Return the refusal that an answer of JSON holds, whatever its status; None if it holds none.

    A Mautic answers a failed send with 200 and ``{"success": false, "errors": [...]}``. An answer that shows the text
    as taken as well proves nothing: `UnknownOutcomeError`.
    """
    raw, shown = answer.raw(), shown_in(answer)
    refusal = _refusal(answer, raw, shown)
    if refusal is not None and _tells_success(raw, shown):
        return UnknownOutcomeError(f"the answer shows the text as taken and as refused ({refusal.reason})")
    return refusal


def _success(raw: Mapping[str, object]) -> set[str]:
    """Return what `success` says, in the answer and in its `data`."""
    inner = raw.get("data")
    places = (raw, inner if isinstance(inner, dict) else {})
    return {str(place.get("success"))[:20].lower() for place in places}


def _refusal(answer: Answer, raw: Mapping[str, object], shown: Shown) -> NotSentError | RejectedError | None:
    error = read_error(answer)
    if error is not None:
        return error.refusal()
    if _success(raw) & _NO:
        return RejectedError("the vendor says that it failed")
    return RejectedError("the vendor says that it failed", code=FAILED) if shown.status == FAILED else None


def _tells_success(raw: Mapping[str, object], shown: Shown) -> bool:
    """Whether an answer claims success, or shows a text that is no longer a draft and did not fail."""
    return bool(_success(raw) & _YES) or (shown.id is not None and shown.status not in _UNSENT)
