"""The report for a terminal, and for programs that read JSON."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from smsgate.cli.output import PROSE, Output, one_line
from smsgate.cli.report import view
from smsgate.model.entry import State
from smsgate.model.run_report import RunReport

__all__ = ["json_of", "show"]

_NARROW = 20
"""Columns that a reason keeps at least."""


def show(output: Output, report: RunReport) -> None:
    """Print a report as tables; those without rows are left out."""
    output.show(report, view.summary(report))
    for make in (view.outcomes, view.deliveries, view.places, view.refusals):
        section = make(report)
        if section.rows:
            output.console.print()
            _table(output, section)


def json_of(report: RunReport) -> dict[str, object]:
    """Return a report with the counts that come from its groups; times are in seconds."""
    times, duration = report.delivery_times, report.duration
    return {
        "run": report.run,
        "at": report.at,
        "messages": report.messages,
        "open": report.open,
        "unknown": report.states.get(State.UNKNOWN, 0),
        "outcomes": report.states,
        "statuses": report.statuses,
        "segments": report.segments,
        "cost": report.cost,
        "without_price": report.without_price,
        "second_tries": report.second_tries,
        "possible_duplicates": report.possible_duplicates,
        "began": report.began,
        "ended": report.ended,
        "duration": duration,
        "to_delivery": {"messages": times.messages, "median": times.median, "most": times.most},
        "groups": report.groups,
        "refusals": report.refusals,
        "other_refusals": report.other_refusals,
    }


def _table(output: Output, section: view.Section) -> None:
    table = Table(box=None, pad_edge=False)
    cells = [[Text(one_line(cell)) for cell in row] for row in section.rows]
    for place, name in enumerate(section.columns):
        width = max(Text(name).cell_len, *(row[place].cell_len for row in cells))
        is_text = place < section.texts
        table.add_column(
            name,
            justify="left" if is_text else "right",
            overflow="fold",
            min_width=min(width, _NARROW) if name in PROSE else width,
        )
    for row in cells:
        table.add_row(*row)
    output.table(table)
