"""The command line; needs the extra `cli`."""

import os
import sys
from io import TextIOWrapper
from pathlib import Path

from smsgate.cli.exit_codes import INTERRUPTED

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        from smsgate.cli.app import run  # noqa: PLC0415 - typer and rich come with the extra
    except ModuleNotFoundError as error:
        if error.name not in {"typer", "rich"}:
            raise
        sys.exit("smsgate: the command line is not installed; try: pip install 'smsgate[cli]'")
    except KeyboardInterrupt:  # on a busy host this takes seconds
        sys.exit(INTERRUPTED)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed: print would choose the other one
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the process ends
    for stream in (sys.stdout, sys.stderr):  # a terminal that cannot show a letter shows its number
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
