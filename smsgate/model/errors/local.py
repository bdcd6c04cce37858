"""Errors found here: in the settings, a message, the journal, a call to the webhook receiver."""

from __future__ import annotations

from datetime import datetime

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


class BudgetExceededError(InvalidMessageError):
    """A budget has no room for the message; no provider was asked.

    `budget` is its name ("budgets.otp"), `used` and `most` are in messages, segments or billionths of a price's unit;
    `frees_at` says when there is room, by what is used now; None if that is not known. It never `may_have_room` for a
    message that takes more than there is at all. `provider` is whose budget it is, if it counts by provider.
    """

    def __init__(  # noqa: PLR0913 - all by name
        self,
        reason: str,
        *,
        budget: str = "",
        used: int = 0,
        most: int = 0,
        frees_at: datetime | None = None,
        may_have_room: bool = True,
        provider: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.budget = budget
        self.used = used
        self.most = most
        self.frees_at = frees_at
        self.may_have_room = may_have_room
        self.provider = provider


class PlanError(InvalidMessageError):
    """A plan is not sent, because that would not be what it shows; no provider was asked. Make a new plan."""


class PlanExpiredError(PlanError):
    """The time of a plan is over."""


class PlanChangedError(PlanError):
    """What a plan shows is not so any more: a provider, a price, a sender, the count of segments."""


class PumpingError(InvalidMessageError):
    """A guard against SMS pumping refuses the message; no provider was asked.

    `guard` is its name ("guard.otp"), and `rule` the setting that refuses: "countries", "line_types", "burst",
    "sequential" or "min_conversion". `frees_at` says when a burst has room again (aware, UTC), by what is counted now;
    None if that is not known, and for all other rules.
    """

    def __init__(self, reason: str, *, guard: str = "guard", rule: str = "", frees_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.guard = guard
        self.rule = rule
        self.frees_at = frees_at


class QuietHoursError(InvalidMessageError):
    """It is quiet hours where the message would arrive; no provider was asked.

    `allowed_at` is when it may be sent (aware, UTC); None if no such time is known.
    """

    def __init__(self, reason: str, *, allowed_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.allowed_at = allowed_at


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
