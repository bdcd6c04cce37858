"""What a gateway is made with beside its providers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smsgate.config.config import Config
from smsgate.config.hooks import Hooks
from smsgate.config.webhooks import WebhookSettings
from smsgate.guards.guards import Guards
from smsgate.journal import Journal
from smsgate.journal.opening import open_journal
from smsgate.model.opt_out_scope import OptOutScopes
from smsgate.receiving.answers import AnswerTexts
from smsgate.receiving.opt_out_words import OptOutWords
from smsgate.routing.breaker import BreakerSettings
from smsgate.routing.limits import Limits
from smsgate.routing.route import Route

__all__ = ["GatewaySettings", "settings_of"]


class GatewaySettings(Hooks, total=False):
    """Keywords of a `Gateway`, and of an `AsyncGateway`."""

    route: Sequence[str] | Route | None
    """The default route, or just the names of the providers to ask, in order (default: all)."""
    routes: Sequence[Route]
    """The routes with conditions."""
    limits: Limits | None
    guards: Guards | None
    """Budgets, the guard against pumping, quiet hours."""
    deadline: float
    """Seconds for a whole send, waits included (default: 60)."""
    default_region: str | None
    """The country of numbers written without one."""
    resource_providers: Mapping[str, str] | None
    """The provider of `gateway.contacts`, `groups`, `templates` or `messages`."""
    breaker: BreakerSettings | None
    """When a provider that keeps failing is not asked for a while."""
    journal: Journal | None
    opt_out_words: OptOutWords | None
    opt_out_answers: AnswerTexts | None
    """What people are answered who text STOP, START or HELP (default: nothing); needs a journal."""
    opt_out_scopes: OptOutScopes | None
    """What a STOP silences (default: everything)."""
    webhooks: WebhookSettings | None


def settings_of(config: Config, hooks: Hooks) -> GatewaySettings:
    """Return what a gateway on settings that were read is made with; opens its journal."""
    return GatewaySettings(
        route=config.route,
        routes=config.routes,
        limits=config.limits,
        guards=config.guards,
        deadline=config.deadline,
        default_region=config.default_region,
        resource_providers=config.resource_providers,
        breaker=config.breaker,
        journal=None if config.journal is None else open_journal(config.journal),
        opt_out_words=config.opt_out,
        opt_out_answers=config.opt_out.answers(),
        opt_out_scopes=config.opt_out.scopes(config.default_region),
        webhooks=config.webhooks,
        **hooks,
    )
