"""The second try on proof as the settings write it."""

from __future__ import annotations

from attrs import Attribute, field, frozen

from smsgate.model.on_undelivered import OnUndelivered, check_providers, read_pause, read_statuses

__all__ = ["OnUndeliveredSettings"]


def _providers(_: object, __: Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
    check_providers(value)


def _after(_: object, __: Attribute[str], value: str) -> None:
    read_pause(value)


def _statuses(_: object, __: Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
    read_statuses(value)


@frozen(kw_only=True)
class OnUndeliveredSettings:
    """The table ``on_undelivered`` of a route."""

    providers: tuple[str, ...] = field(validator=_providers)
    """Who is asked for a second try, in this order, each once; those that were asked before are left out."""
    after: str = field(default="0s", validator=_after)
    """How long after the report, such as ``30s``, ``5m`` or ``2h``; at most a day."""
    statuses: tuple[str, ...] = field(default=("FAILED", "UNDELIVERED", "EXPIRED"), validator=_statuses)
    """Which final statuses lead to it: FAILED, UNDELIVERED, EXPIRED, REJECTED."""

    def rule(self) -> OnUndelivered:
        """Return the rule."""
        return OnUndelivered(
            providers=self.providers, after=read_pause(self.after), statuses=read_statuses(self.statuses)
        )
