"""`smsgate doctor`: what is wrong with an installation, and how it is put right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import partial
from textwrap import wrap
from typing import Annotated

import typer
from rich.text import Text

from smsgate.cli.exit_codes import DONE, REFUSED, USAGE
from smsgate.cli.options import AsJson, ConfigFile, ProviderName, read_config
from smsgate.cli.output import Output, one_line
from smsgate.cli.values import amount
from smsgate.doctor import Finding, FindingState, examine

__all__ = ["add_to"]

_STYLES = {FindingState.OK: "green", FindingState.WARNING: "yellow", FindingState.PROBLEM: "bold red"}
_MARKS = {state: state.replace("_", " ") for state in FindingState}
_PRESUMED = "presumed"
_MARGIN = "  "
_WIDTH = max(map(len, _MARKS.values())) + 2
"""Columns of a mark, and the two behind it."""


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command(rich_help_panel=topic)(doctor)


def doctor(
    *,
    provider: ProviderName = None,
    presumed: Annotated[
        bool,
        typer.Option("--presumed", help="Show each fact that an adapter presumes, not only what is not so."),
    ] = False,
    min_balance: Annotated[
        Decimal | None,
        typer.Option(parser=amount, metavar="AMOUNT", help="Warn of a balance below it, in the balance's unit."),
    ] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Check settings, credentials, balance, clock, webhook addresses, journal and pace; nothing is sent or changed.

    Exits with 0 if there is no problem, 2 if the settings or the credentials have one, and 1 for any other.
    """
    output, problems = Output(as_json=as_json), _Problems()
    findings = problems.noted(examine(partial(read_config, config), provider=provider, min_balance=min_balance))
    if as_json:
        output.items(findings, ())
    else:
        _show(output, findings, all_presumed=presumed)
        _say(output, problems.summary)
    return problems.exit_code


class _Problems:
    """Counts findings as they pass."""

    def __init__(self) -> None:
        self.exit_code = DONE
        self._counts = dict.fromkeys(FindingState, 0)

    def noted(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield findings, and note each."""
        for finding in findings:
            self._counts[finding.state] += 1
            if finding.state is FindingState.PROBLEM:
                self.exit_code = USAGE if finding.is_of_settings or self.exit_code == USAGE else REFUSED
            yield finding

    @property
    def summary(self) -> str:
        """How many problems and warnings there were."""
        return f"{_number(self._counts, FindingState.PROBLEM)}, {_number(self._counts, FindingState.WARNING)}"


def _number(counts: dict[FindingState, int], state: FindingState) -> str:
    number = counts[state]
    return f"{number or 'no'} {state}{'' if number == 1 else 's'}"


def _show(output: Output, findings: Iterable[Finding], *, all_presumed: bool) -> None:
    """Print a line for each, under its subject; of what is presumed only what is not so, and a count."""
    subject, uncounted = "", _Presumed()
    for finding in findings:
        if finding.subject != subject:
            _say(output, uncounted.line())
            subject, uncounted = finding.subject, _Presumed()
            _say(output, subject, style="bold")
        if finding.check == _PRESUMED and not all_presumed and uncounted.takes(finding):
            continue
        name = "" if finding.check == finding.subject else f"{finding.check}: "
        _line(output, finding.state, f"{name}{finding.text}")
        if finding.fix:
            _fold(output, f"{_MARGIN}{'':{_WIDTH}}fix: ", finding.fix)
    _say(output, uncounted.line())


class _Presumed:
    """Counts the facts that are not shown one by one."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys((FindingState.OK, FindingState.NOT_CHECKED), 0)

    def takes(self, finding: Finding) -> bool:
        """Count a fact; return False for one that is not so."""
        if finding.state not in self._counts:
            return False
        self._counts[finding.state] += 1
        return True

    def line(self) -> str:
        """Say how many there were; empty if there were none."""
        so, open_ = self._counts.values()
        if not so + open_:
            return ""
        return f"{_MARGIN}{'':{_WIDTH}}presumed: {so} confirmed, {open_} not checked; --presumed shows them"


def _line(output: Output, state: FindingState, text: str) -> None:
    mark = Text(f"{_MARGIN}{_MARKS[state]:{_WIDTH}}", style=_STYLES.get(state, "dim"))
    _fold(output, mark, text)


def _fold(output: Output, before: Text | str, text: str) -> None:
    """Print a text behind its mark, on as many lines as a terminal needs; on one in a pipe."""
    start = len(before)
    text = one_line(text)
    room = max(output.console.width - start, 20)
    first, *rest = wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    output.console.print(Text.assemble(before, first))
    for line in rest:
        output.console.print(Text(" " * start + line))


def _say(output: Output, line: str, style: str = "") -> None:
    if line:
        output.console.print(Text(line, style=style))
