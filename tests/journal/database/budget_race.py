"""A process whose threads send until a budget has no room left: run by name, and killed by the test."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

from smsgate import Accepted, Conversation, Effect, Gateway, Message, Provider, Request, Settings, Submission
from smsgate.guards.budget import Budget
from smsgate.guards.guards import Guards
from smsgate.journal.settings import JournalSettings
from smsgate.model.errors import BudgetExceededError
from tests.journal_at import journal_at
from tests.plain_adapter import TO, Plain
from tests.separate_process import SlowFileTransport

THREADS = 16
SLOW = 0.003
"""Seconds that the vendor takes for a text: some are on their way at any instant."""


class Numbered(Plain):
    """Takes one message a call; no two texts have one id, whichever process sends them."""

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        yield Request("POST", "send", json={"text": message.text}, effect=Effect.SENDS)
        return Accepted(message_id=message.text)


def open_racer(path: str, texts: Path, most: int) -> Gateway:
    """Open a gateway with one budget for all messages; its vendor keeps the texts that it took in a file."""
    adapter = Numbered(Settings(base_url="http://127.0.0.1"), provider="a")
    provider = Provider("a", adapter, SlowFileTransport(str(texts), SLOW))
    budget = Budget(name="race", per="1d", most=Decimal(most))
    journal = journal_at(JournalSettings(path=path, patience=20))
    return Gateway([provider], journal=journal, guards=Guards(counting=[budget]), deadline=60)


def race(path: str, texts: Path, most: int, name: str) -> None:
    """Send with many threads until there is no room."""
    with open_racer(path, texts, most) as gateway, ThreadPoolExecutor(THREADS) as threads:
        ends = [threads.submit(send_until_refused, gateway, f"{name}.{each}", most) for each in range(THREADS)]
        for each in ends:
            each.result()


def send_until_refused(gateway: Gateway, name: str, most: int) -> int:
    """Send messages until one is refused; return how many were sent."""
    for number in range(most + 1):
        try:
            gateway.send(Message(TO, f"{name}.{number}"))
        except BudgetExceededError:
            return number
    raise AssertionError("more was sent than there ever was room for")
