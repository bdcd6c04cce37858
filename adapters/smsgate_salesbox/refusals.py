"""What Salesbox's errors say: documented as one object; a Mautic's list of them and bare words are PRESUMED."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from smsgate import (
    Answer,
    AuthenticationError,
    InsufficientCreditError,
    MalformedAnswerError,
    NotSentError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
    tells_no_credit,
)

__all__ = ["ErrorReply", "read_error"]

LONGEST_CODE = 40
"""Characters of an error's code."""
_OF_THE_ACCOUNT: Mapping[str, type[NotSentError]] = {
    "401": AuthenticationError,
    "402": InsufficientCreditError,
    "403": PermissionDeniedError,
    "429": RateLimitedError,
}
"""Statuses within an error that speak of the account; the documentation's example has 401."""


@frozen
class ErrorReply:
    """What an error says: documented as ``{"error": {code, message, status}}``; a Mautic's `code` is the status."""

    code: str
    message: str
    status: str

    @property
    def kind(self) -> type[NotSentError | RejectedError]:
        """What was refused: the account, by the error's status or by words for missing credit, or else the message."""
        for number in (self.status, self.code):
            if number in _OF_THE_ACCOUNT:
                return _OF_THE_ACCOUNT[number]
        return InsufficientCreditError if any(map(tells_no_credit, (self.message, self.code))) else RejectedError

    def refusal(self) -> NotSentError | RejectedError:
        """Return the error for a message that was refused with these words."""
        return self.kind(self.message, code=self.code)


def read_error(answer: Answer) -> ErrorReply | None:
    """Return the error in an answer, or None if it has none."""
    try:
        parsed = answer.json()
    except MalformedAnswerError:
        return None
    error = _error_in(parsed)
    if not isinstance(error, dict):
        return None
    code, status = (str(error.get(name) or "")[:LONGEST_CODE] for name in ("code", "status"))
    return ErrorReply(code or str(answer.status), str(error.get("message") or "refused without a reason"), status)


def _error_in(parsed: object) -> object:
    """Return what stands under `error` or `errors`, beside the envelope's `data` or in it; None where nothing does.

    But for the documented object every form is PRESUMED: Mautic's list, words alone, a number, true.
    """
    outer = parsed if isinstance(parsed, dict) else {}
    inner = outer.get("data")
    for place in (outer, inner if isinstance(inner, dict) else {}):
        for name in ("errors", "error"):
            error = place.get(name)
            error = error[0] if isinstance(error, list) and error else error
            if isinstance(error, str) and error.strip():
                return {"message": error}
            if error and isinstance(error, int):
                return {} if isinstance(error, bool) else {"code": error}
            if isinstance(error, dict) and (error or name == "error"):
                return error
    return None
