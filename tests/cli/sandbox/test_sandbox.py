"""`smsgate sandbox`: whom it calls back, and how a person replies in one that runs."""

import json
import os
import re
import subprocess
from collections.abc import Iterator

import pytest

from smsgate.cli.app import run
from smsgate.sandbox import Sandbox
from tests.command_process import Command
from tests.sandbox.listener import Listener, listening

PERSON = "+27821234567"


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def _reply(port: int, *more: str) -> int:
    return run(["sandbox", "reply", "--vendor", "zoomconnect", "--from", PERSON, "--port", str(port), *more])


def _complaint(capsys: pytest.CaptureFixture[str]) -> str:
    [line] = capsys.readouterr().err.splitlines()
    return line.removeprefix("smsgate: ")


def test_a_persons_reply_is_delivered_to_the_application(
    sandbox: Sandbox, listener: Listener, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.call_back("zoomconnect", listener.url("/CANARY"))
    assert _reply(sandbox.port, "STOP") == 0
    said = capsys.readouterr()
    assert json.loads(listener.next().body)["message"] == "STOP"
    assert re.search(r"^answer of the application +200 *$", said.out, re.MULTILINE)
    assert "CANARY" not in said.out + said.err


def test_a_reply_in_json_has_its_id_and_what_became_of_the_calls(
    sandbox: Sandbox, listener: Listener, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.call_back("zoomconnect", listener.url())
    message_id = sandbox.receive("zoomconnect", PERSON, "before")
    sandbox.settle()
    sandbox.disturb("zoomconnect", copies=2)
    listener.answers.append(503)
    assert _reply(sandbox.port, "STOP", "--to-message", message_id, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["calls"] == [
        {"attempt": 1, "status": 503, "error": None},
        {"attempt": 1, "status": 200, "error": None},
    ]
    last = json.loads(listener.all()[-1].body)
    assert (last["messageId"], last["repliedToMessageId"]) == (told["id"], message_id)


def test_where_no_application_is_called_the_fix_is_shown(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("reply", "--vendor", "salesmsg", "--from", "+12025550123", "hi")
    assert run(["sandbox", "--port", str(sandbox.port), *asked]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.endswith("none, because no URL is set for it; set one with: smsgate sandbox --call-back salesmsg=URL")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (("zoomconnect", "--from", PERSON, "--to-message", "7"), "no message '7' to reply to"),
        (("salesmsg", "--from", PERSON, "--to-message", "x"), "no message 'x' to reply to"),
        (("salesmsg", "--from", "Ann"), "'Ann' is not a phone number"),
        (("salesbox", "--from", PERSON), "salesbox has no replies"),
        (("hooli", "--from", PERSON), "the sandbox has no vendor 'hooli' (it has: "),
    ],
)
def test_a_reply_that_cannot_be_is_one_line(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], why: str
) -> None:
    assert run(["sandbox", "--port", str(sandbox.port), "reply", "hi", "--vendor", *asked]) == 2
    assert _complaint(capsys).startswith(why)


def test_where_no_sandbox_listens_the_complaint_says_how_to_start_one(capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox() as sandbox:
        port = sandbox.port
    assert _reply(port, "hi") == 2
    assert (
        _complaint(capsys)
        == f"no sandbox listens at http://127.0.0.1:{port}; start one with: smsgate sandbox --port {port}"
    )


def test_another_server_is_not_taken_for_a_sandbox(listener: Listener, capsys: pytest.CaptureFixture[str]) -> None:
    assert _reply(listener.port, "hi") == 2
    why = "is no sandbox of smsgate; give the port at which one listens"
    assert _complaint(capsys) == f"what answers at http://127.0.0.1:{listener.port} {why}"


@pytest.mark.parametrize(
    ("destination", "why"),
    [
        ("127.0.0.1/CANARY=1", "--call-back must be URL, VENDOR=URL or VENDOR.KIND=URL"),
        ("http://example.com/CANARY=1", "--call-back: the callback URL must be on this machine"),
        ("zoomconnect=", "--call-back: the callback URL is invalid"),
        ("zoomconnect=http://example.com/CANARY", "--call-back: the callback URL must be on this machine"),
        ("zoomconnect.event=http://127.0.0.1/CANARY", "--call-back: zoomconnect has no webhook for 'event'"),
        ("salesbox=http://127.0.0.1/CANARY", "--call-back: salesbox has no webhooks"),
        ("hooli=http://127.0.0.1/CANARY", "--call-back: the sandbox has no vendor 'hooli'"),
        ("a-vendor.x=http://127.0.0.1/CANARY", "--call-back: the sandbox has no vendor 'a-vendor'"),
    ],
)
def test_a_url_that_cannot_be_called_is_one_line_without_its_secret(
    capsys: pytest.CaptureFixture[str], destination: str, why: str
) -> None:
    assert run(["sandbox", "--port", "0", "--call-back", destination]) == 2
    complaint = _complaint(capsys)
    assert complaint.startswith(why)
    assert "CANARY" not in complaint


def test_a_style_that_no_vendor_has_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox", "--port", "0", "--style", "xml"]) == 2
    assert _complaint(capsys) == "--style must be one of form, json, nested, query, got 'xml'"


def test_a_sandbox_of_the_command_line_calls_back_in_the_style_that_was_asked_for(listener: Listener) -> None:
    destinations = [f"zoomconnect.reply={listener.url('/zoom?key=1')}", f"salesmsg={listener.url('/sales')}"]
    options = [word for destination in destinations for word in ("--call-back", destination)]
    process = Command(
        ["sandbox", "--port", "0", "--style", "form", "--json", *options],
        stdout=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("SMSGATE_")},
    )
    assert process.stdout is not None
    try:
        announced = json.loads(process.stdout.readline())["providers"]
        assert [listener.next().method, listener.next().method] == ["HEAD", "GET"]
        port = int(announced["zoomconnect"]["base_url"].split("/")[2].partition(":")[2])
        assert _reply(port, "hi") == 0
        heard = listener.next()
        assert (heard.path, heard.form["message"]) == ("/zoom?key=1", "hi")
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_a_url_alone_is_called_by_every_vendor_that_has_webhooks(listener: Listener) -> None:
    command = ["sandbox", "--port", "0", "--json", "--call-back", listener.url("/sms?key=1")]
    vendors = [word for vendor in ("zoomconnect", "telnyx", "salesbox") for word in ("--vendor", vendor)]
    with Command([*command, *vendors], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            inbox = json.loads(process.stdout.readline())["inbox"]
            port = int(inbox.rstrip("/").rpartition(":")[2])
            for vendor in ("zoomconnect", "telnyx"):
                asked = ("reply", "--vendor", vendor, "--from", PERSON, "--port", str(port), f"to {vendor}")
                assert run(["sandbox", *asked]) == 0
                assert f"to {vendor}" in listener.next().body
        finally:
            process.terminate()


def test_the_vendors_that_are_named_are_served_and_no_others() -> None:
    command = ["sandbox", "--port", "0", "--json", "--vendor", "salesbox", "--vendor", "zoomconnect"]
    with Command(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            assert json.loads(process.stdout.readline())["providers"].keys() == {"salesbox", "zoomconnect"}
        finally:
            process.terminate()


def test_a_vendor_that_is_not_installed_is_named_beside_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox", "--vendor", "carrier-pigeon"]) == 2
    assert re.match(r"no sandbox vendor 'carrier-pigeon' \(installed: .*zoomconnect\)", _complaint(capsys))
