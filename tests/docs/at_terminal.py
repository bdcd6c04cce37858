"""A command at a terminal of its own: what it shows is read, and what a person types is typed."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from attrs import define

from tests.command_process import Command
from tests.docs.terminal import LONGEST

__all__ = ["AtTerminal", "at_terminal"]

INTERRUPTED = 130
WIDE = {"TERM": "xterm", "COLUMNS": "120"}
STYLE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@define
class AtTerminal:
    """A command that runs, and what it has shown so far; `page` is what the page shows of it."""

    page: str
    _process: subprocess.Popen[bytes]
    _descriptor: int
    _read: bytes = b""
    _seen: int = 0
    _is_interrupted: bool = False

    @property
    def shown(self) -> str:
        """Return what was read, with the answers that were typed and without styles."""
        return STYLE.sub("", self._read.decode(errors="replace").replace("\r\n", "\n"))

    def until(self, words: str) -> str:
        """Read until the words are shown, behind those that were waited for before; return what is shown."""
        while (place := self.shown.find(words, self._seen)) < 0:
            assert self._reads(), f"{words!r} never came: {self.shown}"
        self._seen = place + len(words)
        return self.shown

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._descriptor, f"{line}\n".encode())

    def answer(self, question: str) -> None:
        """Answer a question as the page does; the cursor is one space behind it."""
        [answer] = re.findall(rf"{re.escape(question)} ?(.*)$", self.page, re.MULTILINE)
        self.until(f"{question} ")
        self.type(answer)

    def press_ctrl_c(self) -> None:
        """Interrupt it."""
        self._is_interrupted = True
        self._process.send_signal(signal.SIGINT)

    def end(self) -> int:
        """Read the rest; return the exit code, which is 0 after Ctrl-C if that was the end."""
        while self._reads():
            pass
        code = self._process.wait(LONGEST)
        return 0 if self._is_interrupted and code == INTERRUPTED else code

    def _reads(self) -> bool:
        """Read what is shown next; return whether there was anything before the end."""
        assert select.select([self._descriptor], [], [], LONGEST)[0], self.shown
        try:
            read = os.read(self._descriptor, 65_536)
        except OSError:  # Linux says so of a terminal that all others have closed
            return False
        self._read += read
        return bool(read)


@contextmanager
def at_terminal(*words: str, folder: Path, environ: Mapping[str, str], page: str) -> Iterator[AtTerminal]:
    """Start a command of smsgate; end it whatever happens."""
    ours, its = pty.openpty()
    try:
        process: Command[bytes] = Command(
            [*words],
            stdin=its,
            stdout=its,
            stderr=its,
            cwd=folder,
            env={**environ, **WIDE},
            start_new_session=True,  # so that the terminal of the tests is not asked
        )
        with process:
            os.close(its)
            try:
                yield AtTerminal(page, process, ours)
            finally:
                process.kill()
    finally:
        os.close(ours)
