"""What is logged of sends, requests and events: fields, levels, and nothing of a person."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog

from smsgate import DeliveryReport, Gateway, Message, Reply, SmsgateError, Status
from smsgate.sandbox import Fault, Sandbox
from smsgate.telemetry.logs import EVENTS, REQUESTS, SENDS

NUMBER, TEXT, KEY, REPLY = "+27821234567", "CANARY-text-4711", "CANARY-key", "CANARY-reply"
OWN = {*vars(logging.makeLogRecord({})), "message", "taskName"}
SILENT = """
import sys
from smsgate import Gateway, Message, SmsgateError
with Gateway.from_mapping({"providers": {"zoom": {"adapter": "zoomconnect", "email": "a@b.example", "token": "t",
        "base_url": "http://127.0.0.1:9"}}}) as gateway:
    try:
        gateway.send(Message("+27821234567", "Hello"))
    except SmsgateError:
        pass
import logging
logging.getLogger("smsgate.send").error("nothing is configured")
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as server:
        yield server


@pytest.fixture
def gateway(sandbox: Sandbox, tmp_path: Path) -> Iterator[Gateway]:
    zoom = {"adapter": "zoomconnect", "base_url": sandbox.url("zoomconnect"), **sandbox.credentials("zoomconnect")}
    settings = {"journal": str(tmp_path / "journal.db"), "providers": {"zoom": zoom}}
    with Gateway.from_mapping(settings) as opened:
        yield opened


def fields(record: logging.LogRecord) -> dict[str, object]:
    """Return what a record has beside its line; times are not compared."""
    said = {name: value for name, value in vars(record).items() if name not in OWN}
    for name in ("seconds", "latency"):
        if isinstance(said.get(name), float):
            said[name] = float
    return said


def test_a_send_is_one_record_with_its_facts(gateway: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, SENDS.name)
    result = gateway.send(Message(NUMBER, TEXT))
    [record] = [each for each in caplog.records if each.name == "smsgate.send"]
    assert record.levelno == logging.DEBUG
    assert record.getMessage().startswith("zoom: accepted after 0.")
    assert fields(record) == {
        "provider": "zoom",
        "outcome": "accepted",
        "error": None,
        "message_id": result.message_id,
        "segments": 1,
        "attempts": 1,
        "encoding": "GSM-7",
        "run": None,
        "seconds": float,
    }


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        (Fault.REFUSE_NUMBER, (logging.INFO, "InvalidRecipientError")),
        (Fault.UNAUTHORIZED, (logging.INFO, "AuthenticationError")),
        (Fault.DROP_AFTER, (logging.WARNING, "UnknownOutcomeError")),
    ],
)
def test_a_send_that_needs_somebody_is_louder(
    gateway: Gateway, sandbox: Sandbox, caplog: pytest.LogCaptureFixture, fault: Fault, ends: tuple[int, str]
) -> None:
    caplog.set_level(logging.DEBUG, "smsgate")
    sandbox.misbehave("zoomconnect", fault)
    with suppress(SmsgateError):
        gateway.send(Message(NUMBER, TEXT))
    [record] = [each for each in caplog.records if each.name == "smsgate.send"]
    assert (record.levelno, vars(record)["error"]) == ends


def test_a_request_has_its_facts(gateway: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, REQUESTS.name)
    gateway.send(Message(NUMBER, TEXT))
    [record] = [each for each in caplog.records if each.name == "smsgate.request"]
    assert record.levelno == logging.DEBUG
    assert fields(record) == {
        "provider": "zoom",
        "operation": "send",
        "method": "POST",
        "path": vars(record)["path"],
        "attempt": 1,
        "http_status": 200,
        "outcome": "accepted",
        "error": None,
        "seconds": float,
    }


def test_an_event_has_its_facts(gateway: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, EVENTS.name)
    sent = gateway.send(Message(NUMBER, TEXT))
    report = DeliveryReport(
        provider="zoom", message_id=sent.message_id or "", status=Status.DELIVERED, raw_status="DELIVERED"
    )
    gateway.incoming.deliver(report, lambda _: None)
    [record] = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.DEBUG, "zoom: DeliveryReport delivered")
    assert fields(record) == {
        "provider": "zoom",
        "event": "DeliveryReport",
        "message_id": sent.message_id,
        "status": "delivered",
        "latency": vars(record)["latency"] and float,
    }


def test_no_record_has_anything_of_a_person_or_a_secret(
    gateway: Gateway, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for fault in Fault:
        if fault not in {Fault.SLOW_DRIP, Fault.STALL_BEFORE, Fault.STALL_AFTER, Fault.OVERSIZE, Fault.GZIP_BOMB}:
            sandbox.misbehave("zoomconnect", fault)
        with suppress(SmsgateError):
            gateway.send(Message(NUMBER, TEXT, key=f"{KEY}-{fault}", reference=KEY))
    for text in (REPLY, f"STOP {REPLY}", "STOP"):
        answered = Reply(provider="zoom", message_id=f"m{len(text)}", sender=NUMBER, text=text)
        gateway.incoming.deliver(answered, lambda _: None)
    with suppress(SmsgateError):
        gateway.send(Message(NUMBER, TEXT))
    assert {"smsgate.send", "smsgate.request", "smsgate.event"} <= {record.name for record in caplog.records}
    ours = [record for record in caplog.records if record.name.startswith("smsgate")]
    said = "\n".join(f"{record.getMessage()} {fields(record)} {record.exc_text}" for record in ours)
    secrets = [*sandbox.credentials("zoomconnect").values(), NUMBER, NUMBER[1:], NUMBER[3:], "CANARY"]
    assert not [secret for secret in secrets if str(secret) in said]


def test_structlog_shows_the_fields(gateway: Gateway) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    before = SENDS.level
    SENDS.addHandler(handler)
    SENDS.setLevel(logging.DEBUG)
    try:
        result = gateway.send(Message(NUMBER, TEXT))
    finally:
        SENDS.removeHandler(handler)
        SENDS.setLevel(before)
    said = json.loads(written.getvalue())
    assert said["event"].startswith("zoom: accepted after")
    assert (said["level"], said["provider"], said["outcome"]) == ("debug", "zoom", "accepted")
    assert said["message_id"] == result.message_id


@pytest.mark.threads
def test_a_library_writes_nothing_where_no_log_is_configured() -> None:
    done = subprocess.run([sys.executable, "-c", SILENT], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout, done.stderr) == ("", "")
