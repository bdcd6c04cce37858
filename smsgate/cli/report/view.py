"""The report as a summary and tables, which the terminal and the page have in common."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from shlex import quote

from attrs import define, field, frozen

from smsgate.cli.campaign.tally import Prices, money
from smsgate.cli.output import moment
from smsgate.model.entry import State
from smsgate.model.run_report import RunReport
from smsgate.model.status import Status

__all__ = ["Section", "deliveries", "outcomes", "places", "refusals", "span", "summary", "times"]

STEPS = (1, 2, 5, 10, 30, 60, 300, 1_800, 3_600, 86_400)
"""Seconds within which messages are counted as delivered."""
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_LEAST = 0.001
"""The smallest share that is shown as it is."""
_IN_FLIGHT = {State.INTENT: "in flight"}
"""As `smsgate run status` says it."""


@frozen
class Section:
    """One table."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...] = ()
    """From 0 to 1, one a row: as long as a bar is."""
    texts: int = 1
    """How many columns, from the left, are words; the others are numbers."""


def summary(report: RunReport) -> dict[str, str | None]:
    """Return what is said before the tables."""
    times, unpriced = report.delivery_times, report.without_price
    median, most = span(times.median), span(times.most)
    cost = money(report.cost) or ("no price known" if report.segments else "")
    rest = f"; {unpriced:,} message{'' if unpriced == 1 else 's'} without a price" if unpriced and report.cost else ""
    return {
        "run": report.run,
        "total": f"{report.messages:,}",
        "open": f"{report.open:,}: the run is going on" if report.open else None,
        "segments": f"{report.segments:,}" if report.segments else None,
        "cost": cost + rest or None,
        "second tries": _second_tries(report),
        "began": None if report.began is None else moment(report.began),
        "last end": None if report.ended is None else moment(report.ended),
        "duration": None if report.duration is None else span(report.duration),
        "to delivery": f"median {median}; 95 % within {most} (of {times.messages:,})" if times.messages else None,
        "what next": f"smsgate unknown list --run {quote(report.run)}" if report.states.get(State.UNKNOWN) else None,
    }


def _second_tries(report: RunReport) -> str | None:
    if not report.second_tries:
        return None
    late = f"; possible duplicates: {report.possible_duplicates:,}" if report.possible_duplicates else ""
    return f"{report.second_tries:,}{late}"


def outcomes(report: RunReport) -> Section:
    """Return how many messages are in each state."""
    counts = [(_IN_FLIGHT.get(state, state), report.states[state]) for state in State if report.states.get(state)]
    return _counted("Outcomes", "state", counts, report.messages)


def deliveries(report: RunReport) -> Section:
    """Return how many accepted messages have each status."""
    counts = [(status, report.statuses[status]) for status in Status if report.statuses.get(status)]
    return _counted("Deliveries of accepted messages", "status", counts, sum(report.statuses.values()))


def times(report: RunReport) -> Section:
    """Return how many messages were delivered within each time."""
    counts = dict.fromkeys((*STEPS, 0), 0)
    for seconds, messages in report.delivery_times.counts.items():
        counts[next((step for step in STEPS if seconds <= step), 0)] += messages
    rows = [(f"up to {span(timedelta(seconds=step))}" if step else "longer", counts[step]) for step in counts]
    last = max((place for place, (_, messages) in enumerate(rows) if messages), default=-1)
    return _counted("Time to delivery", "time", rows[: last + 1], report.delivery_times.messages)


@define
class _Place:
    """What is added up of one country and provider."""

    messages: int = 0
    accepted: int = 0
    delivered: int = 0
    segments: int = 0
    cost: Prices = field(factory=dict)


def places(report: RunReport) -> Section:
    """Return what was sent to each country by each provider, and what that cost; the most messages first."""
    found: dict[tuple[str, str], _Place] = {}
    for group in report.groups:
        place = found.setdefault((group.country or "none", group.provider or "none"), _Place())
        place.messages += group.messages
        place.accepted += group.messages if group.state is State.ACCEPTED else 0
        place.delivered += group.messages if group.status is Status.DELIVERED else 0
        place.segments += group.segments
        if group.unit is not None and group.cost is not None:
            place.cost[group.unit] = place.cost.get(group.unit, 0) + group.cost
    ordered = sorted(found.items(), key=lambda each: (-each[1].messages, each[0]))
    rows = tuple((*names, *_cells(place)) for names, place in ordered)
    shares = tuple(place.messages / ordered[0][1].messages for _, place in ordered)
    columns = ("country", "provider", "messages", "accepted", "delivered", "segments", "cost")
    return Section("Messages and cost by country and provider", columns, rows, shares, texts=2)


def refusals(report: RunReport) -> Section:
    """Return why messages were refused or not sent."""
    rows: list[tuple[str, str, str, str, int]] = [
        (str(each.outcome), each.provider or "", each.code or "", each.reason, each.messages)
        for each in report.refusals
    ]
    if report.other_refusals:
        rows.append(("", "", "", "other reasons", report.other_refusals))
    most = max((row[-1] for row in rows), default=1)
    return Section(
        "Refusals by reason",
        ("outcome", "provider", "code", "reason", "messages"),
        tuple((*words, f"{messages:,}") for *words, messages in rows),
        tuple(row[-1] / most for row in rows),
        texts=4,
    )


def span(length: timedelta | None) -> str:
    """Say a length of time, to two of its units."""
    if length is None:
        return ""
    seconds = length.total_seconds()
    if seconds < _MINUTE:
        return f"{seconds:.3g} s"
    whole = round(seconds)
    if whole < _HOUR:
        return _two(whole // _MINUTE, "min", whole % _MINUTE, "s")
    if whole < _DAY:
        return _two(whole // _HOUR, "h", whole % _HOUR // _MINUTE, "min")
    return _two(whole // _DAY, "d", whole % _DAY // _HOUR, "h")


def _two(more: int, unit: str, less: int, smaller: str) -> str:
    return f"{more:,} {unit}" + (f" {less} {smaller}" if less else "")


def _cells(place: _Place) -> tuple[str, ...]:
    counts = (place.messages, place.accepted, place.delivered, place.segments)
    cost = money(place.cost) or ("no price" if place.accepted else "")
    return (*(f"{count:,}" for count in counts), cost)


def _counted(title: str, name: str, counts: Sequence[tuple[str, int]], total: int) -> Section:
    shares = tuple(messages / total for _, messages in counts)
    rows = tuple((str(word), f"{messages:,}", _percent(messages / total)) for word, messages in counts)
    return Section(title, (name, "messages", "share"), rows, shares)


def _percent(share: float) -> str:
    """Say a share; what is not all is not 100 %, and what is not nothing is not 0 %."""
    if 0 < share < _LEAST:
        return "< 0.1 %"
    return "> 99.9 %" if 1 - _LEAST < share < 1 else f"{share:.1%}".replace("%", " %")
