"""What really happened in a history: which texts are on air, what was durable when, which events were handed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import define, frozen

from smsgate import DeliveryReport, Event, JournalError, Message, OptIn, OptOut, Outcome, Reply, SendResult
from smsgate.journal import State
from smsgate.journal.event_identity import DELIVERY_TIME
from tests.simulation.schedule import Simulation
from tests.simulation.task import Host

CONFIRMATION = "you are out"
"""What the application answers to STOP."""


@frozen
class OnAir:
    """A text that a vendor has sent to a phone."""

    provider: str
    to: str
    text: str
    message_id: str
    at: float
    reference: str | None
    asker: Host
    """Which process asked for it."""


@define
class Handing:
    """What an application has had of one event."""

    taker: Host | None = None
    """Who has it in hand, and since when."""
    since: float = 0.0
    returned: bool = False
    """Whether the application has processed it."""
    finished: bool = False
    """Whether that is durable, too."""
    times: int = 0


class Truth:
    """Kept by the vendors and the disk; no crash and no lost answer changes it."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.violations: list[str] = []
        self.on_air: list[OnAir] = []
        self.wanted: Counter[str] = Counter()
        """How often each text may go on air."""
        self.copies = 1
        """How many providers may have each of them, by the choice of the application."""
        self.resent: Counter[str] = Counter()
        """How often texts were sent once more by hand."""
        self.messages: dict[int, Message] = {}
        """The messages of entries."""
        self.handings: dict[str, Handing] = {}
        self.expected: list[str] = []
        """Events that have to be handed over."""
        self.is_undisturbed = True
        """Whether no process has died or was halted, and the disk was not full."""
        self.has_unsearchable = False
        """Whether a vendor was given texts without the reference by which alone it shows them."""
        self.asked: set[str] = set()
        """Texts that a vendor was asked to send."""
        self._recorded: set[tuple[str, str]] = set()
        """Texts, each with a provider that may be asked for it, by what is durable."""
        self._opted_out: dict[str, datetime] = {}
        """Who must not be texted, and when they said so."""

    def violate(self, what: str) -> None:
        """Note that a promise was broken."""
        self.simulation.tell("TRUTH", what)
        self.violations.append(what)

    def begun(self, entry_id: int, message: Message) -> None:
        """Note whose entry was made."""
        self.messages[entry_id] = message

    def intended(self, message: Message, provider: str | None) -> None:
        """Note that it is durable which provider is asked."""
        if message.to in self._opted_out and message.text != CONFIRMATION:
            self.violate(f"TEXTED AFTER STOP: {message.text!r} was begun after {message.to} had opted out")
        if provider is not None:
            self._recorded.add((message.text, provider))

    def is_recorded(self, text: str, provider: str) -> bool:
        """Whether it is durable that a provider may be asked for a text."""
        return (text, provider) in self._recorded

    def noted(self, event: OptOut | OptIn) -> None:
        """Note that an opt-out is durable, or that a later opt-in is."""
        number, at = event.reply.sender, event.reply.received_at
        assert at is not None
        if isinstance(event, OptOut):
            self.simulation.tell("journal", f"{number} has opted out")
            self._opted_out[number] = at
        elif number in self._opted_out and self._opted_out[number] < at:
            self.simulation.tell("journal", f"{number} has taken that back")
            del self._opted_out[number]

    def noted_again(self, event: OptOut | OptIn) -> None:
        """Note that a reply was recorded which had been recorded before."""

    def reclaimed(self, entry_id: int, provider: str | None, state: State) -> None:
        """Note that it is durable that an entry's message is sent once more by hand."""
        message = self.messages[entry_id]
        if state is not State.UNKNOWN:
            self.violate(f"SENT AGAIN WHILE {state.upper()}: entry {entry_id} ({message.text!r})")
        self.wanted[message.text] += 1
        self.resent[message.text] += 1
        self.intended(message, provider)

    def handed_over(self, provider: str, text: str) -> None:
        """Note that a vendor is asked to send a text."""
        self.asked.add(text)
        if (text, provider) not in self._recorded:
            self.violate(f"ASKED BEFORE RECORDED: {provider} is asked to send {text!r}, and no durable intent says so")

    def sent(self, provider: str, written: Mapping[str, Any], message_id: str, asker: Host) -> OnAir:
        """Note that a text is on air."""
        text = written["text"]
        one = OnAir(provider, written["to"], text, message_id, self.simulation.now, written["reference"], asker)
        self.on_air.append(one)
        self.simulation.tell(provider, f"{text!r} is on air as {message_id}")
        copies = [each.provider for each in self.on_air if each.text == text]
        if len(copies) > self.wanted[text] * self.copies or copies.count(provider) > self.wanted[text]:
            self.violate(f"TEXTED TWICE: {text!r} is on air {len(copies)} times, and wanted {self.wanted[text]} times")
        return one

    def begin_handing(self, event: Event, host: Host) -> Handing:
        """Note that the application is given an event."""
        name, now = name_of(event), self.simulation.now
        handing = self.handings.setdefault(name, Handing())
        self.simulation.tell(host.name, f"is given {name}")
        if handing.finished:
            self.violate(f"HANDED OVER TWICE: {name} was taken before")
        elif handing.taker is not None and not handing.taker.dead and now < handing.since + DELIVERY_TIME:
            self.violate(f"HANDED OVER TWICE: {name} is in hand at {handing.taker.name}")
        handing.taker, handing.since = host, now
        handing.times += 1
        return handing

    def end_handing(self, handing: Handing, *, finished: bool) -> None:
        """Note that the application has done with an event; it is `finished` if the journal says so, too."""
        handing.taker = None
        handing.finished = handing.finished or finished

    def reported(self, result: SendResult, host: Host) -> None:
        """Note what the application learns of a message.

        "Not sent" is said of what this process has done: another one that has taken over its run may have sent it.
        """
        message, outcome = result.message, result.outcome
        self.simulation.tell("application", f"{message.text!r} is {outcome} ({result.error or result.message_id})")
        copies = [one for one in self.on_air if one.text == message.text]
        if outcome is Outcome.ACCEPTED:
            if not any((one.provider, one.message_id) == (result.provider, result.message_id) for one in copies):
                self.violate(f"ACCEPTED UNDER A WRONG ID: {message.text!r}, {result.provider} {result.message_id}")
        elif outcome in {Outcome.NOT_SENT, Outcome.REJECTED} and not isinstance(result.error, JournalError):
            own = [one for one in copies if one.asker is host]
            if own and self.wanted[message.text] == 1 and message.text != CONFIRMATION:  # said of the second one
                self.violate(f"SAID TO BE {outcome.upper()}: {message.text!r} is on air as {own[0].message_id}")


def name_of(event: Event) -> str:
    """Return what is the same of two events exactly if they say the same."""
    match event:
        case DeliveryReport():
            return f"report {event.provider}/{event.message_id} {event.status}"
        case OptOut() | OptIn():
            return f"reply {event.reply.provider}/{event.reply.message_id}"
        case Reply():
            return f"reply {event.provider}/{event.message_id}"
        case _:
            return f"event {event.provider} {event.kind}"
