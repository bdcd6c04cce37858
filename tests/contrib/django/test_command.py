"""``manage.py smsgate``, with the project's settings, signals and exit codes."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from itertools import count
from os import close, getpid, kill, pipe
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from smsgate import DeliveryReport, Message
from smsgate.contrib.django import delivery_report, gateway, outbox
from smsgate.contrib.django.management.commands.smsgate import Command
from smsgate.sandbox import Fault, Sandbox
from tests.contrib.django.project import NUMBER, SETTINGS, leave_tests, sms


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("smsgate", *arguments, stdout=said)
    return said.getvalue()


def exit_code(*arguments: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    return caught.value.returncode, str(caught.value)


def test_it_sends_once_for_a_key() -> None:
    with sms():
        first = run("send", "082 123 4567", "Your code is 4711", "--key", "sign-in 17")
        assert first.startswith("accepted by zoom, id ")
        assert first.endswith(", segments 1\n")
    assert outbox == [Message(NUMBER, "Your code is 4711", key="sign-in 17")]


def test_a_refused_message_exits_1_and_wrong_settings_2_a_line_for_each_problem() -> None:
    with sms():
        assert exit_code("send", "12", "Hi")[0] == 1
        assert exit_code("poll", "--provider", "zoon")[0] == 2
        for seconds in ("0.5", "inf", "nan"):
            wrong = f"--every must be 1 to 86,400 seconds, got {seconds}"
            assert exit_code("poll", "--every", seconds) == (2, wrong)
    with sms({"providers": {}, "route": ["a"]}):
        code, said = exit_code("send", NUMBER, "Hi")
    assert code == 2
    assert len(said.splitlines()) == 2


def test_a_message_that_was_sent_is_not_called_refused_because_its_result_cannot_be_written() -> None:
    with sms(), Path("/dev/full").open("w") as full:
        with pytest.raises(CommandError, match="No space left on device; do not send again, it was accepted") as caught:
            call_command("smsgate", "send", NUMBER, "Hi", stdout=full)
        assert caught.value.returncode == 4
    reading, writing = pipe()
    close(reading)
    with sms(), open(writing, "w") as gone:  # noqa: PTH123 - a descriptor
        call_command("smsgate", "send", NUMBER, "Hi", stdout=gone)
    assert len(outbox) == 2


def test_a_terminal_that_cannot_show_a_letter_shows_its_number(tmp_path: Path) -> None:
    with (tmp_path / "out").open("w", encoding="ascii") as said:
        Command(stdout=said)._say("accepted, id zoöm")
    assert (tmp_path / "out").read_text() == "accepted, id zo\\xf6m\n"


@pytest.fixture(name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=["zoomconnect"], stall=1.0) as sandbox:
        yield sandbox


def test_an_unknown_outcome_exits_3(sandbox: Sandbox, tmp_path: Path) -> None:
    with sms({**sandbox.settings(), "journal": tmp_path / "smsgate.db"}):
        sandbox.misbehave("zoomconnect", Fault.DROP_AFTER)
        assert exit_code("send", NUMBER, "Hi")[0] == 3


def test_what_is_polled_goes_to_the_signals_once_and_again_where_a_receiver_fails(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    leave_tests(monkeypatch)
    events: list[DeliveryReport] = []
    failures = [ZeroDivisionError()]

    def receive(event: DeliveryReport, **_: object) -> None:
        if failures:
            raise failures.pop()
        events.append(event)

    delivery_report.connect(receive)
    with sms({**SETTINGS, **sandbox.settings(), "journal": tmp_path / "smsgate.db"}):
        sent = gateway.send(Message(NUMBER, "Your code is 4711"))
        sandbox.advance(timedelta(minutes=5))
        monkeypatch.setattr("smsgate.contrib.django.management.commands.smsgate.PAUSE", 0.0)
        with pytest.raises(ZeroDivisionError):
            run("poll")
        assert run("poll") == "1 new\n"
        assert run("poll") == "0 new\n"
    delivery_report.disconnect(receive)
    assert [(event.message_id, event.status.is_final) for event in events] == [(sent.message_id, True)]


def test_ctrl_c_ends_polling_with_130(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, tmp_path: Path) -> None:
    monkeypatch.setattr("time.sleep", lambda _: kill(getpid(), signal.SIGINT))
    with sms({**sandbox.settings(), "journal": tmp_path / "smsgate.db"}), pytest.raises(SystemExit) as caught:
        run("poll", "--every", "60")
    assert caught.value.code == 130


def test_a_receiver_that_fails_does_not_end_polling_and_gets_its_event_again(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    given: list[str] = []

    def receive(event: DeliveryReport, **_: object) -> None:
        given.append(event.status)
        if len(given) == 1:
            raise RuntimeError("the shop's database is away")

    passes = count()

    def sleep(_: float) -> None:
        if len(given) == 2 or next(passes) > 20:
            kill(getpid(), signal.SIGINT)

    monkeypatch.setattr("time.sleep", sleep)
    monkeypatch.setattr("smsgate.contrib.django.management.commands.smsgate.PAUSE", 0.0)
    leave_tests(monkeypatch)
    delivery_report.connect(receive)
    try:
        settings = {**SETTINGS, **sandbox.settings(), "journal": tmp_path / "smsgate.db"}
        with sms(settings):
            gateway.send(gateway.message(NUMBER, "Hi"))
            sandbox.advance(timedelta(minutes=5))
            with pytest.raises(SystemExit) as caught:
                run("poll", "--every", "1")
    finally:
        delivery_report.disconnect(receive)
    assert caught.value.code == 130
    assert given == ["delivered", "delivered"]
    assert "a receiver of an event failed; the next pass gives it the event again" in caplog.text


def test_the_doctor_names_what_is_wrong_and_exits_with_it(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = {**sandbox.settings(), "journal": tmp_path / "smsgate.db"}
    with sms(settings):
        assert exit_code("doctor") == (2, "doctor asks the vendors, which no test does")
    leave_tests(monkeypatch)
    with sms(settings):
        said = run("doctor", "--provider", "zoomconnect")
        assert "ok  settings: can be read; providers: zoomconnect\n" in said
        assert "problem" not in said
    account = {**sandbox.settings()["providers"]["zoomconnect"], "token": "wrong-token"}
    with sms({**settings, "providers": {"zoom": account}}):
        assert exit_code("doctor") == (2, "problems: 1")
    with sms({"providers": {"zoom": {"adapter": "zoomconnect"}}}):
        assert exit_code("doctor")[0] == 2
    assert not (tmp_path / "smsgate.db").exists()
