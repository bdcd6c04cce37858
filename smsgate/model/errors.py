"""Every error of smsgate, sorted by what the caller may do next.

::

    SmsgateError
    ├── ConfigError              fix the settings
    ├── InvalidMessageError      refused here, before any request: number, text, length, price, no route
    ├── UnsupportedError         this provider has no such operation
    ├── JournalError             the journal cannot be read or written; no message is sent without it
    ├── WebhookError             a call to our webhook receiver was refused; nothing in it was believed
    └── ProviderError            from a vendor; knows provider, code, scope and retry_after, never a secret
        ├── NotSentError         certain: no text is out; try again or elsewhere
        │   ├── UnreachableError     DNS, connection refused, connect time-out, TLS
        │   ├── RateLimitedError     429, or our own pacing
        │   ├── AuthenticationError  the credentials were refused
        │   ├── PermissionDeniedError  known, but not allowed to do this
        │   └── InsufficientCreditError
        ├── RejectedError        the vendor said no to this message
        │   ├── InvalidRecipientError
        │   ├── OptedOutError
        │   └── InvalidSenderError
        ├── UnknownOutcomeError  the message may have been sent: check before you retry
        ├── NotFoundError        nothing has this id
        ├── ConflictError        it exists already, or with other content
        └── MalformedAnswerError the vendor's answer could not be understood

Each class says how a send ends with it (`outcome`) and whether the next provider of the route is asked (`fails_over`).
`InvalidMessageError` and `NotSentError` lead to the next provider. A `RejectedError` does so where its scope is the
account or the provider. After an `UnknownOutcomeError` the route's `on_unknown` decides. Every other error ends the
message.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, Protocol, Self, TypeVar

from smsgate.model.outcome import Outcome
from smsgate.model.status import Status

__all__ = [
    "AuthenticationError",
    "ConfigError",
    "ConflictError",
    "InsufficientCreditError",
    "InvalidMessageError",
    "InvalidRecipientError",
    "InvalidSenderError",
    "JournalError",
    "MalformedAnswerError",
    "NotFoundError",
    "NotSentError",
    "OptedOutError",
    "PermissionDeniedError",
    "ProviderError",
    "RateLimitedError",
    "RejectedError",
    "Scope",
    "SmsgateError",
    "UnknownOutcomeError",
    "UnreachableError",
    "UnsupportedError",
    "WebhookError",
]

E = TypeVar("E", bound="ProviderError")


class Scope(StrEnum):
    """What a refusal is about, and so whether another provider may be asked.

    Only `ACCOUNT` and `PROVIDER` lead to the next provider; a refused recipient, message or sender ends the message.
    """

    RECIPIENT = "recipient"
    MESSAGE = "message"
    SENDER = "sender"
    ACCOUNT = "account"
    PROVIDER = "provider"

    @property
    def is_of_all(self) -> bool:
        """Whether every message of the account meets the same refusal."""
        return self in {Scope.ACCOUNT, Scope.PROVIDER}


class AttemptMade(Protocol):
    """What an error shows of an `Attempt`."""

    @property
    def provider(self) -> str: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def error(self) -> SmsgateError | None: ...


class Submitted(Protocol):
    """What an error shows of the `SendResult` of its message; ``isinstance(error.result, SendResult)`` shows all."""

    @property
    def outcome(self) -> Outcome: ...
    @property
    def status(self) -> Status: ...
    @property
    def provider(self) -> str | None: ...
    @property
    def message_id(self) -> str | None: ...
    @property
    def segments(self) -> int: ...
    @property
    def attempts(self) -> Sequence[AttemptMade]: ...
    @property
    def error(self) -> SmsgateError | None: ...
    @property
    def may_be_duplicate(self) -> bool: ...


LONGEST_LINE = 1000
"""Characters of an error's text: a vendor's whole web page is not one."""


class SmsgateError(Exception):
    """Anything that smsgate raises on purpose: one line, no secret, and how to fix it."""

    outcome: ClassVar[Outcome] = Outcome.UNKNOWN
    """How a send ends with it."""
    fails_over: ClassVar[bool] = False
    """Whether the next provider of the route is asked then."""

    def __init__(self, *texts: str) -> None:
        super().__init__(*map(_line, texts))

    result: Submitted | None = None
    """What became of the message, where the error ended a send."""


class ConfigError(SmsgateError):
    """The settings are wrong; `problems` has a line for each error."""

    outcome = Outcome.NOT_SENT

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems: tuple[str, ...] = self.args

    def __str__(self) -> str:
        return "; ".join(self.problems)


class InvalidMessageError(SmsgateError):
    """Refused here, before any request was made."""

    outcome = Outcome.REJECTED
    fails_over = True


class UnsupportedError(SmsgateError):
    """The provider has no such operation."""

    outcome = Outcome.NOT_SENT


class JournalError(SmsgateError):
    """The journal cannot be read or written; the message that it was asked for is not sent."""

    outcome = Outcome.NOT_SENT


class WebhookError(SmsgateError):
    """A call to our webhook receiver was refused; `status` is the HTTP status of the answer (400 to 503)."""

    def __init__(self, reason: str, *, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


class ProviderError(SmsgateError):
    """Something a vendor said, or failed to say.

    `provider` is the account's name in the settings; `code` is the vendor's own code or the HTTP status, as text;
    `retry_after` is in seconds; `message_id` is the vendor's id of what a failed send had already made there.
    """

    default_scope: ClassVar[Scope] = Scope.PROVIDER

    def __init__(  # noqa: PLR0913 - all by name
        self,
        reason: str,
        *,
        provider: str | None = None,
        code: str | None = None,
        scope: Scope | None = None,
        retry_after: float | None = None,
        message_id: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason: str = self.args[0]
        self.provider = provider
        self.code = code
        self.scope = scope or self.default_scope
        self.retry_after = retry_after
        self.message_id = message_id

    def __str__(self) -> str:
        return f"{self.provider}: {self.reason}" if self.provider else self.reason

    def __reduce__(self) -> tuple[type[Self], tuple[str], dict[str, object]]:
        return type(self), (self.reason,), vars(self)

    def become(self, kind: type[E], reason: str) -> E:
        """Say the same as another kind of error, for another reason."""
        return kind(
            reason,
            provider=self.provider,
            code=self.code,
            scope=self.scope,
            retry_after=self.retry_after,
            message_id=self.message_id,
        )


class NotSentError(ProviderError):
    """Certain: no text is out; try again or elsewhere."""

    outcome = Outcome.NOT_SENT
    fails_over = True


class UnreachableError(NotSentError):
    """No connection came about: DNS, refused, connect time-out, TLS."""


class RateLimitedError(NotSentError):
    """Too many requests: the vendor says so, or the account's own rate."""

    default_scope = Scope.ACCOUNT


