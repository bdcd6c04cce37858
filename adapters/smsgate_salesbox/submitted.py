"""What an answer proves of a text that was to be sent; no document shows one, so all of it is PRESUMED."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from smsgate import Answer, MalformedAnswerError, NotSentError, ProviderError, RejectedError, UnknownOutcomeError
from smsgate_salesbox.lists import read_one
from smsgate_salesbox.refusals import read_error

__all__ = ["DRAFT", "Shown", "read_submitted", "refusal_in", "shown_in"]

DRAFT, FAILED = "draft", "failed"
_UNSENT = {DRAFT, FAILED}
_ENVELOPE_ERRORS = {"error", "fail", "failed", "failure", "false"}
"""Words in the envelope's `status` that are not its "success"."""
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
    """Return an answer in 2xx that accepts the text: an empty one, the message, or any JSON without an error.

    Raise what `refusal_in` finds, and `UnknownOutcomeError` for an answer about another text or without a clear word.
    """
    if not answer.body:
        return {}
    raw, shown = answer.raw(), shown_in(answer)
    if refusal := refusal_in(answer):
        raise refusal
    if _success(raw) not in _YES and str(raw.get("status"))[:20].lower() in _ENVELOPE_ERRORS:
        raise UnknownOutcomeError(f"the answer has the status {raw['status']!r} and no reason")
    if shown.id is not None and message_id not in {None, shown.id}:
        raise UnknownOutcomeError(f"the answer is about the text {shown.id}, not {message_id}")
    return raw


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


def _success(raw: Mapping[str, object]) -> str:
    return str(raw.get("success"))[:20].lower()


def _refusal(answer: Answer, raw: Mapping[str, object], shown: Shown) -> NotSentError | RejectedError | None:
    error = read_error(answer)
    if error is not None:
        return error.refusal()
    if _success(raw) in _NO:
        return RejectedError("the vendor says that it failed")
    return RejectedError("the vendor says that it failed", code=FAILED) if shown.status == FAILED else None


def _tells_success(raw: Mapping[str, object], shown: Shown) -> bool:
    """Whether an answer claims success, or shows a text that is no longer a draft and did not fail."""
    return _success(raw) in _YES or (shown.id is not None and shown.status not in _UNSENT)
