"""`smsgate poll`, `opt-outs`, and `status --wait`: what came back, on a terminal and for a program."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import frozen

from smsgate import DeliveryReport, Gateway, Message, Status, VendorEvent
from smsgate.cli.app import run
from smsgate.cli.events import EventLines
from smsgate.cli.output import Output
from smsgate.cli.waiting import changes
from smsgate.sandbox import Fault, Sandbox
from smsgate_zoomconnect_sandbox import ZoomConnect
from tests.command_process import Command
from tests.virtual_time import VirtualTime

TO, OTHER = "+27821234567", "+27831234567"
HOUR = timedelta(hours=1)


@frozen
class Said:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """Return what was printed, without the time and without needless blanks."""
        return [" ".join(line.split()[3:]) for line in self.out.splitlines()]

    @property
    def json(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


Shell = Callable[..., Said]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=[ZoomConnect(delivery=HOUR)]) as server:
        yield server


@pytest.fixture
def config(sandbox: Sandbox, tmp_path: Path) -> Path:
    """Write settings with a journal; a failure is not hidden by asking again."""
    account = {"adapter": "zoomconnect", "base_url": sandbox.url("zoomconnect"), "read_attempts": 1}
    lines = [
        f"{name} = {json.dumps(value)}" for name, value in {**account, **sandbox.credentials("zoomconnect")}.items()
    ]
    text = ['default_region = "ZA"', 'journal = "smsgate.db"', "[providers.zoom]", *lines]
    path = tmp_path / "smsgate.toml"
    path.write_text("\n".join(text), encoding="utf-8")
    return path


@pytest.fixture
def shell(config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(config.parent)
    for name in [name for name in os.environ if name.startswith("SMSGATE_")]:
        monkeypatch.delenv(name)

    def shell(*arguments: str) -> Said:
        code = run(arguments)
        return Said(code, *capsys.readouterr())

    return shell


@pytest.fixture
def sent(config: Path) -> str:
    """Send a message, and return its id."""
    with Gateway.from_file(config) as gateway:
        return str(gateway.send(Message(TO, "Hello", key="order-17")).message_id)


# poll ----------------------------------------------------------------------------------------------------------------


def test_a_pass_shows_a_line_for_each_event(shell: Shell, sandbox: Sandbox, sent: str) -> None:
    sandbox.receive("zoomconnect", TO, "Yes\n\x1b[31mplease", message_id=sent)
    sandbox.receive("zoomconnect", OTHER, "Stop!")
    said = shell("poll")
    assert (said.code, said.err) == (0, "")
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC  zoom  ", said.out)
    assert sorted(said.lines) == [
        f"zoom opt-out {OTHER} Stop!",
        f"zoom reply {TO} Yes␊␛[31mplease",
        f"zoom report {TO} sent {sent}",
    ]
    assert shell("poll") == Said(0, "", "")


def test_for_a_program_there_is_an_object_a_line(shell: Shell, sandbox: Sandbox, sent: str) -> None:
    reply = sandbox.receive("zoomconnect", TO, "stop", message_id=sent)
    told, report = shell("poll", "--json").json
    assert {name: told[name] for name in ("event", "word", "provider", "message_id", "sender", "in_reply_to")} == {
        "event": "opt-out",
        "word": "STOP",
        "provider": "zoom",
        "message_id": reply,
        "sender": TO,
        "in_reply_to": sent,
    }
    entry = report["entry"]
    assert isinstance(entry, dict)
    assert (entry["key"], entry["to"], entry["state"]) == ("order-17", TO, "accepted")
    assert entry == told["entry"]
    assert (report["event"], report["status"], report["raw_status"], report["source"]) == (
        "report",
        "sent",
        "SENT",
        "polled",
    )


def test_what_failed_is_reported_and_the_rest_is_shown(shell: Shell, sandbox: Sandbox, sent: str) -> None:
    sandbox.misbehave("zoomconnect", Fault.UNAVAILABLE)
    said = shell("poll")
    assert (said.code, said.lines) == (1, [f"zoom report {TO} sent {sent}"])
    [complaint] = said.err.splitlines()
    assert complaint.startswith("smsgate: zoom: ")
    assert "503" in complaint
    sandbox.misbehave("zoomconnect", Fault.UNAVAILABLE)
    [error] = shell("poll", "--json").json
    assert isinstance(error["error"], dict)
    assert error["error"]["provider"] == "zoom"


def test_every_failure_is_reported(shell: Shell, sandbox: Sandbox, sent: str) -> None:
    del sent  # so that both are asked for
    sandbox.misbehave("zoomconnect", Fault.UNAVAILABLE, times=None)
    said = shell("poll")
    assert (said.code, len(said.err.splitlines())) == (1, 2)


def test_polling_needs_a_journal_and_a_provider_that_is_there(shell: Shell, config: Path) -> None:
    assert shell("poll", "--provider", "nobody").code == 2
    config.write_text(config.read_text().replace('journal = "smsgate.db"\n', ""))
    said = shell("poll")
    assert (said.code, "no journal" in said.err) == (2, True)


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_it_goes_on_until_it_is_stopped(config: Path, sandbox: Sandbox, sent: str, ended_by: signal.Signals) -> None:
    """The sandbox's first answer is an error, which ends a pass and not the polling."""
    sandbox.misbehave("zoomconnect", Fault.UNAVAILABLE)
    command = ["poll", "--every", "1", "--json"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SMSGATE_")}
    with Command(
        command, cwd=config.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean
    ) as process:
        assert process.stdout is not None
        report = json.loads(process.stdout.readline())
        assert (report["event"], report["message_id"]) == ("report", sent)
        assert "error" in json.loads(process.stdout.readline())
        id_ = sandbox.receive("zoomconnect", TO, "Yes")
        reply = json.loads(process.stdout.readline())
        assert (reply["event"], reply["message_id"], reply["text"]) == ("reply", id_, "Yes")
        process.send_signal(ended_by)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err


def test_what_smsgate_has_no_word_for_is_shown_as_the_vendor_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    event = VendorEvent(provider="sales", kind="contact.updated", raw={"id": 7})
    EventLines(Output(as_json=False)).show(event)
    EventLines(Output(as_json=True)).show(event)
    line, told = capsys.readouterr().out.splitlines()
    assert line.split()[3:] == ["sales", "other", "-", "contact.updated"]
    assert json.loads(told)["raw"] == {"id": 7}


def test_a_status_comes_with_the_vendors_word_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    odd = DeliveryReport(
        provider="zoom", message_id="7", status=Status.UNKNOWN, raw_status="PARKED", reason="no\nroute"
    )
    EventLines(Output(as_json=False)).show(odd)
    assert (
        capsys.readouterr().out.split(maxsplit=3)[3] == "zoom  report   -             unknown (PARKED): no␊route  7\n"
    )


# status --wait -------------------------------------------------------------------------------------------------------


def reports(*said: Status) -> Callable[[], DeliveryReport]:
    """Ask a vendor that says one after the other, and the last for ever."""
    left = [*said]
    return lambda: DeliveryReport(
        provider="zoom", message_id="1", status=left[0] if len(left) == 1 else left.pop(0), raw_status=None
    )


def test_each_change_is_reported_until_the_end() -> None:
    time = VirtualTime()
    ask = reports(Status.QUEUED, Status.QUEUED, Status.SENT, Status.SENT, Status.DELIVERED, Status.FAILED)
    told = [report.status for report in changes(ask, 600, clock=time.clock, sleep=time.sleep)]
    assert told == [Status.QUEUED, Status.SENT, Status.DELIVERED]
    assert time.slept == [1.0, 1.5, 2.25, 3.375]


def test_the_pauses_grow_to_half_a_minute_and_the_last_question_is_at_the_end() -> None:
    time = VirtualTime()
    [only] = changes(reports(Status.SENT), 300, clock=time.clock, sleep=time.sleep)
    assert (only.status, time.now) == (Status.SENT, 300.0)
    assert max(time.slept) == 30.0
    assert sorted(time.slept[:-1]) == time.slept[:-1]


def test_a_message_that_was_delivered_is_waited_for_no_longer(shell: Shell, sandbox: Sandbox, sent: str) -> None:
    sandbox.advance(2 * HOUR)
    said = shell("status", sent, "--wait")
    assert said.code == 0
    assert said.out.split()[:2] == ["status", "delivered"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC  delivered\n", said.err)
    told = shell("status", sent, "--wait", "--json")
    assert (told.code, told.err, told.json[0]["status"]) == (0, "", "delivered")


def test_what_was_learnt_is_recorded_and_still_delivered_to_the_application(
    shell: Shell, sandbox: Sandbox, config: Path, sent: str
) -> None:
    sandbox.advance(2 * HOUR)
    shell("status", sent, "--wait")
    with Gateway.from_file(config) as gateway:
        delivery = gateway.deliveries.get(sent, provider="zoom").delivery
        assert delivery is not None
        assert delivery.status is Status.DELIVERED
        [report] = gateway.poll()
        assert isinstance(report, DeliveryReport)


def test_a_message_that_ended_otherwise_is_code_1(shell: Shell, sandbox: Sandbox) -> None:
    assert shell("send", "--to", "+27820002001", "Hello").code == 0
    sandbox.advance(2 * HOUR)
    said = shell("status", sandbox.texts[0].message_id, "--wait")
    assert (said.code, said.out.split()[:2]) == (1, ["status", "failed"])


def test_the_time_that_is_up_is_code_3(shell: Shell, sent: str) -> None:
    said = shell("status", sent, "--wait", "--timeout", "0")
    assert (said.code, said.out.split()[:2]) == (3, ["status", "sent"])
    assert said.err.splitlines()[-1] == "smsgate: not final after 0 seconds; the last status is sent"


def test_a_message_that_is_not_there_is_not_waited_for(shell: Shell) -> None:
    said = shell("status", "5a757c7b7736b6c1d340a0db", "--wait")
    assert (said.code, len(said.err.splitlines())) == (1, 1)


# opt-outs ------------------------------------------------------------------------------------------------------------


def test_numbers_are_added_listed_and_removed(shell: Shell, sandbox: Sandbox) -> None:
    assert shell("opt-outs", "list", "--json").out == "[]\n"
    assert shell("opt-outs", "add", "082 123 4567", OTHER) == Said(0, "", "")
    listed = json.loads(shell("opt-outs", "list", "--json").out)
    assert [(row["number"], row["provider"], row["word"]) for row in listed] == [(TO, None, None), (OTHER, None, None)]
    refused = shell("send", "--to", TO, "Hello")
    assert (refused.code, "asked not to be texted" in refused.err) == (1, True)
    assert shell("opt-outs", "remove", TO).code == 0
    assert shell("send", "--to", TO, "Hello").code == 0
    assert [text.to for text in sandbox.texts] == [TO]


def test_numbers_of_which_one_cannot_be_read_are_unchanged(shell: Shell) -> None:
    assert shell("opt-outs", "add", TO, "12").code == 1
    assert shell("opt-outs", "list", "--json").out == "[]\n"
