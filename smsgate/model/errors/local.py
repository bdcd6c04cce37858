"""Errors found here: in the settings, a message, the journal, a call to the webhook receiver."""

from __future__ import annotations

from smsgate.model.errors.base import RefusedError, SmsgateError
from smsgate.model.outcome import Outcome


class ConfigError(SmsgateError):
    """The settings are wrong; `problems` has a line for each error."""

    outcome = Outcome.NOT_SENT

    def __init__(self, *problems: str) -> None:
        super().__init__(*problems)
        self.problems: tuple[str, ...] = self.args

    def __str__(self) -> str:
        return "; ".join(self.problems)


class InvalidMessageError(RefusedError):
    """Refused here, before any request was made."""

    fails_over = True
    ends_send = True


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
