"""The first level of the settings."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from attrs import Attribute, evolve, field, frozen

from smsgate.adapter.sender_table import SenderTable
from smsgate.adapter.settings import check_seconds
from smsgate.adapter.store_url import fits_store, is_url, shown_store
from smsgate.config.guards import BudgetSettings
from smsgate.config.opt_outs import OptOutSettings
from smsgate.config.pumping import GuardSettings
from smsgate.config.quiet_hours import QuietHoursSettings
from smsgate.config.routes import LimitSettings, RouteSettings
from smsgate.config.second_try import OnUndeliveredSettings
from smsgate.config.webhooks import WebhookSettings
from smsgate.guards.guards import Guards
from smsgate.journal.settings import JournalSettings
from smsgate.model.numbers import read_default_region
from smsgate.routing.breaker import BreakerSettings
from smsgate.routing.route import OnUnknown, Route, check_names, check_weights

__all__ = ["FACETS", "Top", "with_table"]

FACETS = ("contacts", "groups", "templates", "messages")


def _is_shared(top: Top, attribute: Attribute[str | None], value: str | None) -> None:
    if value is not None and not is_url(value):
        raise ValueError(
            f"{attribute.name} must be a URL such as redis://host:6379/0; name a file in [providers.<name>]"
        )
    fits_store(top, attribute, value)


@frozen(kw_only=True)
class Top:
    """The file's first level."""

    providers: Mapping[str, Mapping[str, object]]
    route: tuple[str, ...] | None = field(default=None, validator=attrs.validators.optional(check_names))
    """The providers of messages that fit no route of `routes`, in the order in which they are asked; default: all."""
    order: str = "priority"
    """How the default route chooses: "priority", "round_robin", "weighted", "cheapest", or one of the application's."""
    on_unknown: OnUnknown = OnUnknown.HOLD
    """What follows an unknown outcome: `hold` stops, `reconcile` asks the provider, `failover` may text twice."""
    weights: Mapping[str, float] = field(factory=dict, validator=check_weights)
    """The share of each provider with the order "weighted"; 1 where it says nothing."""
    on_undelivered: OnUndeliveredSettings | None = None
    """Who is asked for a second try once a vendor reports for certain that a text did not arrive."""
    routes: tuple[RouteSettings, ...] = ()
    """Routes with conditions, of which the narrowest that fits a message wins."""
    limits: LimitSettings = field(factory=LimitSettings)
    """What a message may be at most, and to whom it may go."""
    budgets: Mapping[str, BudgetSettings] = field(factory=dict)
    """What may be sent in a time, by names of your own: messages, segments or money."""
    guard: Mapping[str, GuardSettings] = field(factory=dict)
    """Against codes that are asked for in bulk (SMS pumping), by names of your own."""
    breaker: BreakerSettings = field(factory=BreakerSettings)
    """When a provider that keeps failing is not asked, and for how long."""
    pace_store: str | None = field(default=None, validator=fits_store, repr=shown_store)
    """That of each provider that names none."""
    token_store: str | None = field(default=None, validator=_is_shared, repr=shown_store)
    """That of each provider that names none and has a token to keep; a URL, as a file has one token."""
    senders: SenderTable | None = None
    """That of each provider that has none of its own and whose vendor lets a sender be chosen."""
    deadline: float = field(default=60.0, validator=check_seconds)
    """Seconds for a whole send, with everything that is waited for."""
    default_region: str | None = field(default=None, converter=read_default_region)
    """The country of numbers that are written without one, such as "ZA"."""
    journal: JournalSettings | None = None
    """What remembers every send."""
    opt_out: OptOutSettings = field(factory=OptOutSettings)
    """The words by which people say that they want no more texts, and that they do again; what that silences."""
    webhooks: WebhookSettings | None = None
    """Where vendors call, and whose calls are believed."""
    quiet_hours: QuietHoursSettings | None = None
    """When no text is to arrive, in the recipient's time."""
    contacts: str | None = None
    """The provider whose contacts `gateway.contacts` are; default: the first that has any."""
    groups: str | None = None
    """The provider whose groups `gateway.groups` are."""
    templates: str | None = None
    """The provider whose templates `gateway.templates` are."""
    messages: str | None = None
    """The provider whose stored messages `gateway.messages` are."""

    def resource_providers(self) -> dict[str, str]:
        """Return the facets for which a provider is named, with its name."""
        named: dict[str, str | None] = {facet: getattr(self, facet) for facet in FACETS}
        return {facet: name for facet, name in named.items() if name is not None}

    def common(self) -> dict[str, object]:
        """Return the settings that are those of each provider that has none of its own."""
        senders = None if self.senders is None else evolve(self.senders, common=True)
        named = {"pace_store": self.pace_store, "token_store": self.token_store, "senders": senders}
        return {setting: value for setting, value in named.items() if value is not None}

    def guards(self) -> Guards:
        """Return what refuses or defers messages."""
        budgets = tuple(settings.budget(name) for name, settings in self.budgets.items())
        pumping = tuple(settings.guard(name) for name, settings in self.guard.items())
        quiet = None if self.quiet_hours is None else self.quiet_hours.quiet_hours()
        return Guards(counting=(*budgets, *pumping), pumping=pumping, quiet_hours=quiet)

    def default_route(self) -> Route:
        """Return the route of messages that fit no other: all providers, where the settings name none."""
        return Route(
            name="default",
            providers=tuple(self.providers) if self.route is None else self.route,
            order=self.order,
            on_unknown=self.on_unknown,
            weights=self.weights,
            on_undelivered=None if self.on_undelivered is None else self.on_undelivered.rule(),
        )


def with_table(settings: Mapping[str, object]) -> Mapping[str, object]:
    """Write ``journal = "smsgate.db"``, or where that text is, as the table that it is short for."""
    match settings.get("journal"):
        case str() | {"env": _} | {"file": _} as path:
            return {**settings, "journal": {"path": path}}
    return settings
