"""The folder of a how-to page, in which its commands are typed: settings, texts at the vendors, and what was there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from attrs import define, field

from smsgate import Gateway, Message, SmsgateError
from smsgate.sandbox import Fault, Sandbox
from tests.docs.at_terminal import AtTerminal
from tests.docs.terminal import Terminal

PERSON = "+27821234567"
ACCOUNTS = {"zoom": "zoomconnect", "bulk": "bulksms", "tel": "telnyx", "twilio": "twilio", "sales": "salesmsg"}
"""The providers of the pages, each with its adapter; they have accounts in the sandbox."""


@define
class Scene:
    """The folder of a page, beside a sandbox."""

    folder: Path
    sandbox: Sandbox
    terminal: Terminal
    fixture: Callable[[str], Any]
    """Gives a fixture of the tests by its name."""
    places: dict[str, str] = field(factory=dict)
    """Words of the page, each with what is typed in its place."""
    before: dict[str, Callable[[], object]] = field(factory=dict)
    """What happened before a command was typed."""
    by_hand: dict[str, Callable[[str], str]] = field(factory=dict)
    """What takes a command that begins so, as typed, and returns its output; it fails if the command does."""
    files: dict[str, str] | None = None
    """Words of the files that the page shows, each with what is written in its place; None: they are not written."""
    meanwhile: dict[str, Callable[[AtTerminal], object]] = field(factory=dict)
    """What is done while a command runs, which has a terminal then."""
    codes: dict[str, int] = field(factory=dict)
    """The exit codes of commands that do not end with 0, and whose output the page does not show."""
    folded: set[str] = field(factory=set)
    """Commands that fold their lines, where a line's end says nothing."""
    environ: dict[str, str] = field(factory=lambda: {**os.environ})
    """The variables that the commands have."""

    def settings(self, *providers: str, **more: object) -> None:
        """Write the settings: the providers of these names, with accounts in the sandbox, and what else there is."""
        accounts = {name: self.account(name) for name in providers or ("zoom",)}
        top = {"default_region": "ZA", "journal": "smsgate.db", "providers": accounts}
        self.write("smsgate.toml", toml(top | more))
        (self.folder / "smsgate.toml").chmod(0o600)

    def account(self, name: str, **more: object) -> dict[str, object]:
        """Return the settings of a provider."""
        vendor = ACCOUNTS[name]
        own = {**self.sandbox.credentials(vendor), **self.sandbox.account(vendor)}
        return {"adapter": vendor, "base_url": self.sandbox.url(vendor), "rate": "unlimited", **own, **more}

    def write(self, name: str, text: str) -> None:
        """Write a file of the folder."""
        (self.folder / name).write_text(text, encoding="utf-8")

    def write_shown(self, name: str, text: str, *, added: bool) -> None:
        """Write a file that the page shows, or add to its end."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for word, here in (self.files or {}).items():
            text = text.replace(word, here)
        path.write_text(f"{path.read_text('utf-8')}\n\n{text}" if added else text, encoding="utf-8")

    def gateway(self) -> Gateway:
        """Open the application's gateway."""
        return Gateway.from_file(self.folder / "smsgate.toml")

    def age(self, by: timedelta, to: str = "%") -> None:
        """Have the journal's entries to a number, or all, recorded a while ago."""
        ages = ", ".join(f"{time} = {time} - {by.total_seconds()}" for time in ("created", "started", "changed"))
        with closing(sqlite3.connect(self.folder / "smsgate.db")) as journal, journal:
            journal.execute(f"UPDATE entries SET {ages} WHERE recipient LIKE ?", [to])

    def send(self, *messages: Message, asks: str | None = None) -> None:
        """Have the application send messages, whatever becomes of them, and poll, all providers or one."""
        with self.gateway() as gateway:
            for message in messages:
                with suppress(SmsgateError):
                    gateway.send(message)
            self.sandbox.settle()
            for _ in gateway.poll(provider=asks):
                pass


def lose_an_answer(scene: Scene) -> str:
    """Have a vendor lose the answer to a message; return the id of its entry."""
    scene.sandbox.misbehave("zoomconnect", Fault.DROP_AFTER, path=scene.sandbox.send_path("zoomconnect"))
    with scene.gateway() as gateway:
        with suppress(SmsgateError):
            gateway.send(Message(PERSON, "Hello", provider="zoom"))
        *_, entry = gateway.unknowns.list()
    return str(entry.id)


def toml(settings: Mapping[str, object], above: str = "") -> str:
    """Return settings as TOML: the values of a table, then the tables in it."""
    lines, tables = [], []
    for name, value in settings.items():
        if isinstance(value, dict):
            place = f"{above}{name}"
            tables.append(f"\n[{place}]\n{toml(value, f'{place}.')}")
        else:
            lines.append(f"'{name}' = {_value(value)}\n")
    return "".join([*lines, *tables])


def _value(value: object) -> str:
    if isinstance(value, str):
        return f"'{value}'"
    return str(value).lower() if isinstance(value, bool | int | float) else f"[{', '.join(map(_value, value))}]"  # type: ignore[call-overload]


def rows(*lines: str) -> str:
    """Return a CSV file."""
    return "".join(f"{line}\n" for line in lines)
