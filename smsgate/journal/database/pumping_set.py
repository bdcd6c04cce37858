"""What guards against pumping say of the messages that several callers are about to send: looked up, then counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from attrs import evolve, frozen

from smsgate.journal.database.connection import Connection, Question
from smsgate.journal.database.pumping import CONVERTED, Pumping
from smsgate.journal.database.row_set import SetStatement, fields
from smsgate.model.claim import Claim, Intent
from smsgate.model.errors import PumpingError
from smsgate.model.pumping import Conversion, PumpingRules, prefix_of, tens_of

__all__ = ["PumpingSet", "Verdict", "judged_slots", "places_of"]

SLOTS = 30
"""Parts of a window in which texts are counted together."""
_COUNTS = "SELECT place, slot, sent, converted FROM conversion_counts WHERE place IN ({values})"
_NEIGHBOURS = "SELECT place, line, max(until) FROM neighbours WHERE place IN ({values}) GROUP BY place, line"
_COUNT = SetStatement(
    "INSERT INTO conversion_counts (place, slot, sent, converted, until) "
    "SELECT column1, column2, column3, 0, column4 FROM {rows} WHERE column1 IS NOT NULL "
    "ON CONFLICT (place, slot) DO UPDATE SET sent = conversion_counts.sent + excluded.sent",
    ("place", "slot", "sent", "until"),
)
_TEXTS, _LINES = ("entry", "place", "slot", "until"), ("place", "line", "entry", "until")
_TEXT = SetStatement(
    f"INSERT INTO conversion_texts ({', '.join(_TEXTS)}) SELECT {fields(_TEXTS)} FROM {{rows}} "
    "WHERE column1 IS NOT NULL ON CONFLICT (entry, place) DO NOTHING",
    _TEXTS,
)
_LINE = SetStatement(
    f"INSERT INTO neighbours ({', '.join(_LINES)}) SELECT {fields(_LINES)} FROM {{rows}} WHERE column1 IS NOT NULL "
    "ON CONFLICT (place, line, entry) DO UPDATE SET until = excluded.until",
    _LINES,
)
"""A line has a row for each entry: one that ends without a text takes back its own."""


@frozen
class Verdict:
    """What the guards of one message say."""

    refusal: PumpingError | None = None
    observed: tuple[PumpingError, ...] = ()
    """What guards that only observe would refuse it for."""


class PumpingSet:
    """What is counted of the numbers that intents are for, as it is after each step, within one transaction."""

    def __init__(self, connection: Connection, pumping: Pumping) -> None:
        self._connection = connection
        self._pumping = pumping
        self._now = pumping.moment
        self._lines: dict[str, bytes] = {}
        """The hash of each number's line."""
        self._converted: frozenset[bytes] = frozenset()
        """Those of lines whose person has entered a code before."""
        self._spans: dict[str, range] = {}
        """Which parts of a window are judged, by place."""
        self._sums: dict[str, tuple[int, int]] = {}
        """Texts and conversions that are judged, by place."""
        self._near: dict[str, dict[bytes, float]] = {}
        """Until when lines count, by the ten numbers that they are among."""
        self._counts: Counter[tuple[str, int, float]] = Counter()
        self._texts: list[tuple[int, str, int, float]] = []
        self._new_lines: dict[tuple[str, bytes, int], float] = {}

    def questions(self, intents: Iterable[Intent]) -> list[Question]:
        """Return what reads how much is counted of the numbers of intents."""
        guarded = {(rules, intent.message.to) for intent in intents for rules in intent.pumping}
        self._lines = {number: self._pumping.line(number) for _, number in guarded}
        self._spans = {
            _place(rules, rule, to): judged_slots(rule, self._now) for rules, rule, to in _with_conversion(guarded)
        }
        self._near = {ten: {} for rules, to in guarded if rules.sequence for ten in _tens(rules, to)}
        return [(CONVERTED, [*{*self._lines.values()}]), (_COUNTS, [*self._spans]), (_NEIGHBOURS, [*self._near])]

    def answer(
        self, converted: Iterable[Sequence[Any]], counts: Iterable[Sequence[Any]], neighbours: Iterable[Sequence[Any]]
    ) -> None:
        """Take what they have read."""
        self._converted = frozenset(line for (line,) in converted)
        self._sums = dict.fromkeys(self._spans, (0, 0))
        for place, slot, sent, changed in counts:
            if slot in self._spans[place]:
                before = self._sums[place]
                self._sums[place] = before[0] + sent, before[1] + changed
        for ten, line, until in neighbours:
            if until > self._now:
                self._near[ten][line] = until

    def verdict(self, intent: Intent) -> Verdict:
        """Say whether a message may be sent, by what was counted before it."""
        if not intent.pumping or self._has_converted(intent):
            return Verdict()
        found = [(error, rules.observe) for rules in intent.pumping for error in self._errors(rules, intent.message.to)]
        refusal = next((error for error, observes in found if not observes), None)
        return Verdict(refusal, tuple(error for error, observes in found if observes))

    def unguarded(self, intent: Intent) -> Intent:
        """Return an intent without what guards reserve of bursts, if the person has entered a code before."""
        if not intent.reservations or not intent.pumping or not self._has_converted(intent):
            return intent
        bursts = {rules.burst for rules in intent.pumping}
        return evolve(intent, reservations=tuple(each for each in intent.reservations if each.name not in bursts))

    def add(self, claim: Claim, intent: Intent, verdict: Verdict) -> Claim:
        """Count a message for the guards that would not refuse it; return its claim with what the others say.

        A second try has the code of the first: that was counted, and is one code to be entered, or one not sent.
        """
        if not intent.pumping or self._has_converted(intent):
            return claim
        would_refuse = {error.guard for error in verdict.observed}
        for rules in intent.pumping:
            if rules.guard not in would_refuse:
                self._add(rules, intent.message.to, claim)
        return evolve(claim, would_refuse=verdict.observed) if verdict.observed else claim

    @property
    def is_changed(self) -> bool:
        """Whether anything was counted that is not written yet."""
        return bool(self._texts or self._new_lines)

    def write(self) -> int:
        """Write what was counted; return how much that is."""
        counted = len(self._texts) + len(self._new_lines)
        counts = [(place, slot, sent, until) for (place, slot, until), sent in self._counts.items()]
        self._connection.execute_set(_COUNT, counts)
        self._connection.execute_set(_TEXT, self._texts)
        self._connection.execute_set(_LINE, [(*line, until) for line, until in self._new_lines.items()])
        self._counts.clear()
        self._texts, self._new_lines = [], {}
        return counted

    def _errors(self, rules: PumpingRules, number: str) -> Iterator[PumpingError]:
        rule = rules.conversion
        if rule is not None:
            sent, converted = self._sums[_place(rules, rule, number)]
            if rule.stops(sent, converted):
                yield rules.stopped(number, sent, converted)
        if rules.sequence is not None:
            before, own, after = (self._near[ten] for ten in _tens(rules, number))
            most = len(own) + max(len(before), len(after))
            if most >= rules.sequence.count and self._lines[number] not in own:
                yield rules.near(number, most)

    def _add(self, rules: PumpingRules, number: str, claim: Claim) -> None:
        entry_id = claim.entry_id
        if rules.conversion is not None and not claim.is_second:
            place, slot = _place(rules, rules.conversion, number), _slot(rules.conversion, self._now)
            until = (slot + 1) * _length(rules.conversion) + rules.conversion.after + rules.conversion.window
            self._counts[place, slot, until] += 1
            self._texts.append((entry_id, place, slot, until))
        if rules.sequence is not None:
            _, ten, _ = _tens(rules, number)
            line, until = self._lines[number], self._now + rules.sequence.seconds
            self._near[ten][line] = self._new_lines[ten, line, entry_id] = until

    def _has_converted(self, intent: Intent) -> bool:
        return self._lines[intent.message.to] in self._converted


