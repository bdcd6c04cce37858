"""`smsgate analyse`: what a text costs on air, and what would make it cheaper."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from smsgate import text as engine
from smsgate.cli.column import texts_in
from smsgate.cli.options import AsJson, ConfigFile, read_config, read_standard_input
from smsgate.cli.output import Output, visible
from smsgate.cli.sandbox.segments_page import serve_segments
from smsgate.files.text import UTF_8, read_text
from smsgate.model.errors import ConfigError
from smsgate.model.numbers import read_number
from smsgate.model.price import Price

__all__ = ["add_to"]

_BAR = 40
"""How many columns the bar of a full segment takes."""
_BARS = 20
"""How many segments get a bar."""
_Encoding = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="Encoding of the --csv file, such as cp1252; default: utf-8.", show_default=False
    ),
]
_To = Annotated[
    str | None, typer.Option("--to", metavar="NUMBER", help="Show each provider's price for this recipient.")
]
_National = Annotated[
    list[str] | None,
    typer.Option(
        metavar="LANGUAGE", help="Allow a national language table, such as turkish, or auto; may be repeated."
    ),
]
_OFFENDERS = 10
"""How many offenders are named."""


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command(rich_help_panel=topic)(analyse)


def analyse(  # noqa: PLR0913 - a command's options are its arguments
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="The text; - or none: standard input.")] = None,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Read the text from this file (UTF-8).")
    ] = None,
    table: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Show the totals of a column of this CSV file.")
    ] = None,
    column: Annotated[str, typer.Option(metavar="NAME", help="The column of the --csv file with the texts.")] = "text",
    encoding: _Encoding = UTF_8,
    to: _To = None,
    national: _National = None,
    reference_bits: Annotated[
        int, typer.Option(metavar="8|16", help="Bits of the reference number in each segment of a long text.")
    ] = 8,
    transliterate: Annotated[
        bool, typer.Option("--transliterate", help="Suggest plain letters too, such as c for ç.")
    ] = False,
    web: Annotated[
        bool, typer.Option("--web", help="Show it on a page in the browser, until Ctrl-C, with the settings' prices.")
    ] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show a text's encoding, length, segments and cheaper spelling; nothing is sent."""
    if sum(source is not None for source in (text, file, table)) > 1:
        raise ConfigError("give only one of a text, --file and --csv")
    if web and (table is not None or as_json or len(national or ()) > 1):
        raise ConfigError("--web must not be combined with --csv, --json or a second --national; remove one of them")
    allowed = "auto" if national == ["auto"] else national
    output = Output(as_json=as_json)
    with _refused_as_usage():
        if table is not None:
            with texts_in(table, column, encoding) as texts:
                totals = engine.analyse_many(texts, reference_bits=reference_bits, national=allowed).totals()
            _show_totals(output, totals)
            return
        message = _read(text, file, is_needed=not web)
        found = engine.simplify(message, transliterate=transliterate, reference_bits=reference_bits, national=allowed)
    if web:
        form = {"national": (national or [""])[0], "reference_bits": reference_bits, "transliterate": transliterate}
        serve_segments(message, to, form, config)
        return
    _show(output, message, found, {} if to is None else _prices(found.before, to, config))


@contextmanager
def _refused_as_usage() -> Iterator[None]:
    """Report what the engine refuses, and a missing extra, as wrong usage."""
    try:
        yield
    except (ModuleNotFoundError, ValueError) as error:
        raise ConfigError(str(error)) from None


def _read(text: str | None, file: Path | None, *, is_needed: bool) -> str:
    """Return the text; the line's end that editors and `echo` put behind it is no part of it."""
    if file is not None:
        return _read_file(file)
    if text not in {None, "-"}:
        return str(text)
    if text is None and sys.stdin is not None and sys.stdin.isatty():
        if not is_needed:
            return ""
        raise ConfigError('no text; give one, such as smsgate analyse "Hello", or --file, or a pipe')
    return read_standard_input()


def _read_file(file: Path) -> str:
    return read_text(file).removesuffix("\n").removesuffix("\r")


def _prices(analysis: engine.Analysis, to: str, config: Path | None) -> dict[str, Price | None]:
    """Return what the message would cost at each provider that has a price list."""
    settings = read_config(config)
    number = read_number(to, settings.default_region)
    lists = {name: account.settings.prices for name, account in settings.accounts.items()}
    return {name: prices.price(number, analysis) for name, prices in lists.items() if prices is not None}


