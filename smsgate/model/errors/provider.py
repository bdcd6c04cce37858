"""Errors from a vendor: what it refused, or did not say."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Self, TypeVar

from smsgate.model.errors.base import RefusedError, SmsgateError
from smsgate.model.outcome import Outcome

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


class ProviderError(SmsgateError):
    """Something a vendor said, or failed to say.

    `provider` is the account's name in the settings; `code` is the vendor's own code or the HTTP status, as text.
    `retry_after` is in seconds. `message_id` is the vendor's id of what a failed send had already made there.
    """

    default_scope: ClassVar[Scope] = Scope.PROVIDER
    proves_not_sent: ClassVar[bool] = False
    """Whether it is certain that the request it answers sent nothing."""

    @property
    def provider_works(self) -> bool | None:  # type: ignore[override] # read-only here, as the scope decides
        """False where it concerns the whole account or provider, else None."""
        return False if self.scope.is_of_all else None

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
    ends_send = True
    proves_not_sent = True


class UnreachableError(NotSentError):
    """No connection came about: DNS, refused, connect time-out, TLS."""


class RateLimitedError(NotSentError):
    """Too many requests: the vendor says so, or the account's own rate."""

    default_scope = Scope.ACCOUNT
    provider_works = None  # the account waits, and the provider is not asked meanwhile


class AuthenticationError(NotSentError):
    """The vendor refused the credentials."""

    default_scope = Scope.ACCOUNT


class PermissionDeniedError(NotSentError):
    """The vendor knows the account and does not allow it this."""

    default_scope = Scope.ACCOUNT


class InsufficientCreditError(NotSentError):
    """The account's credit does not pay for this message."""

    default_scope = Scope.ACCOUNT


class RejectedError(RefusedError, ProviderError):
    """The vendor said no to this message."""

    ends_send = True
    proves_not_sent = True
    default_scope = Scope.MESSAGE

    @property
    def fails_over(self) -> bool:  # type: ignore[override] # read-only here, as the scope decides
        """Whether the next provider is asked: where this account or provider refuses, and no other may."""
        return self.scope.is_of_all

    @property
    def provider_works(self) -> bool:  # type: ignore[override] # read-only here, as the scope decides
        """Whether the provider took the message in to refuse it, rather than refusing every message."""
        return not self.scope.is_of_all


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

    ends_send = True


class NotFoundError(ProviderError):
    """Nothing at the vendor has this id."""

    outcome = Outcome.NOT_SENT


class ConflictError(RefusedError, ProviderError):
    """It exists already, or exists with other content, as a key that another message has."""

    existing_id: str | None = None
    """The vendor's id of what exists, where it says so."""


class MalformedAnswerError(ProviderError):
    """The vendor's answer could not be understood."""
