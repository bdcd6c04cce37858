"""What an application has sent is a list, whichever gateway it opened; a failure shows what was sent instead."""

from __future__ import annotations

import asyncio
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from smsgate import AsyncGateway, Gateway, InvalidMessageError, Media, Message, OptedOutError
from smsgate.testing import SmsOutbox
from smsgate.testing.applications.marks import Asked
from smsgate.testing.applications.table import table

PAGE = Path(__file__).parents[3] / "docs/how-to/write-settings.md"
ANN, BEN = "+27821234567", "+27821234568"


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[SmsOutbox]:
    """An outbox that reads numbers in South Africa."""
    outbox = SmsOutbox(Asked(), tmp_path, "ZA")
    yield outbox
    outbox.close()


def fill(outbox: SmsOutbox) -> None:
    outbox.gateway.send(Message(ANN, "Your code is 471-100"))
    outbox.gateway.send(Message(BEN, "Welcome"))
    outbox.gateway.send(Message(ANN, "Welcome, your pin is 12345678"))


def error_of(outbox: SmsOutbox, to: str | None = None, *, containing: str = "", count: int | None = None) -> str:
    with pytest.raises(AssertionError) as raised:
        outbox.assert_sent(to, containing=containing, count=count)
    return str(raised.value)


def test_the_texts_of_every_gateway_on_the_settings_are_in_it(smsgate_outbox: SmsOutbox) -> None:
    async def send() -> None:
        async with smsgate_outbox.async_gateway as opened, AsyncGateway.from_env() as own:
            await opened.send(Message(ANN, "3"))
            await own.send(Message(ANN, "4"))

    smsgate_outbox.gateway.send(Message(ANN, "1"))
    with Gateway.from_env() as own, Gateway.from_file(smsgate_outbox.config) as other:
        own.send(Message(ANN, "2"))
        asyncio.run(send())
        assert [result.error for result in other.send_bulk([Message(BEN, "5")])] == [None]
    assert [message.text for message in smsgate_outbox] == ["1", "2", "3", "4", "5"]
    assert (len(smsgate_outbox), smsgate_outbox[0].text, smsgate_outbox.last.to) == (5, "1", BEN)
    smsgate_outbox.clear()
    assert not smsgate_outbox


def test_a_message_comes_out_as_it_went_in(outbox: SmsOutbox) -> None:
    message = Message(
        ANN,
        "Olá 👍\n\u2028",
        sender="ACME",
        send_at=datetime.now(UTC) + timedelta(days=1),
        validity=timedelta(hours=1, milliseconds=500),
        reference="17",
        campaign="c",
        media=["https://example.com/a.png", Media("https://example.com/b", "image/png")],
        extra={"memory": {"a": [1]}},
    )
    outbox.gateway.send(message)
    assert outbox.messages == [message]


def test_numbers_are_read_in_the_region(outbox: SmsOutbox) -> None:
    fill(outbox)
    assert [message.text for message in outbox.to("082 123 4568")] == ["Welcome"]
    assert outbox.gateway.message("082 123 4567", "x").to == ANN
    with pytest.raises(InvalidMessageError, match="082"):
        SmsOutbox(Asked(), outbox.config.parent, None).to("082 123 4568")


def test_the_code_is_that_of_the_newest_text(outbox: SmsOutbox) -> None:
    fill(outbox)
    assert (outbox.code(), outbox.code(ANN), outbox.code(digits=(8, 8))) == ("12345678",) * 3
    with pytest.raises(LookupError, match="no codes of 4 to 8 digits: 'Welcome'"):
        outbox.code(BEN)
    outbox.clear()
    with pytest.raises(AssertionError, match="no text was sent to"):
        outbox.code(ANN)


def test_assert_sent_returns_the_newest_that_fits_and_shows_what_was_sent_instead(outbox: SmsOutbox) -> None:
    assert "nothing was sent: let the application use smsgate_outbox.gateway" in error_of(outbox)
    fill(outbox)
    assert outbox.assert_sent(ANN, count=2).text == "Welcome, your pin is 12345678"
    assert outbox.assert_sent(containing="Welcome", count=2).to == ANN
    assert error_of(outbox, BEN, containing="code") == (
        f"no text was sent to {BEN} with 'code'; what was sent:\n"
        "  #  to            text\n"
        f"  1  {ANN}  'Your code is 471-100'\n"
        f"  2  {BEN}  'Welcome'\n"
        f"  3  {ANN}  'Welcome, your pin is 12345678'"
    )
    assert error_of(outbox, ANN, count=3).startswith(f"2 texts were sent to {ANN}, expected 3; ")
    with pytest.raises(ValueError, match="count must be at least 1, got 0"):
        outbox.assert_sent(ANN, count=0)


