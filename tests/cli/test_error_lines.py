"""Lines on standard error: folded on a terminal, whole elsewhere."""

import fcntl
import os
import pty
import struct
import sys
import termios
from pathlib import Path

import pytest

from smsgate.cli.error_lines import print_error

LINE = "smsgate: no provider 'nope' (there are: one, two)"


def on_terminal(columns: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Print the line on a terminal and return what it shows."""
    terminal, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    with os.fdopen(theirs, "w") as stderr, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stderr)
        print_error(LINE)
        shown = os.read(terminal, 1000).decode()
    os.close(terminal)
    return shown.splitlines()


def test_a_terminal_folds_it_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert on_terminal(24, monkeypatch) == ["smsgate: no provider", "'nope' (there are: one,", "two)"]


def test_a_terminal_that_does_not_say_how_wide_it_is_gets_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert on_terminal(0, monkeypatch) == [LINE]


def test_a_pipe_gets_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    print_error(LINE)
    assert capsys.readouterr().err == f"{LINE}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_standard_error_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as stderr, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stderr)
        print_error(LINE)
        print_error(LINE)  # nor does what is still in its buffer when it is closed
