"""`smsgate audit`: in what the journal and the vendors' lists of messages differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Annotated

import typer
from rich.text import Text

from smsgate.cli.exit_codes import DONE, REFUSED
from smsgate.cli.options import AsJson, ConfigFile, JournalPlace, ProviderName, open_gateway
from smsgate.cli.output import Output, one_line
from smsgate.journal.age import seconds_of
from smsgate.model.audit import AuditFinding, AuditKind
from smsgate.model.errors import ConfigError

__all__ = ["add_to"]

_DAY = timedelta(days=1)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command("audit", rich_help_panel=topic)(audit)


def audit(  # noqa: PLR0913 - a command's options are its arguments
    *,
    since: Annotated[
        str,
        typer.Option(metavar="TIME", help="From when on: 2026-11-01, 2026-11-01T12:00Z, or 7d, that long ago; UTC."),
    ],
    until: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Until when; a day is the whole of it. Default: now."),
    ] = None,
    provider: ProviderName = None,
    journal: JournalPlace = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Compare the vendors' lists of messages with the journal: strange texts, lost ones, prices, missing reports.

    Exits with 0 if nothing differs, and 1 if something does. It sends and changes nothing.
    """
    now = datetime.now(UTC)
    first = _moment(since, "--since", now)
    last = None if until is None else _moment(until, "--until", now, end=True)
    output, count = Output(as_json=as_json), _Count()
    with open_gateway(config, journal) as gateway:
        findings = count.noted(gateway.audit(first, last, provider=provider))
        if as_json:
            output.items(findings, ())
        else:
            for finding in findings:
                output.line(Text.assemble((f"{finding.kind}: ", "bold"), one_line(finding.line)))
            output.line(Text(count.summary, style="dim"))
    return REFUSED if count.differences else DONE


class _Count:
    """Counts findings as they pass."""

    def __init__(self) -> None:
        self.differences = 0
        self.uncompared: list[str] = []
        """Providers whose vendors list no messages."""

    def noted(self, findings: Iterable[AuditFinding]) -> Iterator[AuditFinding]:
        """Yield findings, and count those that are differences."""
        for finding in findings:
            self.differences += finding.is_difference
            self.uncompared += [finding.provider] if finding.kind is AuditKind.NOT_AUDITED else []
            yield finding

    @property
    def summary(self) -> str:
        """How many there were."""
        counted = f"{self.differences or 'no'} difference{'' if self.differences == 1 else 's'}"
        return f"{counted}; not compared with the vendor: {', '.join(self.uncompared)}" if self.uncompared else counted


def _moment(written: str, option: str, now: datetime, *, end: bool = False) -> datetime:
    """Read a day, a time or an age; a day that ends a time is the whole of it."""
    try:
        if written.isascii() and written[:1].isdigit() and written[-1:].isalpha() and "T" not in written:
            return now - timedelta(seconds=seconds_of(written, option))
        moment = datetime.fromisoformat(written)
        is_day = moment.time() == time() and "T" not in written and " " not in written
        known = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return known.astimezone(UTC) + (_DAY if end and is_day else timedelta())
    except (ValueError, OverflowError):
        raise ConfigError(f"{option} {written[:40]!r} is no time; write 2026-11-01, 2026-11-01T12:00Z or 7d") from None
