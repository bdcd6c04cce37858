"""Without OpenTelemetry, or without its SDK, nothing is recorded, nothing is stored, and everything works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.threads

PROGRAM = """
import sys
if sys.argv[1] == "without":
    sys.modules["opentelemetry"] = None
from smsgate import DeliveryReport, Gateway, Message, Status
from smsgate.telemetry.gauges import GaugeSource

settings = {"journal": sys.argv[2], "providers": {"plain": {"adapter": "memory"}}}
with Gateway.from_mapping(settings) as gateway:
    sent = gateway.send(Message("+27821234567", "Hello"))
    gateway.enqueue([Message("+27821234567", "Hello")], run="autumn")
    gateway.runs.runner().work(until_empty=True)
    gateway.incoming.deliver(DeliveryReport(provider="plain", message_id=sent.message_id, status=Status.DELIVERED,
                                            raw_status="d"), lambda event: print(event.entry.trace))
    print([entry.trace for entry in gateway.journal.find(to="+27821234567")])
import sqlite3
print(sqlite3.connect(sys.argv[2]).execute("SELECT details FROM entries").fetchall())
"""


@pytest.mark.parametrize("which", ["without", "api"])
def test_nothing_is_stored_and_everything_works(which: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, which, str(tmp_path / "journal.db")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines() == ["None", "[None, None]", "[(None,), (None,)]"]
