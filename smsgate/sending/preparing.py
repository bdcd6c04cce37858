"""A message becomes ready to be sent: its route, what refuses it, when it goes out, and what it takes of budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TypeAlias

from attrs import evolve

from smsgate import text
from smsgate.engine import Engine
from smsgate.guards.guards import Guards
from smsgate.journal import DueMessage, Journal, WaitingMessage
from smsgate.journal.budgets import JournalBudgets
from smsgate.model.errors import (
    ConfigError,
    InvalidMessageError,
    OptedOutError,
    PlanError,
    PumpingError,
    QuietHoursError,
)
from smsgate.model.event import OptOut, Reply
from smsgate.model.message import Message
from smsgate.model.opt_out_scope import EVERY_OPT_OUT, NO_OPT_OUT, MessageScope, OptOutScopes
from smsgate.routing.hop import Hop
from smsgate.routing.limits import Limits
from smsgate.routing.plan import LONGEST_VALIDITY, VALIDITY, Plan, steps
from smsgate.routing.planned import planned_way, route_shown
from smsgate.routing.route import Route
from smsgate.routing.table import RouteTable
from smsgate.sending.answered import check_recipient
from smsgate.sending.failure import exhausted
from smsgate.sending.prepared import PreparedSend
from smsgate.sending.room import reserving, room
from smsgate.sending.timing import at_its_time, expired, mistimed, timed
from smsgate.telemetry.sends import SendWatch

__all__ = ["Preparing"]

LONGEST_DEADLINE = 3600
"""Seconds."""
Refusal: TypeAlias = InvalidMessageError | ConfigError | OptedOutError | None


class Preparing:
    """Prepares messages to be sent through the table of routes; threads share it."""

    def __init__(  # noqa: PLR0913 - what a send depends on
        self,
        table: RouteTable,
        limits: Limits,
        guards: Guards,
        *,
        deadline: float,
        journal: Journal | None,
        engine: Engine,
        budgets: JournalBudgets,
        scopes: OptOutScopes | None,
    ) -> None:
        """Raise `ConfigError` for a deadline out of range, or a guard that needs a journal where there is none."""
        if not 0 < deadline <= LONGEST_DEADLINE:
            raise ConfigError(f"deadline must be over 0 and at most {LONGEST_DEADLINE} seconds, got {deadline:g}")
        guards.check_journal(there=journal is not None)
        self.journal = journal
        self.engine = engine
        self.guards = guards
        self.budgets = budgets
        """What is used of budgets: in the journal, or else in this process."""
        self._table = table
        self._limits = limits
        self._scopes = scopes or OptOutScopes()
        self._deadline = deadline

    async def prepare(  # noqa: PLR0913 - all by name
        self,
        message: Message,
        provider: str | None = None,
        *,
        run: str | None = None,
        deadline: float | None = None,
        rehearsal: bool = False,
        ahead: Mapping[str, int] | None = None,
        confirms: OptOut | None = None,
        answers: Reply | None = None,
        lane: str | None = None,
        waiting: WaitingMessage | None = None,
        plan: Plan | None = None,
        may_wait: bool = True,
    ) -> PreparedSend:
        """Prepare a message; a rehearsal does not count in its route's order. `deadline` is in seconds.

        Quiet hours keep it in the journal, or at its vendor; not one that `confirms` an opt-out. One that is not to
        wait (`may_wait`) is refused instead.

        One that `answers` a reply that asks for help goes out though the person opted out.

        `ahead` says how many messages of each route a rehearsal supposes before this one.

        The provider of its `lane` is asked first, if it is in the route; `waiting` is what the journal has of a message
        that was queued or due.

        The `plan` of a message says which providers are asked, whatever its route is now; in a journal its id is the
        key of a message that has none, so that a plan is sent once.

        Raises `ConfigError` where it names a route or provider that is not there, or an application's function fails.
        Raises `InvalidMessageError` where such a function refuses it, or it goes to another number than the reply came
        from that it confirms or answers.
        """
        check_recipient(message, confirms, answers)
        if plan is not None and message.key is None and self.journal is not None:
            message = evolve(message, key=plan.id)
        if isinstance(waiting, DueMessage) and waiting.is_second:
            provider = str(waiting.needs["provider"])
        analysis, is_confirmation = text.analyse(message.text), confirms is not None
        refusal: Refusal = None
        if plan is None:
            route, hops = await self._way(message, analysis, provider, rehearsal=rehearsal, ahead=ahead or {})
            hops = sorted(hops, key=lambda hop: hop.provider.name != lane)
        else:
            route, hops, refusal = self._planned(plan, analysis, rehearsal=rehearsal, confirms=is_confirmation)
        outgoing, now = message, self.engine.utc()
        if waiting is not None:
            outgoing, refusal = at_its_time(message, now), refusal or expired(waiting, now)
        refusal = refusal or await self._refusal(outgoing, analysis)
        pumping = self.guards.pumping_refusals(message, route.name)
        refusal = refusal or next((error for error, observes in pumping if not observes), None)
        prepared = PreparedSend(
            message,
            analysis,
            route,
            hops,
            refusal,
            by_guard=isinstance(refusal, PumpingError),
            run=run,
            confirms=is_confirmation,
            deadline=self._deadline if deadline is None else deadline,
            entry_id=None if waiting is None else waiting.entry_id,
            outgoing=outgoing,
            pumping=self.guards.pumping_rules(message, route.name),
            observed=tuple(error for error, observes in pumping if observes and not rehearsal),
            scope=self._scope(message, hops) if answers is None else NO_OPT_OUT,
            watch=SendWatch(analysis.encoding.value),
            plan=plan,
        )
        if prepared.refusal is None and rehearsal and not is_confirmation:  # else the journal refuses the intent
            prepared = evolve(prepared, refusal=await self._opt_out(message.to, prepared.scope))
        if not is_confirmation:
            keeps = self.journal is not None and self.journal.keeps_texts
            prepared = self._at_its_time(prepared, may_wait=keeps and may_wait, waiting=waiting)
        prepared = reserving(prepared, self.guards, self._limits, self.engine.utc())
        return await self._with_room(prepared) if rehearsal else prepared

    async def _opt_out(self, number: str, scope: MessageScope) -> OptedOutError | None:
        """Return the opt-out that silences a message to a number."""
        if self.journal is None:
            return None
        found = await self.engine.call(self.journal.inbox.opted_out, number)
        return next((record.refusal() for record in found if scope.is_silenced_by(record.scope)), None)

    def _at_its_time(self, prepared: PreparedSend, *, may_wait: bool, waiting: WaitingMessage | None) -> PreparedSend:
        """Have quiet hours refuse a message, or put it off."""
        if prepared.refusal is not None or (self.guards.quiet_hours is None and prepared.plan is None):
            return prepared
        outgoing, route, now = prepared.outgoing, prepared.route, self.engine.utc()
        timing = timed(
            self.guards,
            outgoing,
            route,
            prepared.hops,
            limits=self._limits,
            now=now,
            may_wait=may_wait,
            waiting=waiting,
        )
        refusal, hold_until = timing.refusal, timing.hold_until
        if prepared.plan is not None and (refusal := mistimed(prepared.plan, timing) or refusal) is not None:
            hold_until = None
        return evolve(
            prepared,
            outgoing=timing.outgoing,
            hops=timing.hops,
            refusal=refusal,
            by_guard=isinstance(refusal, QuietHoursError),
            hold_until=hold_until,
        )

    async def _with_room(self, prepared: PreparedSend) -> PreparedSend:
        """Refuse a message that budgets have no room for now; note which providers' budgets have none."""
        if prepared.refusal is not None or prepared.hold_until is not None:  # what is held takes nothing yet
            return prepared
        refusal, full = await room(self.engine, self.budgets, prepared.reservations, prepared.hops)
        if refusal is not None:
            return evolve(prepared, refusal=refusal, by_guard=True)
        return evolve(prepared, full=full)

    async def _way(
        self,
        message: Message,
        analysis: text.Analysis,
        provider: str | None,
        *,
        rehearsal: bool,
        ahead: Mapping[str, int],
    ) -> tuple[Route, Sequence[Hop]]:
        """Return the route of a message, and its providers in their order."""
        route = await self._table.route_of(message, provider)
        supposed = route.counter.count + ahead.get(route.name, 0)
        index = supposed if rehearsal else route.counter.next_index()
        return route, await self._table.hops(message, analysis, route, index=index)

    def _planned(
        self, plan: Plan, analysis: text.Analysis, *, rehearsal: bool, confirms: bool
    ) -> tuple[Route, Sequence[Hop], PlanError | None]:
        """Return the way of a plan, or why it must not be sent: a refusal, for it may have been sent before."""
        shown = route_shown(plan)
        try:
            route, hops = planned_way(plan, analysis, self._table, self.engine.utc(), confirms=confirms)
        except PlanError as error:
            return shown, (), error
        if not rehearsal and plan.only is None:
            self._table.count(route.name)
        return route, hops, None

    def lane(self, prepared: PreparedSend) -> str:
        """Return the provider that is asked first, however it is now; raise what stops the message everywhere."""
        if prepared.refusal is not None and not isinstance(prepared.refusal, QuietHoursError):  # those end
            raise prepared.refusal
        refusals = [(hop.provider.name, hop.refusal(prepared.message, self._limits)) for hop in prepared.hops]
        for name, refusal in refusals:
            if refusal is None:
                return name
        raise exhausted([(name, refusal) for name, refusal in refusals if refusal is not None])

    async def plan(
        self,
        message: Message,
        provider: str | None,
        ahead: Mapping[str, int] | None = None,
        *,
        valid_for: timedelta = VALIDITY,
    ) -> Plan:
        """Return what would be asked for a message; raise as `Gateway.plan` does."""
        if not timedelta() < valid_for <= LONGEST_VALIDITY:
            raise ConfigError(f"valid_for must be over 0 and at most {LONGEST_VALIDITY}, got {valid_for}")
        prepared = await self.prepare(message, provider, rehearsal=True, ahead=ahead)
        if isinstance(prepared.refusal, ConfigError):
            raise prepared.refusal
        hops, refusal = await steps(prepared.hops, prepared.outgoing, self._limits, prepared.full), prepared.refusal
        return Plan(
            message=message,
            analysis=prepared.analysis,
            route=prepared.route.name,
            steps=hops,
            refusal=refusal,
            expires=self.engine.utc() + min(valid_for, self._key_lasts),
            only=message.provider if provider is None else provider,
            held_until=prepared.hold_until,
            send_at=prepared.outgoing.send_at,
        )

    @property
    def _key_lasts(self) -> timedelta:
        """How long a plan that was sent is known by its key at least."""
        return LONGEST_VALIDITY if self.journal is None else timedelta(days=self.journal.key_days)

    async def bulk_hop(self, prepared: PreparedSend) -> Hop | None:
        """Return a message's first provider, if it takes many messages in one call and would be asked."""
        if prepared.refusal is not None or prepared.hold_until is not None or not prepared.hops:
            return None
        hop = prepared.hops[0]
        return hop if hop.bulk_size > 1 and not await hop.obstacle(prepared.outgoing, self._limits) else None

    async def _refusal(self, message: Message, analysis: text.Analysis) -> InvalidMessageError | ConfigError | None:
        """Return what stops a message before any request."""
        for field, given in (("key", message.key), ("consent", message.consent)):
            if given is not None and self.journal is None:
                return InvalidMessageError(
                    f"a {field} needs a journal, and this gateway has none; set journal, or leave the {field} out"
                )
        try:
            await self._limits.check(message, analysis, self.engine)
        except (InvalidMessageError, ConfigError) as error:
            return error
        return None

    def _scope(self, message: Message, hops: Sequence[Hop]) -> MessageScope:
        """Return by which opt-outs a message is silenced, whichever provider of the route is asked."""
        if not self._scopes.is_divided:
            return EVERY_OPT_OUT
        return self._scopes.of_message(message.campaign, {hop.provider.senders.sender(message) for hop in hops})
