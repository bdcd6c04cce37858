"""The report as CSV: a row for the messages that have country, provider, outcome, status and unit in common."""

from __future__ import annotations

import csv
from typing import TextIO

import attrs

from smsgate.files.csv_cells import guarded_row
from smsgate.model.run_report import RunReport

__all__ = ["write_rows"]

COLUMNS = ("run", "country", "provider", "outcome", "status", "messages", "segments", "cost", "unit")


def write_rows(report: RunReport, file: TextIO) -> None:
    """Write the groups of a report."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for group in report.groups:
        values = {**attrs.asdict(group, recurse=False), "run": report.run, "outcome": group.state}
        writer.writerow(guarded_row(values[name] for name in COLUMNS))