def test_assert_not_sent_shows_what_was_sent(outbox: SmsOutbox) -> None:
    outbox.assert_not_sent()
    fill(outbox)
    outbox.assert_not_sent(BEN, containing="code")
    with pytest.raises(AssertionError, match=r"2 texts were sent with 'Welcome', expected none; what was sent:\n  #"):
        outbox.assert_not_sent(containing="Welcome")


def test_what_another_thread_sends_is_waited_for(outbox: SmsOutbox) -> None:
    looked = Event()

    def send() -> None:
        looked.wait(30)
        fill(outbox)

    thread = Thread(target=send)
    thread.start()
    outbox.assert_not_sent()
    looked.set()
    assert outbox.assert_sent(BEN, within=30).text == "Welcome"
    thread.join()


@pytest.mark.smsgate(journal=True, limits={"max_segments": 1}, settings={"default_region": "ZA"})
def test_keys_opt_outs_and_limits_are_those_of_production(smsgate_outbox: SmsOutbox) -> None:
    gateway = smsgate_outbox.gateway
    gateway.opt_outs.add(BEN)
    with pytest.raises(OptedOutError):
        gateway.send(Message(BEN, "Hi"))
    with pytest.raises(InvalidMessageError, match="segments"):
        gateway.send(Message(ANN, "x" * 200))
    keyed = gateway.message("082 123 4567", "Once", key="k")
    assert gateway.send(keyed).message_id == gateway.send(keyed).message_id
    assert smsgate_outbox.messages == [keyed]


[SETTINGS] = re.findall(r"```toml\n(# smsgate.toml\n.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.mark.smsgate(settings={**tomllib.loads(SETTINGS), "contacts": "zoom", "pace_store": "redis://127.0.0.1:1/0"})
def test_the_settings_of_production_have_their_vendors_replaced(smsgate_outbox: SmsOutbox) -> None:
    gateway = smsgate_outbox.gateway
    american = gateway.send(Message("+12025550123", "Hi", key="k"))
    local = gateway.send(gateway.message("082 123 4567", "Hi"))
    assert (str(american.price), american.provider, local.provider) == ("0.02 USD", "sales", "zoom")
    assert [message.sender for message in smsgate_outbox] == [None, None], "its vendors choose no sender"
    assert [*smsgate_outbox.config.parent.glob("smsgate.db*")]
    assert gateway.webhooks is not None


@pytest.mark.parametrize(
    "written", ['"postgresql://db.example.com/smsgate"', '{ env = "JOURNAL_URL" }', '{ file = "/run/secrets/db" }']
)
def test_a_journal_of_production_is_the_tests_own_file_however_its_place_is_written(
    tmp_path: Path, written: str
) -> None:
    asked = Asked(settings=tomllib.loads(f"journal = {written}"), journal=True)
    outbox = SmsOutbox(asked, tmp_path, None)
    fill(outbox)
    assert [*tmp_path.glob("smsgate.db*")]
    outbox.close()


def test_a_file_of_opted_out_numbers_is_found_from_where_the_tests_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "opted-out.txt").write_text(f"{ANN}\n")
    (tmp_path / "test").mkdir()
    outbox = SmsOutbox(Asked(settings={"limits": {"opt_out": "opted-out.txt"}}), tmp_path / "test", None)
    with Gateway.from_file(outbox.config) as gateway, pytest.raises(InvalidMessageError, match="asked not"):
        gateway.send(Message(ANN, "Hi"))


@pytest.mark.smsgate(settings={"senders": {"ZA": "27820001111"}, "providers": {"a": {"adapter": "twilio"}}})
def test_a_message_has_the_sender_of_the_settings_where_the_vendor_lets_it_be_chosen(smsgate_outbox: SmsOutbox) -> None:
    smsgate_outbox.gateway.send(Message(ANN, "Hi"))
    assert smsgate_outbox.last.sender == "27820001111"


def test_a_long_table_shows_its_last_rows_and_cuts_long_cells() -> None:
    lines = table(("#", "text"), [(number, "x" * 100) for number in range(25)]).splitlines()
    assert (len(lines), lines[1].strip(), lines[2].split()[0], lines[-1].split()[0]) == (
        22,
        "... 5 more ...",
        "5",
        "24",
    )
    assert lines[2].endswith("xxx...")
    assert len(lines[2]) < 90
