"""A browser that only notes which page it was asked for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.command_process import Command

__all__ = ["WITHOUT_BROWSER", "interrupted", "line_with", "noting_browser", "opened", "smsgate_process"]

WITHOUT_BROWSER = {"PATH": "", "BROWSER": "", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
"""The environment of a machine that has none."""


def noting_browser(folder: Path) -> Mapping[str, str]:
    """Make a program that is opened as the browser; return the environment in which it is used."""
    program = folder / "browser.py"
    program.write_text(
        "import os, sys\n"
        f"with open({str(folder / 'written')!r}, 'w') as file: file.write(sys.argv[1])\n"
        f"os.replace({str(folder / 'written')!r}, {str(folder / 'opened')!r})\n"
    )
    return {"BROWSER": f"{sys.executable} {program} %s"}


def opened(folder: Path) -> str:
    """Wait until the browser was asked for a page; return its address."""
    end = time.monotonic() + 60
    while not (folder / "opened").exists():
        assert time.monotonic() < end, "no page was opened"
        time.sleep(0.02)
    return (folder / "opened").read_text()


@contextmanager
def smsgate_process(*arguments: str, environ: Mapping[str, str], cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a command that goes on until Ctrl-C; end it whatever happens."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SMSGATE_")}
    process = Command(
        [*arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**inherited, **environ},
        cwd=cwd,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=30)


def interrupted(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Press Ctrl-C; return the exit code and what was printed on stderr."""
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    return process.returncode, err


def line_with(process: subprocess.Popen[str], words: str) -> str:
    """Read until a line has these words; return it."""
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"the output has ended without {words!r}")
