"""The interface of an application: it sends messages and gets results; vendors are named in the settings only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Self, Unpack, overload

from attrs import evolve

from smsgate.adapter.abilities.sending import ChoosesSender
from smsgate.config import Config
from smsgate.config.gateway_settings import settings_of
from smsgate.config.hooks import Hooks
from smsgate.config.opening import OpensOnSettings
from smsgate.config.webhooks import WebhookSettings
from smsgate.engine import Engine
from smsgate.guards.guards import Guards
from smsgate.journal import Journal, MemoryInbox
from smsgate.model.errors import ConfigError
from smsgate.model.event import OptOut, Reply
from smsgate.model.message import Message, MessageFields
from smsgate.model.opt_out_scope import OptOutScopes
from smsgate.model.result import SendResult
from smsgate.provider import AsyncProvider
from smsgate.receiving.answers import Answers, AnswerTexts
from smsgate.receiving.incoming import AsyncIncoming
from smsgate.receiving.opt_out_words import OptOutWords
from smsgate.receiving.reads_journal import ReadsJournal
from smsgate.routing.breaker import BreakerSettings, BreakerState
from smsgate.routing.limits import Limits
from smsgate.routing.plan import VALIDITY, Plan
from smsgate.routing.route import Route
from smsgate.routing.table import RouteTable
from smsgate.sending.budget_watch import BudgetWatch
from smsgate.sending.budgets import AsyncBudgets
from smsgate.sending.runs.enqueues import Enqueues
from smsgate.sending.send import Sender
from smsgate.sending.sends_due import SendsDue
from smsgate.sending.sends_many import SendsMany
from smsgate.sending.single import send_single
from smsgate.sending.unknowns import AsyncUnknowns
from smsgate.telemetry.gauges import GaugeSource
from smsgate.transport.telemetry import plain

__all__ = ["AsyncGateway"]

ANSWER_DEADLINE = 20.0
"""Seconds for the answer to a STOP, START or HELP: the vendor that reported it waits meanwhile."""


class AsyncGateway(ReadsJournal, OpensOnSettings, SendsMany, Enqueues, SendsDue):
    """Sends messages through the providers of its route; tasks of one event loop share it.

    Close it, or use it in an ``async with`` block, to let go of its connections.
    """

    def __init__(  # noqa: PLR0913 - the settings
        self,
        providers: Sequence[AsyncProvider],
        *,
        route: Sequence[str] | Route | None = None,
        routes: Sequence[Route] = (),
        limits: Limits | None = None,
        guards: Guards | None = None,
        deadline: float = 60.0,
        default_region: str | None = None,
        resource_providers: Mapping[str, str] | None = None,
        breaker: BreakerSettings | None = None,
        journal: Journal | None = None,
        opt_out_words: OptOutWords | None = None,
        opt_out_answers: AnswerTexts | None = None,
        opt_out_scopes: OptOutScopes | None = None,
        webhooks: WebhookSettings | None = None,
        **hooks: Unpack[Hooks],
    ) -> None:
        """Make a gateway on providers.

        `route` is the default one, or only the names of those to ask, in order (default: all); `routes` are those with
        conditions. `deadline` is in seconds, for a whole send, waits included. `resource_providers` names the provider
        of `gateway.contacts`, `groups`, `templates` or `messages`. `breaker` says when a provider that keeps failing is
        not asked for a while. Raises `ConfigError`, as where a route names a provider that is not there.
        """
        super().__init__(providers, resource_providers, default_region)
        engine, inbox = providers[0].engine, MemoryInbox() if journal is None else journal.inbox
        for provider in providers:
            provider.on_request = plain(hooks.get("on_request")) or provider.on_request
            provider.report_addresses = webhooks
        self._limits = evolve(limits or Limits(), hook=hooks.get("opted_out"))
        default, orders, choose = self._default_route(route), hooks.get("orders"), hooks.get("choose")
        self._table = RouteTable(
            self._providers, default, routes, orders=orders, choose=choose, breaker=breaker, engine=engine
        )
        self._table.warn(deadline)
        self.sender = Sender(
            self._table,
            self._limits,
            self._checked(guards or Guards(), (*routes, default), journal),
            deadline=deadline,
            journal=journal,
            engine=engine,
            scopes=opt_out_scopes,
            budget_watch=BudgetWatch(engine, hooks.get("on_budget")),
        )
        """Sends what was prepared."""
        self.route = tuple(self._providers[name] for name in default.providers)
        words, self._scopes = opt_out_words or OptOutWords(), opt_out_scopes or OptOutScopes()
        answers = self._answers(opt_out_answers, words)
        self.incoming = AsyncIncoming(
            inbox, words, self.default_region, engine, self.sender.sent, self._scopes, answers
        )
        """Receives replies and delivery reports."""
        self._gauges = self._gauge_source()
        self.webhooks = webhooks
        """Whose calls a webhook receiver takes, where the settings say."""

    def _checked(self, guards: Guards, routes: Sequence[Route], journal: Journal | None) -> Guards:
        """Return guards that fit the providers, routes and journal; raise `ConfigError` for what does not."""
        keeps_texts = journal is not None and journal.keeps_texts
        units = {provider.name: prices.unit for provider in self.providers if (prices := provider.prices)}
        self._limits.check_units({*units.values()})
        self._table.check_second_tries(keeps_texts=keeps_texts)
        guards.check_texts(keeps_texts=keeps_texts)
        guards.check({each.name: each.providers for each in routes}, units)
        return guards

    def _answers(self, texts: AnswerTexts | None, words: OptOutWords) -> Answers | None:
        """Return what answers replies; a gateway without a journal could not answer once."""
        if not texts:
            return None
        self._journal  # noqa: B018 - raises without one
        return Answers(
            texts,
            asks_for_help=words.asks_for_help,
            takes_sender=lambda provider: provider in self._providers and self.provider(provider).can(ChoosesSender),
            send=self._send_answer,
            now=self.sender.engine.utc,
        )

    async def _send_answer(self, message: Message, event: OptOut | Reply | None) -> SendResult:
        """Send what confirms an opt-out, answers a HELP, or welcomes back."""
        confirms, answers = (event, None) if isinstance(event, OptOut) else (None, event)
        return await send_single(
            self.sender, message, None, deadline=ANSWER_DEADLINE, dry_run=False, confirms=confirms, answers=answers
        )

    def _default_route(self, route: Sequence[str] | Route | None) -> Route:
        if isinstance(route, Route):
            return route
        return Route(name="default", providers=tuple(self._providers) if route is None else route)

    def _gauge_source(self) -> GaugeSource:
        """Return what metrics read of this gateway when they are collected."""
        journal = self.sender.journal
        return GaugeSource(
            {name: partial(getattr, breaker, "state") for name, breaker in self._table.breakers.items()},
            {provider.name: provider.blocked_now for provider in self.providers},
            None if journal is None else journal.records.stats,
        )

    @classmethod
    def from_config(cls, config: Config, **hooks: Unpack[Hooks]) -> Self:
        """Open a gateway on settings that were read before; needs the extra ``async``."""
        from smsgate.engine.event_loop import EventLoop  # noqa: PLC0415 - those who use threads have no use for it
        from smsgate.transport.http_async import AsyncHttpTransport  # noqa: PLC0415 - it needs h11

        engine = EventLoop()
        pace_store, token_stores = hooks.pop("pace_store", None), hooks.pop("token_stores", {})
        config.check_stores(token_stores)
        providers = [
            AsyncProvider(
                name,
                account.adapter(account.settings, provider=name),
                AsyncHttpTransport(account.settings),
                engine,
                pace_store=pace_store,
                token_store=token_stores.get(name),
            )
            for name, account in config.accounts.items()
        ]
        return cls(providers, **settings_of(config, hooks))

    def message(self, to: str, text: str, **fields: Unpack[MessageFields]) -> Message:
        """Make a `Message`; a number without a country is read in `region`, or else in the `default_region`.

        Takes every field of a `Message` and raises `InvalidMessageError` as that does.
        """
        if fields.get("region") is None:
            fields["region"] = self.default_region
        return Message(to, text, **fields)

    @overload
    async def send(
        self,
        message: Message,
        *,
        provider: str | None = None,
        deadline: float | None = None,
        dry_run: bool = False,
        confirms: OptOut | None = None,
    ) -> SendResult: ...

    @overload
    async def send(
        self, message: Plan, *, deadline: float | None = None, dry_run: bool = False, confirms: OptOut | None = None
    ) -> SendResult: ...

    async def send(
        self,
        message: Message | Plan,
        *,
        provider: str | None = None,
        deadline: float | None = None,
        dry_run: bool = False,
        confirms: OptOut | None = None,
    ) -> SendResult:
        """Submit one message, or one exactly as its plan shows it; return only if a vendor accepted it.

        The route's providers are asked in its order (or only the one named); the next is asked only where it is certain
        that no text is out, or as the route's `on_unknown` says. Raises, each with ``.result``: before any request
        `InvalidMessageError`, or `ConfigError` for a name that is not there and a hook that fails; then
        `RejectedError`, `NotSentError`, or `UnknownOutcomeError` where the message may have been sent.
        It takes at most `deadline` seconds (default: the gateway's), the wait for a slot under a rate limit included.

        With a journal, a message whose `key` was sent before is not sent again: its stored result is returned or its
        error raised; `ConflictError` for a key of another message, and `JournalError`, are raised too. A message to a
        number that opted out is refused (`OptedOutError`, before any request), but for the one that confirms that to
        its owner: ``confirms=opt_out`` lets it through, once.

        A plan is sent once, with the message's key or else its own. Its providers are asked in order, none at a higher
        price or under another sender than it shows; `PlanError` where that cannot be, or it has expired.

        What a signal handler raises meanwhile is raised at once; the send ends in the background, in the journal.
        With ``dry_run=True`` everything is checked and no request is made: the result is NOT_SENT, without an error.
        """
        return await send_single(self.sender, message, provider, deadline=deadline, dry_run=dry_run, confirms=confirms)

    @property
    def unknowns(self) -> AsyncUnknowns:
        """Messages of the journal that may have been sent: to list, look for, mark, or send again by choice."""
        return AsyncUnknowns(self._journal, self.sender, self._providers)

    @property
    def budgets(self) -> AsyncBudgets:
        """How much of the settings' budgets is used: in the journal, or without one in this process."""
        return AsyncBudgets(self.sender, self.default_region)

    async def plan(self, message: Message, *, provider: str | None = None, valid_for: timedelta = VALIDITY) -> Plan:
        """Return what `send` would do: providers in order, prices, what stops it; raises `ConfigError` as that does.

        `send` takes the plan instead of the message for so long (at most a day, and no longer than the journal's
        `key_days`), and does that or refuses.
        """
        return await self.sender.plan(message, provider, valid_for=valid_for)

    async def converted(self, key: str) -> None:
        """Record that the person with the message of an idempotency key has entered its code; once is enough.

        Guards with `min_conversion` judge prefixes by it, and stop a number no more whose person has entered a code.
        Raises `NotFoundError` for a key that the journal does not have, `ConflictError` for a message that was not
        sent, `ConfigError` without a journal, and `JournalError`.
        """
        await self.sender.engine.call(self._journal.converted, key)

    def breaker(self, provider: str) -> BreakerState:
        """Say whether a provider is asked now, or its circuit breaker is open because it kept failing."""
        return self._table.breakers[self.provider(provider).name].state

    async def close(self) -> None:
        """Begin nothing more, wait until what is being sent is recorded, if there is a journal; close all connections.

        No wait is longer than the deadlines of what is being sent.
        """
        self._gauges.close()
        try:
            await self.sender.close()
        finally:
            await super().close()

    @property
    def _journal(self) -> Journal:
        if self.sender.journal is None:
            raise ConfigError('this gateway has no journal; set journal = "smsgate.db"')
        return self.sender.journal

    @property
    def _engine(self) -> Engine:
        return self.sender.engine
