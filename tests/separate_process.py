"""Programs that run in an interpreter of their own, because they end, or are interrupted, in their own way."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from smsgate import Answer, Gateway, Provider, Request, Settings, SqliteJournal
from smsgate.testing import answer
from tests.plain_adapter import Plain

LONGEST = 60
"""Seconds after which a program that does not end is ended from outside."""


class SlowFileTransport:
    """A vendor that takes a moment for each text, and keeps those that it took in a file."""

    def __init__(self, path: str, seconds: float = 0.02) -> None:
        self.path = path
        self.seconds = seconds

    def ask(self, request: Request, headers: Mapping[str, str]) -> Answer:
        assert isinstance(request.json, dict)
        with Path(self.path).open("a", encoding="utf-8") as file:
            file.write("".join(f"{text}\n" for text in request.json.get("texts", [request.json.get("text")])))
        time.sleep(self.seconds)
        return answer(json={})

    def close(self) -> None:
        pass


def open_gateway(folder: str, seconds: float = 0.02, adapter: type[Plain] = Plain) -> Gateway:
    """Open a gateway on a folder's journal and its vendor."""
    transport = SlowFileTransport(f"{folder}/sent texts", seconds)
    provider = Provider("a", adapter(Settings(base_url="http://127.0.0.1"), provider="a"), transport)
    return Gateway([provider], journal=SqliteJournal(f"{folder}/journal.db"), deadline=10)


OPTIONS = ("-X", "faulthandler", "-W", "ignore:coroutine:RuntimeWarning")
"""A signal handler may raise between the making of a coroutine and its first step; Python warns of that one."""


def run_program(program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; raise `subprocess.TimeoutExpired` if it has none."""
    command = [sys.executable, *OPTIONS, "-c", program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)


def sent_texts(folder: Path) -> list[str]:
    """Return the texts that the vendor took."""
    return (folder / "sent texts").read_text(encoding="utf-8").splitlines()


def states(folder: Path) -> dict[str, str]:
    """Return the state of each text of a folder's journal."""
    with closing(sqlite3.connect(folder / "journal.db")) as connection:
        rows = connection.execute("SELECT text, state FROM entries")
        return dict(rows.fetchall())


__all__ = ["SlowFileTransport", "open_gateway", "run_program", "sent_texts", "states"]
