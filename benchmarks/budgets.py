"""What guards cost: a send with each kind beside one without any, in a journal of 1,000,000 entries.

``python -m benchmarks.budgets`` fills a journal by plain SQL, with a budget of each recipient and one of the campaign
for each entry, copies it to a PostgreSQL server on the same machine, measures in both, and prints a table; ``--json
FILE`` writes the figures too. The kinds of sends take turns, in another order each round; a figure is the median of the
rounds, a ratio that of the rounds' ratios. The vendor answers at once and within the process, so that nothing but
smsgate's own work is compared; whole sends are measured with a vendor 50 ms away, too.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from decimal import Decimal
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.journal import DURABLE
from benchmarks.journal_size import ended, fill
from smsgate import Answer, Gateway, JournalSettings, Message, Outcome, PriceList, Provider, Request, Settings
from smsgate.guards.budget import Budget
from smsgate.guards.guards import Guards
from smsgate.guards.pumping import PumpingGuard
from smsgate.guards.quiet_hours import QuietHours, QuietRule
from smsgate.guards.quiet_times import QuietTimes
from smsgate.journal import Claim, Intent
from smsgate.journal.database.journal import DatabaseJournal
from smsgate.journal.database.runs import Identities
from smsgate.journal.opening import copy_journal, open_journal
from smsgate.model.count_within import CountWithin
from smsgate.model.numbers import line_of
from smsgate.model.price import Price
from smsgate.model.pumping import Conversion
from tests.plain_adapter import Line, Plain
from tests.postgres_server import PostgresServer

PRICE = Price(Decimal("0.0275"), "EUR")
BUDGETS = (
    Budget(name="person", per="1d", most=Decimal(50), by="recipient"),
    Budget(name="spring", per="1d", most=Decimal(10_000_000), by="campaign"),
    Budget(name="money", per="month", most=Decimal(1_000_000), unit="EUR"),
)
KINDS: Mapping[str, Sequence[Budget]] = {"none": (), "one": BUDGETS[:1], "two": BUDGETS[:2], "three": BUDGETS}
"""What the journal alone is measured with; a whole send, with the other guards too."""
PUMPING = PumpingGuard(
    name="guard.otp",
    countries=["ZA"],
    burst=CountWithin(1000, 600),
    sequential=CountWithin(15, 600),
    conversion=Conversion(least=0.1, window=86_400, after=600, min_messages=1_000_000, prefix=6),
)
CAMPAIGN = "spring"
_BUDGETS = "INSERT INTO budgets (id, identity, budget, value, used, level) VALUES (?, ?, ?, ?, ?, 0)"
_OF_PEOPLE = """
INSERT INTO reservations (budget_id, until, entry, submission, claim, amount)
SELECT people.id, (SELECT moment FROM timeline) + 40000 + entries.id % 46000, entries.id, entries.id, 1, 1
FROM entries JOIN people ON people.number = entries.recipient"""
_OF_CAMPAIGN = """
INSERT INTO reservations (budget_id, until, entry, submission, claim, amount)
SELECT 1, (SELECT moment FROM timeline) + 40000 + id % 46000, id, id, 1, 1 FROM entries"""


def guards() -> Mapping[str, Guards]:
    """Return those of each kind of whole sends; no hour is quiet within the next twelve."""
    later = datetime.now(ZoneInfo("Africa/Johannesburg")) + timedelta(hours=12)
    times = QuietTimes.on(time_of_day(later.hour), time_of_day((later.hour + 8) % 24))
    return {kind: Guards(counting=budgets) for kind, budgets in KINDS.items()} | {
        "pumping": Guards(counting=(PUMPING,), pumping=(PUMPING,)),
        "quiet": Guards(quiet_hours=QuietHours((QuietRule(times=times),))),
    }


def reserve(path: str) -> None:
    """Have each entry of a journal count in the budgets of its recipient and of one campaign."""
    person, campaign, _ = BUDGETS
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        (salt,) = connection.execute("SELECT salt FROM salt").fetchone()

        def row(id_: int, budget: Budget, value: str, used: int) -> tuple[object, ...]:
            identity = Identities(salt).of(b"budget", budget.counter.encode(), b"\0", value.encode())
            return (id_, identity, budget.counter, None if budget.is_secret else value, used)

        connection.execute("BEGIN")
        people = connection.execute("SELECT recipient, count(*) FROM entries GROUP BY recipient").fetchall()
        connection.execute(_BUDGETS, row(1, campaign, CAMPAIGN, sum(count for _, count in people)))
        connection.execute("CREATE TEMP TABLE people (number TEXT PRIMARY KEY, id INTEGER)")
        for id_, (number, count) in enumerate(people, 2):
            connection.execute(_BUDGETS, row(id_, person, line_of(number), count))
            connection.execute("INSERT INTO people VALUES (?, ?)", (number, id_))
        connection.execute(_OF_PEOPLE)
        connection.execute(_OF_CAMPAIGN)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def message(key: str) -> Message:
    return Message(f"+2782{int(key, 16) % 5_000_000:07d}", "Your code is 4711", key=key, campaign=CAMPAIGN)


def intent(key: str, budgets: Sequence[Budget]) -> Intent:
    made = message(key)
    reserved = Guards(counting=budgets).reservations(made, 1, "default", {"a": PRICE}, datetime.now(UTC))
    return Intent(made, "a", reservations=reserved)


def record(journal: DatabaseJournal, budgets: Sequence[Budget], at_once: int) -> None:
    """Begin messages and settle them, as the journal does for callers that come together."""
    intents = [intent(os.urandom(8).hex(), budgets) for _ in range(at_once)]
    claims = [each for each in journal.begin(intents).wait(60) if isinstance(each, Claim)]
    assert len(claims) == at_once
    ends = [ended(each, Outcome.ACCEPTED, each.message.key) for each in intents]
    journal.settle([*zip(claims, ends, strict=True)]).wait(60)


def compared(sends: Mapping[str, Callable[[], object]], rounds: int, each: int) -> dict[str, object]:
    """Send in turn; return the microseconds of a message of each kind, and the ratios to that without budgets."""
    dice, found = random.Random(21), list[dict[str, tuple[float, float]]]()
    for _ in range(rounds):
        spent = {}
        for kind in dice.sample([*sends], len(sends)):
            wall, processor = time.perf_counter(), time.process_time()
            sends[kind]()
            spent[kind] = time.perf_counter() - wall, time.process_time() - processor
        found.append(spent)
    figures: dict[str, object] = {}
    for place, name in enumerate(("wall", "processor")):
        for kind in sends:
            middle = statistics.median(spent[kind][place] for spent in found)
            ratios = [spent[kind][place] / max(1e-9, spent["none"][place]) for spent in found]
            figures[f"{kind}_{name}_us"] = round(middle / each * 1e6, 1)
            if kind != "none":
                figures[f"{kind}_{name}_ratio"] = round(statistics.median(ratios), 3)
                base = statistics.median(spent["none"][place] for spent in found)
                figures[f"{kind}_{name}_ratio_of_medians"] = round(middle / max(1e-9, base), 3)
    return figures


class Distant(Line):
    """A vendor whose answer takes 50 ms."""

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        time.sleep(0.05)
        return super().ask(request, headers)


def in_gateways(journal: DatabaseJournal, rounds: int, line: type[Line] = Line) -> dict[str, object]:
    """Compare whole sends, one after the other, of gateways that share a journal."""
    prices, ids = PriceList(PRICE.unit, {"+27": PRICE.amount}), itertools.count(1)

    class Numbered(Plain):
        """Gives ids that no other gateway of the journal has."""

        def __init__(self, settings: Settings, *, provider: str) -> None:
            super().__init__(settings, provider=provider)
            self.ids = ids

    def opened(each: Guards) -> Gateway:
        settings = Settings(base_url="http://127.0.0.1", prices=prices)
        provider = Provider("a", Numbered(settings, provider="a"), line())
        return Gateway([provider], journal=journal, guards=each)

    gateways = {kind: opened(each) for kind, each in guards().items()}
    return compared({kind: partial(send, each) for kind, each in gateways.items()}, rounds, 1)


def send(gateway: Gateway) -> None:
    gateway.send(message(os.urandom(8).hex()))


def measured(journal: DatabaseJournal, rounds: int) -> dict[str, object]:
    """Measure everything in one journal."""
    found: dict[str, object] = {}
    for at_once, times in ((1, rounds), (256, max(4, rounds // 15))):
        sends = {kind: partial(record, journal, budgets, at_once) for kind, budgets in KINDS.items()}
        compared(sends, 3, at_once)  # prepares the statements
        found[f"recorded_{at_once}_at_once"] = compared(sends, times, at_once)
    found["whole_sends"] = in_gateways(journal, rounds)
    found["whole_sends_50_ms_away"] = in_gateways(journal, rounds // 2, Distant)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=600)
    parser.add_argument("--folder", help="where the journal is; default: the system's for temporary files")
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    figures: dict[str, object] = {"entries": wanted.entries, "load_at_the_beginning": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory(dir=wanted.folder) as folder, PostgresServer(*DURABLE) as server:
        places = (
            JournalSettings(path=str(Path(folder, "large.db"))),
            JournalSettings(path=server.create_database("big")),
        )
        fill(places[0].path, wanted.entries)
        reserve(places[0].path)
        copy_journal(*places)
        for name, place in zip(("sqlite", "postgres"), places, strict=True):
            with open_journal(place) as journal:
                figures[name] = measured(journal, wanted.rounds)
    figures |= {"cores": os.cpu_count(), "python": platform.python_version(), "sqlite_version": sqlite3.sqlite_version}
    print(json.dumps(figures, indent=2))
    if wanted.json:
        wanted.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
