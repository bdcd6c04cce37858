"""The first level of the settings."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
from attrs import field, frozen

from smsgate.adapter.settings import check_seconds
from smsgate.config.routes import LimitSettings, RouteSettings
from smsgate.config.webhooks import WebhookSettings
from smsgate.journal.settings import JournalSettings
from smsgate.model.numbers import read_default_region
from smsgate.receiving.opt_out_words import OptOutWords
from smsgate.routing.breaker import BreakerSettings
from smsgate.routing.route import OnUnknown, Route, check_names, check_weights

__all__ = ["FACETS", "Top", "with_table"]

FACETS = ("contacts", "groups", "templates", "messages")


@frozen(kw_only=True)
class Top:
    """The file's first level."""

    providers: Mapping[str, Mapping[str, object]]
    route: tuple[str, ...] | None = field(default=None, validator=attrs.validators.optional(check_names))
    order: str = "priority"
    on_unknown: OnUnknown = OnUnknown.HOLD
    weights: Mapping[str, float] = field(factory=dict, validator=check_weights)
    routes: tuple[RouteSettings, ...] = ()
    limits: LimitSettings = field(factory=LimitSettings)
    breaker: BreakerSettings = field(factory=BreakerSettings)
    deadline: float = field(default=60.0, validator=check_seconds)
    default_region: str | None = field(default=None, converter=read_default_region)
    journal: JournalSettings | None = None
    opt_out: OptOutWords = field(factory=OptOutWords)
    webhooks: WebhookSettings | None = None
    contacts: str | None = None
    groups: str | None = None
    templates: str | None = None
    messages: str | None = None

    def resource_providers(self) -> dict[str, str]:
        """Return the facets for which a provider is named, with its name."""
        named: dict[str, str | None] = {facet: getattr(self, facet) for facet in FACETS}
        return {facet: name for facet, name in named.items() if name is not None}

    def default_route(self) -> Route:
        """Return the route of messages that fit no other: all providers, where the settings name none."""
        return Route(
            name="default",
            providers=tuple(self.providers) if self.route is None else self.route,
            order=self.order,
            on_unknown=self.on_unknown,
            weights=self.weights,
        )


def with_table(settings: Mapping[str, object]) -> Mapping[str, object]:
    """Write ``journal = "smsgate.db"``, or where that text is, as the table that it is short for."""
    match settings.get("journal"):
        case str() | {"env": _} | {"file": _} as path:
            return {**settings, "journal": {"path": path}}
    return settings