def _with_conversion(guarded: Iterable[tuple[PumpingRules, str]]) -> Iterator[tuple[PumpingRules, Conversion, str]]:
    for rules, number in guarded:
        if rules.conversion is not None:
            yield rules, rules.conversion, number


def _place(rules: PumpingRules, rule: Conversion, number: str) -> str:
    """Return where a prefix is counted: a guard with another window begins anew."""
    return f"{places_of(rules.guard, rule)}{prefix_of(number, rule.prefix)}"


def places_of(guard: str, rule: Conversion) -> str:
    """Return how all places of a guard's begin."""
    return f"{guard}/{rule.window}/"


def _tens(rules: PumpingRules, number: str) -> tuple[str, str, str]:
    """Return where lines are noted of the ten numbers before those that a number is among, of these, and after them."""
    assert rules.sequence is not None  # noqa: S101 - its caller knows
    first, ten = f"{rules.guard}/{rules.sequence.seconds}/", tens_of(number)
    return f"{first}{ten - 1}", f"{first}{ten}", f"{first}{ten + 1}"


def _length(rule: Conversion) -> float:
    return rule.window / SLOTS


def _slot(rule: Conversion, moment: float) -> int:
    return int(moment // _length(rule))


def judged_slots(rule: Conversion, now: float) -> range:
    """Return the slots that are judged: those that are over for as long as a person has, and began in the window."""
    last = _slot(rule, now - rule.after)
    return range(last - SLOTS + 1, last)
