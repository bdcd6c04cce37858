"""Counts of a run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import evolve

from smsgate.model.run_report import DeliveryTimes, RunReport

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_run_has_no_duration_where_a_clock_was_set_back() -> None:
    report = RunReport(
        run="spring",
        at=NOON,
        groups=(),
        refusals=(),
        other_refusals=0,
        began=NOON,
        ended=NOON + timedelta(hours=1),
        delivery_times=DeliveryTimes({}),
    )
    assert report.duration == timedelta(hours=1)
    assert evolve(report, ended=NOON - timedelta(hours=1)).duration is None
