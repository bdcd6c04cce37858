"""The figures as tables of a page, and what is aimed at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from .clients import TITLES
from .comparison import Row

BASE = "asyncio"
"""Whose figures the others are compared with."""
JOURNALS = (("asyncio-journal", "asyncio"), ("threads-journal", "threads"))
BEGIN, END = "<!-- figures: written by `make bench-async` -->", "<!-- end of figures -->"


@frozen
class Aim:
    """What a ratio, or a figure, should be at least or at most."""

    what: str
    is_most: bool
    wanted: float
    measured: float
    unit: str = "x"

    @property
    def is_met(self) -> bool:
        return self.measured <= self.wanted if self.is_most else self.measured >= self.wanted


def in_page(page: str, rows: Sequence[Row]) -> str:
    """Return the page with these figures in the place of others."""
    part = f"{BEGIN}\n\n{tables(rows)}\n{END}"
    return re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: part, page, flags=re.DOTALL)


def tables(rows: Sequence[Row]) -> str:
    cases = list(dict.fromkeys((row.away, row.in_flight) for row in rows))
    parts = [_case(away, in_flight, _named(rows, away, in_flight)) for away, in_flight in cases]
    found = [aim for away, in_flight in cases for aim in _aims(_named(rows, away, in_flight))]
    return "\n".join([*parts, "## Aims\n", _table(["aim", "wanted", "measured", ""], map(_aim_cells, found))])


def _named(rows: Sequence[Row], away: float, in_flight: int) -> dict[str, Row]:
    return {row.client: row for row in rows if (row.away, row.in_flight) == (away, in_flight)}


def _place(away: float) -> str:
    return f"{away * 1000:.0f} ms away" if away else "next door"


def _case(away: float, in_flight: int, named: dict[str, Row]) -> str:
    head = ["client", "messages/s", "ratio", "CPU ms a message", "ratio", "KiB for each in flight"]
    return (
        f"## {in_flight:,} in flight, {_place(away)}\n\n{_table(head, (_cells(row, named) for row in named.values()))}"
    )


def _cells(row: Row, named: dict[str, Row]) -> list[str]:
    workers = f" ({row.sent_at_once} threads)" if row.sent_at_once < row.in_flight else ""
    base = named.get(BASE)
    ratios = [f"{row.speed_over(base):.2f}", f"{row.cpu_over(base):.2f}"] if base else ["", ""]
    memory = "" if row.kibibytes is None else f"{row.kibibytes:.0f}"
    return [
        TITLES[row.client] + workers,
        f"{row.per_second:,.0f}",
        ratios[0],
        f"{row.cpu_milliseconds:.2f}",
        ratios[1],
        memory,
    ]


def _aims(named: dict[str, Row]) -> Iterator[Aim]:
    away, in_flight = next((row.away, row.in_flight) for row in named.values())
    case = f"{in_flight:,} in flight, {_place(away)}"
    for recorded, plain in JOURNALS:
        if {recorded, plain} <= named.keys():
            ratio = named[recorded].speed_over(named[plain])
            yield Aim(f"{TITLES[plain]} with a journal ÷ without, {case}", False, 0.9 if away else 0.8, ratio)
    if away and in_flight >= 256 and {"asyncio", "threads"} <= named.keys():
        ours, threads = named["asyncio"], named["threads"]
        pair = f"{TITLES['asyncio']} ÷ {TITLES['threads']}"
        yield Aim(f"{pair}, messages/s, {case}", False, 2.0, ours.speed_over(threads))
        yield Aim(f"{pair}, CPU a message, {case}", True, 0.6, ours.cpu_over(threads))
    for name in ("asyncio", "asyncio-journal"):
        if away and in_flight >= 256 and name in named and (memory := named[name].kibibytes) is not None:
            yield Aim(f"{TITLES[name]}, memory for each, {case}", True, 64, round(memory), "KiB")


def _aim_cells(aim: Aim) -> list[str]:
    sign, digits = ("≤" if aim.is_most else "≥"), (0 if aim.unit == "KiB" else 2)
    met = "met" if aim.is_met else "**missed**"
    return [aim.what, f"{sign} {aim.wanted:g} {aim.unit}", f"{aim.measured:.{digits}f} {aim.unit}", met]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
