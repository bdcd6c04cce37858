"""`smsgate opt-outs`: the numbers that must not be texted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from attrs import evolve

from smsgate.cli.error_lines import print_error
from smsgate.cli.exit_codes import DONE, REFUSED
from smsgate.cli.options import AsJson, ConfigFile, Limit, ProviderName, open_gateway
from smsgate.cli.output import Output, one_line
from smsgate.cli.replacing import replaced
from smsgate.files.text import UTF_8
from smsgate.journal import OptOutRecord
from smsgate.model.errors import JournalError, ProviderError
from smsgate.model.numbers import read_number
from smsgate.model.opt_out_scope import ALL
from smsgate.receiving.opt_out_list import write_opt_outs
from smsgate.receiving.opt_out_sync import OptOutCounts

__all__ = ["add_to"]

_SUMS = ("provider", "added", "known", "refused")
_COLUMNS = ("number", "scope", "since", "provider", "word")

Numbers = Annotated[list[str], typer.Argument(metavar="NUMBER", help="Such as +27821234567.")]
Scope = Annotated[
    str | None,
    typer.Option(metavar="SCOPE", help="A programme of the settings, sender:NUMBER, or all."),
]

opt_outs = typer.Typer(help="Numbers that must not be texted. Needs a journal.", no_args_is_help=True)


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the commands."""
    app.add_typer(opt_outs, rich_help_panel=topic, name="opt-outs")


@opt_outs.command("list")
def list_opt_outs(*, limit: Limit = None, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show the numbers, with the scope, the time and the word of each opt-out."""
    with open_gateway(config) as gateway:
        Output(as_json=as_json).items(gateway.opt_outs, _COLUMNS, limit)


@opt_outs.command("add")
def add_opt_outs(numbers: Numbers, *, scope: Scope = None, config: ConfigFile = None) -> None:
    """Add numbers; if one cannot be read, none is added. Without a scope, they get no messages at all."""
    with open_gateway(config) as gateway:
        for number in [read_number(number, gateway.default_region) for number in numbers]:
            gateway.opt_outs.add(number, ALL if scope is None else scope)


@opt_outs.command("import")
def import_opt_outs(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="CSV with the column number, and scope, since, provider, word if need be."),
    ],
    *,
    scope: Scope = None,
    encoding: Annotated[
        str, typer.Option(metavar="NAME", help="Encoding of the file, such as cp1252.", show_default=False)
    ] = "utf-8",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Add the numbers of a file. What is opted out stays as it is; nothing is taken back.

    A row that is no opt-out is reported with its line, and the others are added; the exit code is 1 then.

    An import that was interrupted, or did not fit on the disk, can be made again.
    """
    with open_gateway(config) as gateway, _said_in_part(file):
        imported = gateway.opt_outs.import_csv(
            file,
            scope=ALL if scope is None else scope,
            encoding=UTF_8 if encoding == "utf-8" else encoding,
            on_refused=lambda row: print_error(f"smsgate: {file}: line {row.line}: {one_line(row.reason)}"),
        )
    counts = {"added": imported.added, "known": imported.known, "refused": imported.refused}
    Output(as_json=as_json).show(counts, counts)
    if imported.refused:
        raise typer.Exit(REFUSED)


@contextmanager
def _said_in_part(file: Path) -> Iterator[None]:
    """Say of an import that did not come to its end that some of it may be there, and how the rest gets there."""
    try:
        yield
    except (JournalError, KeyboardInterrupt):
        print_error(
            f"smsgate: {one_line(str(file))}: some of its numbers may be added, and others are not; import it again: "
            "what is there stays as it is"
        )
        raise


@opt_outs.command("sync")
def sync_opt_outs(*, provider: ProviderName = None, config: ConfigFile = None, as_json: AsJson = False) -> int:
    """Ask the vendors that keep a list of opt-outs for it, and add what is not known; nothing is taken back.

    Nothing is written to a vendor. One that fails does not stop the others; the exit code is 1 then.

    An entry that cannot be read is counted, and the others are added; the exit code is 1 then, too.
    """
    output, synced = Output(as_json=as_json), list[OptOutCounts]()
    with open_gateway(config) as gateway, suppress(ProviderError):  # each of the counts has its own
        gateway.opt_outs.sync(provider, on_synced=synced.append)
    output.items(synced, _SUMS)
    for counts in synced:
        if counts.error is not None:
            print_error(f"smsgate: {one_line(str(counts.error))}")
    return REFUSED if any(each.refused or each.error for each in synced) else DONE


@opt_outs.command("export")
def export_opt_outs(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Write or replace this CSV file; - prints it.")],
    *,
    config: ConfigFile = None,
) -> None:
    """Write all opt-outs to a CSV file that `smsgate opt-outs import` reads, and only its owner.

    Those of erased people are left out, since only a hash of their number is known, and counted on standard error.
    """
    with open_gateway(config) as gateway:
        if str(file) == "-":
            shown = map(_visible, gateway.opt_outs) if sys.stdout.isatty() else gateway.opt_outs
            written, erased = write_opt_outs(shown, sys.stdout)
        else:
            with replaced(file, private=True) as opened:
                written, erased = write_opt_outs(gateway.opt_outs, opened)
            are = "opt-out is" if written == 1 else "opt-outs are"
            print(f"{written:,} {are} in {one_line(str(file))}")
    if erased:
        print_error(f"smsgate: {erased:,} opt-outs of erased numbers are not in the file: only a hash of them is known")


def _visible(record: OptOutRecord) -> OptOutRecord:
    """Return a record whose words, which came from outside, do not control a terminal; a file has them as they are."""
    provider, word = (each and one_line(each) for each in (record.provider, record.word))
    return evolve(record, provider=provider, word=word)


@opt_outs.command("remove")
def remove_opt_outs(numbers: Numbers, *, scope: Scope = None, config: ConfigFile = None) -> None:
    """Remove numbers; if one cannot be read, none is removed. Without a scope, all opt-outs of a number end."""
    with open_gateway(config) as gateway:
        for number in [read_number(number, gateway.default_region) for number in numbers]:
            gateway.opt_outs.remove(number, scope)
