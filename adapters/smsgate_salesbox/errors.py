"""What Salesbox's errors say: documented as one object, ``{"error": {code, message, status}}``.

PRESUMED are a Mautic's list of them, bare words, and everything about the answers to a text that was to be sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Annotated

from attrs import field, frozen

from smsgate import (
    Answer,
    AuthenticationError,
    InsufficientCreditError,
    MalformedAnswerError,
    NotSentError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    UnknownOutcomeError,
    fields,
    refusal_kind,
)
from smsgate_salesbox.envelope import read_one

__all__ = ["DRAFT", "ErrorReply", "Shown", "read_error", "read_submitted", "refusal_in", "shown_in"]

LONGEST_CODE = 40
"""Characters of an error's code."""
OF_THE_ACCOUNT: Mapping[str, type[NotSentError]] = {
    "401": AuthenticationError,
    "402": InsufficientCreditError,
    "403": PermissionDeniedError,
    "429": RateLimitedError,
}
"""Statuses within an error that speak of the account; the documentation's example has 401."""
DRAFT, FAILED = "draft", "failed"
_ERROR_WORDS = {"error", "fail", "failed", "failure", "false"}
"""Words in a `status` that say an error, in lower case."""
_NUMBER = re.compile(r"[0-9]{3,9}")
"""A `status` or `code` that is a number; one from 400 is an error, as in HTTP (PRESUMED)."""
_YES, _NO = {"1", "true"}, {"0", "false"}
"""What `success` may say, in lower case: a truth value may come as a number or as text (PRESUMED)."""


@frozen
class ErrorReply:
    """What an error says; a Mautic's `code` is the status."""

    code: str
    message: str
    status: str

    def refusal(self) -> NotSentError | RejectedError:
        """Return the error: the account's, by its status or by words for missing credit, or else the message's."""
        of_account = [OF_THE_ACCOUNT[number] for number in (self.status, self.code) if number in OF_THE_ACCOUNT]
        kinds = [*of_account, refusal_kind(self.message, {}), refusal_kind(self.code, {})]
        kind = next((kind for kind in kinds if kind is not RejectedError), RejectedError)
        return kind(self.message, code=self.code)


def read_error(answer: Answer) -> ErrorReply | None:
    """Return the error in an answer, or None if it has none."""
    error = next(_errors_in(answer.read_or_none(dict[str, object]) or {}), None)
    if error is None:
        return None
    code, status = (str(error.get(name) or "")[:LONGEST_CODE] for name in ("code", "status"))
    return ErrorReply(code or str(answer.status), str(error.get("message") or "refused without a reason"), status)


def _errors_in(outer: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Give what is under `error` or `errors`, beside the envelope's `data` or in it: an object or its like."""
    inner = outer.get("data")
    for place in (outer, inner if isinstance(inner, dict) else {}):
        for name in ("errors", "error"):
            error = place.get(name)
            match error[0] if isinstance(error, list) and error else error:
                case str(words) if words.strip():
                    yield {"message": words}
                case True:
                    yield {}
                case int(code) if code:
                    yield {"code": code}
                case dict(said) if said or name == "error":
                    yield said


def _read_id(value: object) -> str | None:
    known = isinstance(value, int | str) and not isinstance(value, bool) and value != ""
    return str(value) if known else None


ShownId = Annotated[str | None, fields.Reader(_read_id)]
"""An id, whichever way the vendor writes it; None for what is none, which an accepted text must not fail for."""


@frozen
class Shown:
    """The text message that an answer shows; no other field of it is looked at."""

    raw: fields.Raw = field(factory=dict)
    id: ShownId = None
    status: fields.Spare[str] = None


def shown_in(answer: Answer) -> Shown:
    """Return the text message that an answer shows."""
    try:
        return read_one(answer, "textMessage", Shown)
    except MalformedAnswerError:
        return Shown()


def read_submitted(answer: Answer, message_id: str | None) -> Mapping[str, object]:
    """Return an answer in 2xx that accepts the text: an empty one, or an object without an error.

    Raise what `refusal_in` finds, and `UnknownOutcomeError` for an answer about another text or without a clear word.
    """
    if not answer.body:
        return {}
    if refusal := refusal_in(answer):
        raise refusal
    parts, shown = [_object("the answer", answer.json())], shown_in(answer)
    for name in ("data", "textMessage"):
        if (part := parts[-1].get(name)) is not None:
            parts.append(_object(f"`{name}` of the answer", part))
    for name, value in [(name, part.get(name)) for part in parts for name in ("status", "code")]:
        if _says_error(value):
            raise UnknownOutcomeError(f"the answer has the {name} {str(value)[:20]!r} and no reason")
    if shown.id is not None and message_id not in {None, shown.id}:
        raise UnknownOutcomeError(f"the answer is about the text {shown.id}, not {message_id}")
    return parts[0]


def _object(name: str, part: object) -> Mapping[str, object]:
    if not isinstance(part, dict):
        raise UnknownOutcomeError(f"{name} is a {type(part).__name__}, not an object, so it proves nothing of the text")
    return part


def _says_error(status: object) -> bool:
    word = str(status)[:20].lower()
    return word in _ERROR_WORDS or (bool(_NUMBER.fullmatch(word)) and int(word) >= HTTPStatus.BAD_REQUEST)


def refusal_in(answer: Answer) -> ProviderError | None:
    """Return the refusal in an answer of JSON, whatever its status; None if there is none.

    A Mautic answers a failed send with 200 and ``{"success": false, "errors": [...]}``. An answer that shows the text
    as taken as well proves nothing: `UnknownOutcomeError`.
    """
    raw, shown, error = answer.raw(), shown_in(answer), read_error(answer)
    inner, status = raw.get("data"), (shown.status or "").lower()
    places = (raw, inner if isinstance(inner, dict) else {})
    success = {str(place.get("success"))[:20].lower() for place in places}
    refusal: ProviderError | None = None if error is None else error.refusal()
    if refusal is None and (success & _NO or status == FAILED):
        code = None if success & _NO else FAILED
        refusal = RejectedError("the vendor says that it failed", code=code)
    if refusal and (success & _YES or (shown.id is not None and status not in {DRAFT, FAILED})):
        return UnknownOutcomeError(f"the answer shows the text as accepted and as refused ({refusal.reason})")
    return refusal
