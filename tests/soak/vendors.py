"""The vendors of the histories: sandboxes in a process of their own, which nothing that is killed takes with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Any

import requests
from attrs import frozen

from smsgate.sandbox import Sandbox
from smsgate_zoomconnect_sandbox import ZoomConnect

STALL, DRIP = 0.9, 0.0005
DELIVERY, RETRIES = timedelta(milliseconds=50), (timedelta(milliseconds=200), timedelta(milliseconds=500))
PATIENCE = 20


@frozen
class OnAir:
    """A text that a vendor has sent."""

    to: str
    text: str
    message_id: str
    reference: str | None


@frozen
class Account:
    """An account at one sandbox."""

    control: str
    """Where the sandbox is told what to do."""
    settings: dict[str, str]

    def texts(self) -> list[OnAir]:
        """Return the sandbox's own record."""
        with _session() as session:
            answer = session.get(f"{self.control}/texts", timeout=PATIENCE)
            answer.raise_for_status()
            there = answer.json()["texts"]
        return [OnAir(*(each[name] for name in ("to", "text", "message_id", "reference"))) for each in there]

    def clear(self) -> None:
        """Begin anew."""
        order(self.control, "reset")

    def behave(self) -> None:
        """End all faults."""
        with _session() as session:
            session.delete(f"{self.control}/faults", timeout=PATIENCE).raise_for_status()


def order(control: str, what: str, **fields: object) -> None:
    """Have a sandbox of another process do something."""
    with _session() as session:
        session.post(f"{control}/{what}", json=fields, timeout=PATIENCE).raise_for_status()


@contextmanager
def serving(processes: ForkServerContext, count: int) -> Iterator[list[Account]]:
    """Serve so many accounts in another process."""
    here, there = processes.Pipe()
    process = processes.Process(target=_serve, args=(there, count), name="vendors", daemon=True)
    process.start()
    there.close()
    assert here.poll(PATIENCE), "the vendors did not start"
    accounts = [Account(control, settings) for control, settings in here.recv()]
    try:
        yield accounts
    finally:
        here.close()
        process.join(PATIENCE)
        if process.is_alive():
            process.kill()


def _serve(there: Connection, count: int) -> None:
    with ExitStack() as stack:
        sandboxes = [
            stack.enter_context(
                Sandbox(vendors=[ZoomConnect(delivery=DELIVERY, retries=RETRIES)], stall=STALL, drip=DRIP)
            )
            for _ in range(count)
        ]
        there.send([_account(sandbox) for sandbox in sandboxes])
        there.poll(None)  # until the other end is closed


def _account(sandbox: Sandbox) -> tuple[str, dict[str, Any]]:
    settings = {"base_url": sandbox.url("zoomconnect"), **sandbox.credentials("zoomconnect")}
    return f"http://127.0.0.1:{sandbox.port}/_sandbox", settings


@contextmanager
def _session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session
