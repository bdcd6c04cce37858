"""One account: its credit, its messages, the numbers that it must not text, and the submissions that it has seen."""

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from smsgate.sandbox import Clock, DeliveryOutcome, Fault, Network, Outbox, StoredText, TextState, fault_for
from smsgate_bulksms_sandbox.answers import BadRequest, Refusal
from smsgate_bulksms_sandbox.entries import Entry
from smsgate_bulksms_sandbox.shapes import shown

NUMBER = "+27600000000"
"""The number of the vendor that takes replies."""
KEY_LIFE = timedelta(hours=12)
"""How long a deduplication id is known; the description says about 12 hours."""


class Account:
    """The messages of an account; each part of one costs a credit."""

    def __init__(self, network: Network, clock: Clock, *, credit: float, delivery: timedelta) -> None:
        self.clock, self.credit, self.repeated = clock, credit, 0
        self.outbox = Outbox("bulksms", network, clock, delivery=delivery)
        self.blocked: dict[str, int] = {}
        self._ids = itertools.count(3_011_248_021_500_000_001)
        self._answers: dict[int, tuple[datetime, list[dict[str, Any]]]] = {}

    def known_answer(self, key: int | None) -> list[dict[str, Any]] | None:
        """Return the answer to a submission that had this key before, whatever it was; None where there is none."""
        now = self.clock.now()
        at, answer = self._answers.get(key or 0, (now, None))
        known = answer if now - at < KEY_LIFE else None
        self.repeated += known is not None
        return known

    def submit(self, entries: Sequence[Entry], at: datetime | None, key: int | None) -> list[StoredText]:
        """Send the entries' texts, all or none, and charge them at once."""
        each = [(entry, to) for entry in entries for to in entry.to]
        faults, cost = {fault_for(to) for _, to in each}, sum(entry.parts for entry, _ in each)
        if Fault.REFUSE_NUMBER in faults:
            raise BadRequest("the recipient's phone number is not valid")
        if Fault.NO_CREDIT in faults or cost > self.credit:
            raise Refusal(403, "insufficient-credits", f"{cost} credits are needed")
        self.credit -= cost
        submission = f"2-{next(self._ids):020}"
        sent = [self._send(entry, to, at, submission) for entry, to in each]
        if key:
            self._answers[key] = (self.clock.now(), [shown(one, one.changes[0][1], new=True) for one in sent])
        return sent

    def receive(self, sender: str, text: str, message_id: str | None) -> StoredText:
        """Keep a reply to the last text to its sender that had no sender of its own; a STOP blocks the person."""
        texts = [one.message_id for one in self.outbox if one.text.to == sender and not one.text.sender]
        if text.strip().upper() == "STOP":
            self.block(sender)
        related = message_id or (texts[-1] if texts else None)
        return self.outbox.receive(str(next(self._ids)), sender, NUMBER, text, fields={"related": related})

    def block(self, number: str) -> None:
        """Send this number no more texts."""
        self.blocked.setdefault(number, len(self.blocked) + 1)

    def listed(self) -> list[dict[str, Any]]:
        """Return the messages that can be retrieved, the newest first: a scheduled one only from its date on."""
        now = self.clock.now()
        states = [(each, each.state(now)) for each in reversed([*self.outbox])]
        return [shown(each, state) for each, state in states if state is not TextState.SCHEDULED]

    def _send(self, entry: Entry, to: str, at: datetime | None, submission: str) -> StoredText:
        return self.outbox.send(
            str(next(self._ids)),
            to,
            entry.text,
            sender=entry.sender,
            reference=entry.reference,
            at=at,
            fields={"parts": entry.parts, "submission": submission, "unicode": entry.unicode},
            outcome=DeliveryOutcome.OPTED_OUT if to in self.blocked else None,
        )
