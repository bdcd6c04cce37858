"""A route's rule for texts that did not arrive: who is asked for a second try, when, and after which reports."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from attrs import field, frozen

from smsgate.model.errors import ConfigError
from smsgate.model.status import Status

__all__ = ["NEEDS_TEXTS", "UNDELIVERED", "OnUndelivered", "check_providers", "read_pause", "read_statuses"]

UNDELIVERED = (Status.FAILED, Status.UNDELIVERED, Status.EXPIRED, Status.REJECTED)
"""The final statuses of a text that did not arrive. CANCELLED is not among them: somebody wanted it not to be sent."""
NEEDS_TEXTS = 'needs a journal that keeps texts; set journal = "smsgate.db" (with text = "full"), or leave it out'
LONGEST = timedelta(days=1)
_PAUSE = re.compile(r"([0-9]{1,5})(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def check_providers(names: tuple[str, ...]) -> None:
    """Refuse, with a ValueError, a list that is empty or names a provider twice."""
    if not names:
        raise ValueError("providers must name at least one provider for the second try, got none")
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"providers must name each provider once, got {twice[0]!r} more than once; each is asked once")


def read_pause(written: str) -> timedelta:
    """Read a pause such as ``30s``, ``5m`` or ``2h``; raise ValueError if it is none, or longer than a day."""
    found = _PAUSE.fullmatch(written)
    pause = None if found is None else timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
    if pause is None or pause > LONGEST:
        raise ValueError(f"after must be 0s to 1d, such as 30s, 5m or 2h, got {written!r}")
    return pause


def read_statuses(words: Iterable[str]) -> tuple[Status, ...]:
    """Read statuses, in capitals or not; raise ValueError for one that does not say that a text did not arrive."""
    known = {status.value.upper(): status for status in UNDELIVERED}
    read = []
    for word in words:
        status = known.get(word.upper())
        if status is None:
            raise ValueError(
                f"statuses must be of {', '.join(known)}, got {word!r}; only a final status proves that no text arrived"
            )
        read.append(status)
    if not read:
        raise ValueError(f"statuses must name at least one of {', '.join(known)}, got none")
    return tuple(dict.fromkeys(read))


def _check_pause(pause: timedelta) -> None:
    if not timedelta() <= pause <= LONGEST:
        raise ValueError(f"after must be 0 to 1 day, got {pause}")


def _names(providers: Iterable[str]) -> tuple[str, ...]:
    if isinstance(providers, str):
        raise ConfigError(f"on_undelivered: providers must be a list of names, got {providers!r}")
    return tuple(providers)


@frozen(kw_only=True)
class OnUndelivered:
    """Whom a route asks once more for a text that its vendor reports as not delivered, for certain.

    Raises `ConfigError` for a list of providers that is empty or names one twice, for a pause that is not 0 to 1 day.
    Raises it for a status that does not say that a text did not arrive.
    """

    providers: tuple[str, ...] = field(converter=_names)
    """Asked in this order, one for each such report, and each once: those that were asked before are left out."""
    after: timedelta = timedelta()
    """How long after the report; 0 to 1 day."""
    statuses: tuple[Status, ...] = field(
        default=(Status.FAILED, Status.UNDELIVERED, Status.EXPIRED), converter=tuple[Status, ...]
    )
    """Which final statuses lead to it: FAILED, UNDELIVERED, EXPIRED or REJECTED."""

    def __attrs_post_init__(self) -> None:
        """Check here what the settings check with their places: a rule may be made in code, too."""
        try:
            check_providers(self.providers)
            _check_pause(self.after)
            object.__setattr__(self, "statuses", read_statuses(self.statuses))  # a word would be no status
        except ValueError as error:
            raise ConfigError(f"on_undelivered: {error}") from None
