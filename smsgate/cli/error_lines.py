"""Lines on standard error: on a terminal they fold between words, anywhere else each is one line."""

from __future__ import annotations

import os
import sys

from rich.text import Text

from smsgate.cli.folding import folded
from smsgate.cli.output import write_no_more

__all__ = ["print_error"]


def print_error(line: str) -> None:
    """Print a line at once; a standard error that has gone, or is full, changes nothing: the exit code counts."""
    try:
        print(_on_terminal(line) if sys.stderr.isatty() else line, file=sys.stderr, flush=True)
    except OSError:
        write_no_more(sys.stderr)


def _on_terminal(line: str) -> str:
    width = os.get_terminal_size(sys.stderr.fileno()).columns
    return folded(Text(line), width).plain if width else line  # a terminal may not say how wide it is
