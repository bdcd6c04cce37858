"""The journal: whether it can be used, and what waits in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from smsgate.doctor.finding import Finding
from smsgate.doctor.guards import counted, full_budgets, unconverted, uncounted
from smsgate.doctor.subject import Subject
from smsgate.guards.guards import Guards
from smsgate.journal.inspection import Inspection, inspect_journal
from smsgate.journal.settings import JournalSettings
from smsgate.model.errors import JournalError

__all__ = ["examine_journal"]

LITTLE = 200 * 2**20
"""Bytes of free space from which on down a disk is nearly full: the log of a journal has some 32 MB of it."""


def examine_journal(
    subject: Subject,
    settings: JournalSettings | None,
    seconds: float,
    guards: Guards | None = None,
) -> Iterator[Finding]:
    """Look at the journal, without opening it: no file is made, no table is upgraded, no process is in the way."""
    guards = guards or Guards()
    if settings is None:
        what = "there is none: nothing is known of messages in flight when a process ends"
        yield subject.warning("journal", what, 'set journal = "smsgate.db"')
        yield from uncounted(subject, guards.budgets)
        return
    if not settings.is_postgres:
        yield from _space(subject, Path(settings.path))
    try:
        found = inspect_journal(settings, seconds, counted(guards))
    except JournalError as error:
        yield subject.problem("journal", str(error))
        return
    except ImportError as error:
        yield subject.problem("journal", f"PostgreSQL needs {error.name}", "pip install 'smsgate[postgres]'")
        return
    yield _usable(subject, settings, found)
    yield from _waiting(subject, found)
    yield from full_budgets(subject, guards.budgets, found.full)
    yield from unconverted(subject, found.unconverted)


def _space(subject: Subject, file: Path) -> Iterator[Finding]:
    try:
        free = shutil.disk_usage(file.absolute().parent).free
    except OSError:
        return  # what is wrong with the folder shows by the file
    if free < LITTLE:
        yield subject.warning("space", f"{free / 2**20:,.0f} MB are free at {file.absolute().parent}", "make room")


def _usable(subject: Subject, settings: JournalSettings, found: Inspection) -> Finding:
    place = f"{settings.name} ({found.server})" if found.server else settings.name
    if found.refused is not None:
        return subject.problem("journal", found.refused, f"give this user the right to it; the journal is {place}")
    if not found.version:
        return subject.ok("journal", f"{place} is not there yet; the first start makes it")
    if found.version < found.current:
        what = f"{place} has tables of version {found.version}; the next start upgrades them to {found.current}"
        return subject.warning("journal", what, "stop processes with an older smsgate first")
    return subject.ok("journal", f"{place} can be read and written, version {found.version}")


def _waiting(subject: Subject, found: Inspection) -> Iterator[Finding]:
    if found.unknown and found.oldest_unknown is not None:
        messages = "1 message has" if found.unknown == 1 else f"{found.unknown:,} messages have"
        what = f"{messages} an unknown outcome, the oldest since {_when(found.oldest_unknown)}"
        yield subject.warning("unknown", what, "look: smsgate unknown list; ask the vendor: smsgate unknown reconcile")
    for run in found.stuck:
        what = f"run {run.name}: {run.queued:,} are queued and none has ended since {_when(run.since)}"
        yield subject.warning("runs", what, "start smsgate work, or look at smsgate runs")
    if found.late and found.oldest_late is not None:
        messages = "1 message was" if found.late == 1 else f"{found.late:,} messages were"
        what = f"{messages} due and not sent, the first at {_when(found.oldest_late)}"
        yield subject.warning("due", what, "start smsgate work, or call gateway.send_due()")


def _when(moment: datetime) -> str:
    age = datetime.now(UTC) - moment
    days = f", {age.days} days ago" if age > timedelta(days=2) else ""
    return f"{moment:%Y-%m-%d %H:%M} UTC{days}"