class AuthenticationError(NotSentError):
    """The vendor refused the credentials."""

    default_scope = Scope.ACCOUNT


class PermissionDeniedError(NotSentError):
    """The vendor knows the account and does not allow it this."""

    default_scope = Scope.ACCOUNT


class InsufficientCreditError(NotSentError):
    """The account's credit does not pay for this message."""

    default_scope = Scope.ACCOUNT


class RejectedError(ProviderError):
    """The vendor said no to this message."""

    outcome = Outcome.REJECTED
    default_scope = Scope.MESSAGE

    @property
    def fails_over(self) -> bool:  # type: ignore[override] # read-only here, as the scope decides
        """Whether the next provider is asked: where this account or provider refuses, and no other may."""
        return self.scope.is_of_all


class InvalidRecipientError(RejectedError):
    """The vendor does not send to this number."""

    default_scope = Scope.RECIPIENT


class OptedOutError(RejectedError):
    """The recipient asked not to be texted."""

    default_scope = Scope.RECIPIENT


class InvalidSenderError(RejectedError):
    """The vendor does not let this account send under this sender."""

    default_scope = Scope.SENDER


class UnknownOutcomeError(ProviderError):
    """The message may have been sent: check before you retry."""


class NotFoundError(ProviderError):
    """Nothing at the vendor has this id."""

    outcome = Outcome.REJECTED


class ConflictError(ProviderError):
    """It exists already, or exists with other content."""

    outcome = Outcome.REJECTED
    existing_id: str | None = None
    """The vendor's id of what exists, where it says so."""


class MalformedAnswerError(ProviderError):
    """The vendor's answer could not be understood."""


def _line(text: str) -> str:
    """Make any text one printable line: vendors' words may contain line ends, and codes that steer a terminal."""
    line = " ".join(text[: 2 * LONGEST_LINE].split())
    if not line.isprintable():
        line = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}..."