def _show(output: Output, text: str, found: engine.Simplified, prices: dict[str, Price | None]) -> None:
    analysis = found.before
    facts = {
        "encoding": analysis.encoding,
        "units": analysis.units,
        "segments": analysis.segments,
        "remaining": analysis.remaining,
    }
    if output.as_json:
        cheaper = {"text": found.text, "segments": found.after.segments, "replacements": found.replacements}
        value = {
            **facts,
            "too_long": analysis.too_long,
            "segment_units": analysis.segment_units,
            "national": analysis.tables and analysis.tables._asdict(),
            "offenders": analysis.offenders,
            "cheaper": cheaper if found.saved else None,
            "prices": prices,
            "text": text,
        }
        output.json(value)
        return
    rows: dict[str, object] = {
        **facts,
        "too long": "one message has at most 255 segments" if analysis.too_long else None,
        "tables": analysis.tables and ", ".join(_tables(analysis.tables)),
        **{
            f"price {name}": "not known for this number" if price is None else str(price)
            for name, price in prices.items()
        },
        "text": _marked(text, analysis),
        "UCS-2 for": _named(analysis.offenders) if analysis.offenders else None,
        **_bars(analysis, ascii_only=output.console.options.ascii_only),
        "cheaper": _cheaper(found) if found.saved else None,
    }
    output.show(None, rows)


def _tables(tables: engine.Tables) -> Iterator[str]:
    return (f"{language} ({kind})" for kind, language in tables._asdict().items() if language)


def _marked(text: str, analysis: engine.Analysis) -> Text:
    """Mark what forces UCS-2."""
    marked = Text(visible(text))
    for index, character in analysis.offenders:
        marked.stylize("bold red reverse", index, index + len(character))
    return marked


def _named(offenders: tuple[engine.Offender, ...]) -> str:
    """Name what forces UCS-2, for a reader who sees no colours too."""
    named = [f"{_name(character)} at {index}" for index, character in offenders[:_OFFENDERS]]
    return ", ".join(named) + (f" and {len(offenders) - len(named):,} more" if len(offenders) > len(named) else "")


def _bars(analysis: engine.Analysis, *, ascii_only: bool) -> dict[str, Text]:
    """Draw how full each segment is."""
    full, free = ("#", ".") if ascii_only else ("█", "░")
    capacity = analysis.segment_units[-1] + analysis.remaining
    bars = {}
    for number, units in enumerate(analysis.segment_units[:_BARS], start=1):
        filled = -(-units * _BAR // capacity)
        bars[f"segment {number}"] = Text(f"{full * filled}{free * (_BAR - filled)} {units}/{capacity}")
    if analysis.segments > _BARS:
        bars["..."] = Text(f"and {analysis.segments - _BARS:,} more")
    return bars


def _cheaper(found: engine.Simplified) -> str:
    """Say what to replace by what, each once."""
    kinds = Counter((old, new) for _, old, new in found.replacements)
    steps = [
        f"{_name(old)} by {_name(new)}" + (f" ({count} times)" if count > 1 else "")
        if new
        else f"{_name(old)} by nothing"
        for (old, new), count in kinds.items()
    ]
    return f"replace {', '.join(steps)}: {found.before.segments} segments → {found.after.segments}"


def _name(characters: str) -> str:
    """Return characters so that they can be seen: a space or an invisible one by its code points."""
    if characters.isprintable() and not characters.isspace():
        return characters
    return " ".join("a space" if c == " " else f"U+{ord(c):04X}" for c in characters)


def _show_totals(output: Output, totals: engine.Totals) -> None:
    value = {
        "messages": totals.messages,
        "segments": totals.segments,
        "too_long": totals.too_long,
        "encodings": {
            encoding: share._asdict()
            for encoding, share in (
                (engine.Encoding.GSM7.value, totals.gsm7),
                (engine.Encoding.UCS2.value, totals.ucs2),
            )
        },
    }
    rows = {
        "messages": f"{totals.messages:,}",
        "segments": f"{totals.segments:,}",
        "GSM-7": f"{totals.gsm7.messages:,} messages, {totals.gsm7.segments:,} segments",
        "UCS-2": f"{totals.ucs2.messages:,} messages, {totals.ucs2.segments:,} segments",
        "too long": f"{totals.too_long:,} messages of more than 255 segments" if totals.too_long else None,
    }
    output.show(value, rows)
