"""What the vendor's errors mean: RestErrorDTO (swagger, for a 400 of `sms/send`; for others PRESUMED)."""

from __future__ import annotations

from attrs import frozen

from smsgate import (
    Answer,
    Effect,
    InsufficientCreditError,
    InvalidRecipientError,
    MalformedAnswerError,
    NotSentError,
    ProviderError,
    RejectedError,
    Request,
    Scope,
    UnknownOutcomeError,
    tells_no_credit,
)

__all__ = ["error_text", "explained"]

INVALID_NUMBER = 2
"""RestErrorDTO's code for "Invalid mobile number" (swagger, `sms/send` 400)."""
OF_THE_REQUEST = {400, 422}
"""Statuses that speak of what was asked; the swagger has 400, 422 is PRESUMED."""
SHOWN = ("messageId", "sendSmsResponses", "userId")
"""What an answer has where the vendor did what it was asked."""


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


def explained(request: Request, answer: Answer) -> ProviderError | None:
    """Say what an answer outside 2xx means in the vendor's words; None leaves it to the status."""
    reply = _read(answer)
    code = str(answer.status if reply.code is None else reply.code)
    if request.effect in {Effect.SENDS, Effect.PAYS} and _shows_success(answer):
        told = f"the answer has an error ({reply.text}) and shows that it was done; {request.effect.doubt}"
        return UnknownOutcomeError(told, code=code)
    if answer.status not in OF_THE_REQUEST:
        return None
    if request.path == "sms/send-bulk" and not tells_no_credit(reply.text or ""):  # which message it is, is not said
        told = reply.text or f"the call was refused without a reason ({request} answered {answer.status})"
        return NotSentError(told, code=code, scope=Scope.MESSAGE)
    return None if reply.text is None and reply.code is None else _of_the_request(request, reply, code)


def _of_the_request(request: Request, reply: _ErrorReply, code: str) -> ProviderError:
    reason = reply.text or "refused without a reason"
    if request.effect not in {Effect.SENDS, Effect.PAYS}:
        return ProviderError(reason, code=code)
    if tells_no_credit(reason):
        return InsufficientCreditError(reason, code=code)
    return (InvalidRecipientError if reply.code == INVALID_NUMBER else RejectedError)(reason, code=code)


def _shows_success(answer: Answer) -> bool:
    try:
        said = answer.raw()
    except MalformedAnswerError:
        return False
    return any(said.get(name) for name in SHOWN)


def _read(answer: Answer) -> _ErrorReply:
    try:
        return answer.read(_ErrorReply)
    except MalformedAnswerError:
        return _ErrorReply()
