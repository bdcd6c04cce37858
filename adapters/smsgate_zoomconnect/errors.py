"""What the vendor's errors mean: RestErrorDTO (swagger, for a 400 of `sms/send`; for others PRESUMED)."""

from __future__ import annotations

from attrs import frozen

from smsgate import (
    Answer,
    Effect,
    InvalidRecipientError,
    NotSentError,
    OptedOutError,
    ProviderError,
    RejectedError,
    Request,
    Scope,
    UnknownOutcomeError,
    refusal_kind,
)

__all__ = ["error_text", "explained", "refused"]

CODES = {2: InvalidRecipientError}
"""RestErrorDTO's codes: 2 is "Invalid mobile number" (swagger, `sms/send` 400)."""
OF_THE_REQUEST = {400, 422}
"""Statuses that speak of what was asked; the swagger has 400, 422 is PRESUMED."""
SHOWN = ("messageId", "sendSmsResponses", "userId")
"""What an answer has where the vendor did what it was asked."""
WORDS = {
    r"\bopt(?:ed)?[ _-]?out\b": OptedOutError,
    r"\b(?:mobile number|invalid number|recipient)\b": InvalidRecipientError,
}
"""PRESUMED words of the `error` of a 2xx; whole ones, since a refusal may quote the message."""


@frozen
class _ErrorReply:
    """RestErrorDTO, or the `error` of an answer in 2xx."""

    code: int | None = None
    message: str | None = None
    developerMessage: str | None = None
    error: str | None = None

    @property
    def text(self) -> str | None:
        """What it says."""
        return self.message or self.developerMessage or self.error or None


def error_text(answer: Answer) -> str | None:
    """Return the words of an error, or None where there are none."""
    return _read(answer).text


def refused(error: str) -> RejectedError | NotSentError:
    """Return what the `error` of a 2xx means; its wording is documented nowhere, so PRESUMED by keyword."""
    return refusal_kind(error, WORDS)(error)


def explained(request: Request, answer: Answer) -> ProviderError | None:
    """Say what an answer outside 2xx means in the vendor's words; None leaves it to the status."""
    reply = _read(answer)
    code = str(answer.status if reply.code is None else reply.code)
    shown = answer.read_or_none(dict[str, object]) or {}
    if request.effect in {Effect.SENDS, Effect.PAYS} and any(shown.get(name) for name in SHOWN):
        reason = f"the answer has an error ({reply.text}) and shows that it was done; {request.effect.doubt}"
        return UnknownOutcomeError(reason, code=code)
    if answer.status not in OF_THE_REQUEST:
        return None
    kind = refusal_kind(reply.text or "", {})
    if request.path == "sms/send-bulk" and kind is RejectedError:  # which message it is, is not said
        reason = reply.text or f"the call was refused without a reason ({request} answered {answer.status})"
        return NotSentError(reason, code=code, scope=Scope.MESSAGE)
    if reply.text is None and reply.code is None:
        return None
    if request.effect not in {Effect.SENDS, Effect.PAYS}:
        return ProviderError(reply.text or "refused without a reason", code=code)
    if kind is RejectedError and reply.code is not None:
        kind = CODES.get(reply.code, kind)
    return kind(reply.text or "refused without a reason", code=code)


def _read(answer: Answer) -> _ErrorReply:
    return answer.read_or_none(_ErrorReply) or _ErrorReply()
