"""What people really want, beside who is texted."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen

from smsgate import Event, Message, OptedOutError, OptIn, OptOut, OptOutRecord, Reply, SendResult
from tests.simulation.engine import BEGINNING_UNIX
from tests.simulation.opt_outs.plan import ALL, Division, OptOutPlan
from tests.simulation.schedule import Simulation
from tests.simulation.task import Host
from tests.simulation.truth import Handing, Truth, name_of

UNCLEAR = 120.0
"""Seconds by which a STOP may be older than a START and still count."""


@frozen
class Said:
    """What is durable of one person and one scope."""

    stopped: bool
    at: float
    confirmed: bool = False
    """Whether the vendor has said so when it was asked."""


class OptOutTruth(Truth):
    """The same truth, and what is durable of opt-outs, written down as the documents have it."""

    plan: OptOutPlan

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(simulation)
        self.said: dict[tuple[str, str], Said] = {}
        """By number and scope."""
        self.heard: set[str] = set()
        """Ids of replies that are durable."""
        self.by_hand: set[tuple[str, str | None, bool]] = set()
        """Decisions without a reply that are durable: of whom, of what, and whether it is a STOP."""
        self._ever: set[tuple[str, str]] = set()
        """What somebody had opted out of at any time."""

    def noted(self, event: OptOut | OptIn) -> None:
        reply = event.reply
        self.heard.add(reply.message_id)
        self.simulation.tell("journal", f"{reply.sender}: {event.word} of {event.scopes} is recorded")
        for scope in self._scopes(event):
            self._record(reply.sender, scope, Said(isinstance(event, OptOut), _at(event), reply.source.is_confirmed))
        if {*event.scopes} not in self._expected(reply):
            self.violate(
                f"WRONG SCOPE: {event.word} to {reply.to} in answer to {reply.in_reply_to} is of {event.scopes}"
            )

    def noted_again(self, event: OptOut | OptIn) -> None:
        if not event.reply.source.is_confirmed:
            return
        for scope in self._scopes(event):
            known, stopped = self.said.get((event.reply.sender, scope)), isinstance(event, OptOut)
            if not stopped or known is None or _at(event) > known.at:
                self._record(event.reply.sender, scope, Said(stopped, _at(event), confirmed=True))
            elif known.stopped:
                self.said[event.reply.sender, scope] = evolve(known, confirmed=True)

    def decided(self, number: str, scope: str | None, *, stopped: bool) -> None:
        """Note that it is durable what somebody decided without a reply."""
        scopes = {ALL, *self._known(number)} if scope is None else {scope}
        for each in scopes:
            self._set(number, each, Said(stopped, self.simulation.now + BEGINNING_UNIX))
        self.by_hand.add((number, scope, stopped))

    def imported(self, record: OptOutRecord) -> None:
        """Note that an opt-out of elsewhere is durable, unless it was taken back since."""
        known, at = self.said.get((record.number, record.scope)), record.since.timestamp()
        if known is None or (not known.stopped and at >= known.at - UNCLEAR):
            self._set(record.number, record.scope, Said(stopped=True, at=at if known is None else max(at, known.at)))
        self.by_hand.add((record.number, record.scope, True))

    def silencing(self, message: Message) -> list[str]:
        """Return the opt-outs that silence a message by now."""
        scopes = [scope for scope, said in self._known(message.to).items() if said.stopped]
        return [scope for scope in scopes if self.plan.is_silenced(message, scope)]

    @property
    def stopped(self) -> set[tuple[str, str]]:
        """Who is out of what."""
        return {place for place, said in self.said.items() if said.stopped}

    def intended(self, message: Message, provider: str | None) -> None:
        if scopes := self.silencing(message):
            self.violate(f"TEXTED AFTER STOP: {message.text!r} was begun after {message.to} had opted out of {scopes}")
        super().intended(message, provider)

    def reported(self, result: SendResult, host: Host) -> None:
        super().reported(result, host)
        message = result.message
        if isinstance(result.error, OptedOutError) and not any(
            number == message.to and self.plan.is_silenced(message, scope) for number, scope in self._ever
        ):
            self.violate(f"SILENCED BY ANOTHER SCOPE: {message.text!r} under {message.sender}: {result.error}")

    def begin_handing(self, event: Event, host: Host) -> Handing:
        if isinstance(event, OptOut | OptIn) and event.reply.message_id not in self.heard:
            self.violate(f"HANDED OVER BEFORE RECORDED: {name_of(event)}")
        return super().begin_handing(event, host)

    def _expected(self, reply: Reply) -> list[set[str]]:
        """Return what a reply may be of; an answer to a text whose end is not recorded yet is of everything."""
        plan = self.plan
        if plan.division is Division.NOT:
            return [set()]
        if reply.to is not None:
            return [{plan.scope(reply.to)}]
        texts = {one.text for one in self.on_air if one.message_id == reply.in_reply_to}
        return [
            {ALL},
            *(plan.scopes(message, reply.provider) for message in self.messages.values() if message.text in texts),
        ]

    def _record(self, number: str, scope: str, said: Said) -> None:
        """Have it count, unless the other was said since, or a START is just a webhook's where the STOP is certain."""
        known = self.said.get((number, scope))
        if known is None:
            self._set(number, scope, said)
        elif said.at >= known.at - UNCLEAR * said.stopped and (
            said.stopped or said.confirmed or not (known.stopped and known.confirmed)
        ):
            self._set(number, scope, evolve(said, at=max(said.at, known.at)))

    def _set(self, number: str, scope: str, said: Said) -> None:
        self.said[number, scope] = said
        if said.stopped:
            self._ever.add((number, scope))
        self.simulation.tell("journal", f"{number} is {'out of' if said.stopped else 'in'} {scope}")

    def _scopes(self, event: OptOut | OptIn) -> list[str]:
        """Return what a reply is of; where opt-outs are not divided, a START is of everything."""
        if event.scopes:
            return [*event.scopes]
        return [ALL] if isinstance(event, OptOut) else [ALL, *self._known(event.reply.sender)]

    def _known(self, number: str) -> dict[str, Said]:
        return {scope: said for (each, scope), said in self.said.items() if each == number}


def _at(event: OptOut | OptIn) -> float:
    at: datetime | None = event.reply.received_at
    assert at is not None
    return at.timestamp()
