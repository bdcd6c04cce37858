"""What the vendor's refusals mean: ``{"code", "message", "more_info", "status"}``, of which any may be missing.

The codes are those of DOC: on a request, or later beside a message that failed. Which class and scope of smsgate each
one is, is our own reading (PRESUMED). The vendor warns that the codes of failed deliveries may change (SPEC): one that
is not here decides nothing.
"""

from __future__ import annotations

from attrs import frozen

import smsgate
from smsgate import Scope, Status, fields
from smsgate_twilio.settings import TwilioSettings

__all__ = ["CODES", "Errors", "failure", "reason_of", "status_of"]

_BY_STATUS = {401: 20003, 403: 20403, 404: 20404, 429: 20429}
"""The code that says what a status does, for a code that is not in the table; with any other the message is refused."""
_STATUS = {30036: Status.EXPIRED, 30410: Status.UNKNOWN}
"""What a failed message is that has one of these codes."""


@frozen
class Meaning:
    """What a code says: why, in neutral words; the error of a request; its scope where that is not the error's."""

    reason: str
    kind: type[smsgate.ProviderError] = smsgate.RejectedError
    scope: Scope | None = None
    fix: str = ""
    """What the account's owner may do."""


_MEANINGS: tuple[tuple[Meaning, *tuple[int, ...]], ...] = (
    (Meaning("credentials refused", smsgate.AuthenticationError, fix="check account_sid and its token or key"), 20003),
    (Meaning("not allowed", smsgate.PermissionDeniedError, fix="look into the vendor's console"), 20403, 30002),
    (Meaning("not found", smsgate.NotFoundError), 20404),
    (Meaning("too many requests at once", smsgate.RateLimitedError), 20429),  # it was not processed (DOC)
    (Meaning("account over its limit", smsgate.RateLimitedError), 35125, 63017, 63038),
    (Meaning("trial account", smsgate.PermissionDeniedError, fix="verify the number, or upgrade the account"), 21608),
    # of one country or route: the next provider is asked, and no breaker opens for the others
    (Meaning("country not enabled", smsgate.PermissionDeniedError, Scope.RECIPIENT, "see geo permissions"), 21408),
    (Meaning("number out of this account's reach", smsgate.NotSentError, Scope.RECIPIENT), 21612),
    (Meaning("invalid number", smsgate.InvalidRecipientError), 21211, 21604, 30005),
    (Meaning("not a mobile number", smsgate.InvalidRecipientError), 21614),
    (Meaning("opted out", smsgate.OptedOutError), 21610),
    (Meaning("handset unreachable", smsgate.InvalidRecipientError), 30003),
    (Meaning("blocked by the recipient", smsgate.InvalidRecipientError), 30004),
    (Meaning("landline or unreachable carrier", smsgate.InvalidRecipientError), 30006),
    (Meaning("unknown cause", scope=Scope.RECIPIENT), 30008),
    (Meaning("blocked against message pumping", smsgate.InvalidRecipientError), 30450),
    (Meaning("message refused"), 21602, 21605, 21617, 21619, 21620, 21623, 21624, 90007, 35114, 35115, 35118),
    (Meaning("filtered as spam"), 30007),
    (Meaning("validity over"), 30036),
    (Meaning("sender refused", smsgate.InvalidSenderError, fix="set one of the account's own"), 21212, 21603, 21606),
    (Meaning("no usable sender", smsgate.InvalidSenderError, fix="add one to the service's pool"), 21703, 21704),
    (Meaning("sender not registered", smsgate.InvalidSenderError), 30032, 30033, 30034),
    (Meaning("sender over its limit", smsgate.NotSentError, Scope.SENDER, "send slower"), 21611, 30001, 30022, 30023),
    (Meaning("network timed out; the text may be out", smsgate.UnknownOutcomeError), 30410),
    (Meaning("not final yet", smsgate.ConflictError, fix="try again some minutes later"), 20009),
    (Meaning("too late to cancel", smsgate.ConflictError), 30409),
)
CODES = {code: meaning for meaning, *codes in _MEANINGS for code in codes}


@frozen
class _ErrorReply:
    """What an error body says; a `sid` would show that the message is there all the same."""

    code: fields.Spare[int] = None
    message: fields.OptionalText = None
    sid: fields.OptionalWord = None


class Errors(smsgate.Adapter[TwilioSettings]):
    """Reads the vendor's error body."""

    def explain(self, request: smsgate.Request, answer: smsgate.Answer) -> smsgate.ProviderError | None:
        """Say what a refusal means by its code; None leaves it to the status, as for every failure of the vendor's."""
        reply, sends = answer.read_or_none(_ErrorReply) or _ErrorReply(), request.effect.sends
        if sends and reply.sid:
            reason = f"the answer refuses a message and shows it as {reply.sid}; {request.effect.doubt}"
            return smsgate.UnknownOutcomeError(reason, code=str(reply.code or answer.status), message_id=reply.sid)
        if reply.code is None or answer.status >= 500 or (sends and answer.status in {408, 409}):
            return None
        meaning = CODES.get(reply.code) or CODES.get(_BY_STATUS.get(answer.status, 0)) or Meaning("refused")
        if sends and meaning.kind is smsgate.NotFoundError:  # its path names nothing but the account
            meaning = Meaning("no such account", smsgate.NotSentError, Scope.ACCOUNT, "check account_sid and base_url")
        error = failure(reply.code, reply.message, meaning)
        error.retry_after = smsgate.retry_after(answer)
        return error

    def error_text(self, answer: smsgate.Answer) -> str | None:
        """Return what the error body says, with its code."""
        reply = answer.read_or_none(_ErrorReply) or _ErrorReply()
        return reply.message if reply.code is None else f"{reply.message or 'no reason given'} (error {reply.code})"


def failure(code: int, words: str | None, meaning: Meaning | None = None) -> smsgate.ProviderError:
    """Return the error of a code, with the vendor's words."""
    meaning = meaning or CODES.get(code) or Meaning("the message failed")
    reason = f"{meaning.reason}: {words or 'no reason given'} (error {code}){meaning.fix and f'; {meaning.fix}'}"
    return meaning.kind(reason, code=str(code), scope=meaning.scope)


def reason_of(code: int | None, words: str | None = None) -> str | None:
    """Return why a message failed: in neutral words, else in the vendor's, else by the code; None without one."""
    return None if code is None else CODES[code].reason if code in CODES else words or f"error {code}"


def status_of(status: Status, code: int | None) -> Status:
    """Return the status of a message that has a code."""
    return _STATUS.get(code or 0, status) if status in {Status.FAILED, Status.UNDELIVERED} else status
