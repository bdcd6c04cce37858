"""`smsgate analyse`: what a text costs on air."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from smsgate import text as engine
from smsgate.cli.options import AsJson
from smsgate.cli.output import Output, visible

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(analyse)


def analyse(text: Annotated[str, typer.Argument(help="The text of the message.")], *, as_json: AsJson = False) -> None:
    """Show a text's encoding, length and segments; sends nothing."""
    analysis = engine.analyse(text)
    rows = {
        "encoding": analysis.encoding,
        "units": analysis.units,
        "segments": analysis.segments,
        "remaining": analysis.remaining,
        "text": _marked(text, analysis),
    }
    value = {**rows, "offenders": [list(offender) for offender in analysis.offenders], "text": text}
    Output(as_json=as_json).show(value, rows)


def _marked(text: str, analysis: engine.Analysis) -> Text:
    """Underline what forces UCS-2."""
    marked = Text(visible(text))
    for index, character in analysis.offenders:
        marked.stylize("bold red underline", index, index + len(character))
    return marked
