"""One program and seven configs: it sends, learns that its message was delivered and reads the answer to it.

The program knows no vendor. What a vendor reports by itself comes through the receiver, and all else by polling.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import WSGIApplication

import pytest

from smsgate import DeliveryReport, Event, Gateway, Message, Reply, Status, webhooks
from smsgate.sandbox import Sandbox

SECRET = "a-secret-of-the-tests"
PERSON = "+27821234567"
HAS_NO_REPLIES = {"salesbox"}
"""Their documents show no way in which a person's text comes to an application."""
SENDERS = {"telnyx": "+13125550001", "vonage": "27600000000"}
"""Of the vendors that send nothing without one, and whose account in the sandbox names none."""
CHECK = timedelta(minutes=10)
"""More than what passes between two questions for the status of a message that is not reported by itself."""


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - wsgiref's name
        pass


@contextmanager
def serving(application: WSGIApplication, port: int) -> Iterator[None]:
    with make_server("127.0.0.1", port, application, handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


class Program:
    """An application: it sends a message, and keeps what comes back."""

    def __init__(self, settings: Path, port: int) -> None:
        self.gateway = Gateway.from_file(settings)
        self.events: list[Event] = []
        self.port = port

    @contextmanager
    def running(self) -> Iterator[None]:
        with self.gateway:
            if any(provider.capabilities["webhooks"] for provider in self.gateway.providers):
                with serving(webhooks.wsgi(self.gateway, self.events.append), self.port):
                    yield
            else:
                yield

    def send(self) -> str:
        result = self.gateway.send(Message(PERSON, "Will you come at nine? 👍"))
        assert result.message_id is not None
        return result.message_id

    def poll(self) -> None:
        self.events += self.gateway.poll()

    def reports(self, message_id: str) -> list[Status]:
        reports = [event for event in self.events if isinstance(event, DeliveryReport)]
        return [report.status for report in reports if report.message_id == message_id]

    @property
    def replies(self) -> list[Reply]:
        return [event for event in self.events if isinstance(event, Reply)]


def inline(value: object) -> str:
    """Write a value as TOML has it on one line."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{name} = {inline(each)}' for name, each in value.items())} }}"
    return json.dumps(value)


def written(folder: Path, sandbox: Sandbox, vendor: str, port: int) -> Path:
    """Write the settings, which are all that differs from vendor to vendor."""
    settings = {
        "adapter": vendor,
        "base_url": sandbox.url(vendor),
        "rate": "unlimited",
        **sandbox.credentials(vendor),
        **sandbox.account(vendor),
    }
    lines = [
        f"journal = {json.dumps(str(folder / 'smsgate.db'))}",
        "[webhooks]",
        f"secret = {json.dumps(SECRET)}",
        f'public_url = "http://127.0.0.1:{port}"',
        "[providers.main]",
        *(f"{name} = {inline(value)}" for name, value in settings.items()),
    ]
    if vendor in SENDERS:
        lines += ["[senders]", f"default = {json.dumps(SENDERS[vendor])}"]
    path = folder / "smsgate.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(name="port")
def _port() -> int:
    with make_server("127.0.0.1", 0, lambda *_: [], handler_class=Quiet) as server:
        return server.server_port


@pytest.mark.parametrize("vendor", ["bulksms", "salesbox", "salesmsg", "telnyx", "twilio", "vonage", "zoomconnect"])
def test_one_program_sends_gets_its_report_and_reads_a_reply_by_its_settings_alone(
    tmp_path: Path, sandbox: Sandbox, port: int, vendor: str
) -> None:
    program = Program(written(tmp_path, sandbox, vendor, port), port)
    with program.running():
        calls_back(sandbox, vendor, f"http://127.0.0.1:{port}/main/{SECRET}")
        message_id = program.send()
        [text] = sandbox.texts
        assert (text.vendor, text.to, text.text) == (vendor, PERSON, "Will you come at nine? 👍")
        later(sandbox, program)
        assert program.reports(message_id)[-1:] == [Status.DELIVERED]

        if vendor not in HAS_NO_REPLIES:
            sandbox.receive(vendor, PERSON, "Yes ☺")
            later(sandbox, program)
            [reply] = program.replies
            assert (reply.sender, reply.text, reply.provider) == (PERSON, "Yes ☺", "main")
            assert len(program.reports(message_id)) == len({*program.reports(message_id)})


def calls_back(sandbox: Sandbox, vendor: str, url: str) -> None:
    """Set the address at the vendor's site, as its owner would, where the vendor has a field for it."""
    if vendor != "salesbox":
        sandbox.call_back(vendor, url)
        sandbox.settle()


def later(sandbox: Sandbox, program: Program) -> None:
    """Let time pass, the vendor's calls arrive, and the program ask for what it was not sent."""
    sandbox.advance(CHECK)
    sandbox.settle()
    program.poll()
