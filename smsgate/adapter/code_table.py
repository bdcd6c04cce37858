"""A vendor's error codes, and what each means beside the status of the answer that has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from smsgate.adapter.request import Answer, Request
from smsgate.adapter.retry_after import retry_after
from smsgate.model.errors import (
    AuthenticationError,
    InsufficientCreditError,
    InvalidRecipientError,
    InvalidSenderError,
    NotFoundError,
    NotSentError,
    OptedOutError,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Scope,
    UnknownOutcomeError,
)

__all__ = ["CodeTable"]

MOST_QUOTED = 300
"""Characters of the vendor's words in an error."""
_Meaning = tuple[type[ProviderError], Scope | None]
_Row = tuple[str, _Meaning, str]
"""Codes, what they mean in an answer, and in a delivery report."""
_BY_STATUS: Mapping[int, type[ProviderError]] = {
    400: RejectedError,
    401: AuthenticationError,
    402: InsufficientCreditError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: NotSentError,
    413: RejectedError,
    415: NotSentError,
    422: RejectedError,
    429: RateLimitedError,
}
"""The statuses that say no, and what they mean with a code that the table has not."""


class CodeTable:
    """What each of a vendor's codes means; a code that is new means what the answer's status says, and is kept.

    Codes are separated by blanks: ``CodeTable(opted_out="40300", credit="20100", message="10015 40302")``.
    """

    def __init__(  # noqa: PLR0913 - the rows of a table, all by name
        self,
        *,
        authentication: str = "",
        permission: str = "",
        credit: str = "",
        rate: str = "",
        account: str = "",
        opted_out: str = "",
        recipient: str = "",
        sender: str = "",
        sender_waits: str = "",
        message: str = "",
        unknown: str = "",
    ) -> None:
        """Make it; raise `ValueError` for a code that is in two rows.

        `account` is what this account cannot send for now, although a repetition has no use (a budget is spent);
        `sender_waits` what this sender cannot send for now (a queue is full); `unknown` what leaves open whether the
        message was sent. The other rows are the error classes of their names.
        """
        rows: list[_Row] = [
            (authentication, (AuthenticationError, None), "the credentials were refused"),
            (permission, (PermissionDeniedError, None), "the account is not allowed to send this"),
            (credit, (InsufficientCreditError, None), "the account has no credit left"),
            (rate, (RateLimitedError, None), "too many messages at once"),
            (account, (NotSentError, Scope.ACCOUNT), "the account cannot send for now"),
            (opted_out, (OptedOutError, None), "the recipient opted out"),
            (recipient, (InvalidRecipientError, None), "the number cannot be reached"),
            (sender, (InvalidSenderError, None), "the sender is not allowed"),
            (sender_waits, (NotSentError, Scope.SENDER), "the sender cannot send for now"),
            (message, (RejectedError, None), "the message was refused"),
            (unknown, (UnknownOutcomeError, None), "its outcome is not known"),
        ]
        listed = [(code, meaning, reason) for codes, meaning, reason in rows for code in codes.split()]
        self._meanings = {code: meaning for code, meaning, _ in listed}
        self._reasons = {code: reason for code, _, reason in listed}
        if len(self._meanings) < len(listed):
            raise ValueError("a code is in two rows of the table")

    def reason(self, code: str | None, words: str | None = None) -> str | None:
        """Say why a message failed, for its delivery report: the code's row in plain words, then what the vendor says.

        `words` are the vendor's, with the code in them; without any the code is in their place.
        """
        said = words or (f"error code {code}" if code else None)
        return f"{self._reasons[code]} ({words or code})" if code in self._reasons else said

    def error(  # noqa: PLR0913 - what was asked, and what is said of it
        self,
        request: Request,
        answer: Answer,
        code: str,
        words: str,
        *,
        names: Iterable[str] = (),
        is_shown: bool = False,
    ) -> ProviderError:
        """Return the error for an answer outside 2xx: for `Adapter.explain`. `words` are the vendor's, to be quoted.

        `names` are other names that the vendor gives the problem, such as a title: the first that is in a row decides
        in place of the code, and the code is kept.

        A code counts as a refusal of a message only where the status says no, too. With any other status, and where the
        answer shows the message beside the error (`is_shown`), the message may have been sent.
        """
        known = next((name for name in names if name in self._meanings), code)
        meaning_of = self._of_a_send if request.effect.sends else self._of_a_lookup
        found = meaning_of(answer.status, known)
        kind, scope = (UnknownOutcomeError, None) if is_shown and request.effect.sends else found
        reason = f"{_quoted(words)} ({request} answered {answer.status})"
        return kind(reason, code=code, scope=scope, retry_after=retry_after(answer))

    def _of_a_send(self, status: int, code: str) -> _Meaning:
        if status not in _BY_STATUS:
            return UnknownOutcomeError, None
        kind, scope = self._meanings.get(code, (_BY_STATUS[status], None))
        return (NotSentError, scope) if kind is NotFoundError else (kind, scope)

    def _of_a_lookup(self, status: int, code: str) -> _Meaning:
        if status == HTTPStatus.NOT_FOUND or status not in _BY_STATUS:
            return _BY_STATUS.get(status, ProviderError), None
        kind, scope = self._meanings.get(code, (_BY_STATUS[status], None))
        return (ProviderError, scope) if issubclass(kind, RejectedError | UnknownOutcomeError) else (kind, scope)


def _quoted(words: str) -> str:
    """Cut a vendor's words between two of them: so no part of a secret is left that would not be known as one."""
    line = " ".join(words[: 2 * MOST_QUOTED].split())
    return line if len(line) <= MOST_QUOTED else line[:MOST_QUOTED].rpartition(" ")[0]
