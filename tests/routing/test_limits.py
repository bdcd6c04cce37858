"""What is refused before anybody is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from smsgate import Gateway, InvalidMessageError, Limits, Message, Price
from smsgate import text as engine
from smsgate.engine import THREADS, run

MESSAGE = Message("+27821234567", "x" * 161)
LONG = engine.analyse(MESSAGE.text)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(max_segments=1), "limits.max_segments is 1 and the text needs 2; shorten it"),
        (Limits(countries=frozenset({"GB", "US"})), r"limits.countries allows GB, US and \+27821234567 is in ZA"),
        (Limits(opted_out=lambda number: number == "+27821234567"), r"limits.opt_out: \+27821234567 asked not to be"),
    ],
)
def test_a_guard_says_which_it_is_and_why(limits: Limits, told: str) -> None:
    with pytest.raises(InvalidMessageError, match=told):
        run(limits.check(MESSAGE, LONG, THREADS))


def test_a_function_of_the_application_is_asked_for_every_spelling_of_a_number() -> None:
    limits = Limits(opted_out=lambda number: number == "+5215512345678")
    with pytest.raises(InvalidMessageError, match="asked not to be texted"):
        run(limits.check(Message("+525512345678", "Hi"), engine.analyse("Hi"), THREADS))


def test_what_is_within_every_limit_passes() -> None:
    limits = Limits(max_segments=2, countries=frozenset({"ZA"}), opted_out=lambda _: False, max_price=Decimal(1))
    run(limits.check(MESSAGE, LONG, THREADS))
    limits.check_price(Price(Decimal(1), "ZAR"), MESSAGE)


@pytest.mark.parametrize(
    ("price", "told"),
    [
        (Price(Decimal("0.51"), "ZAR"), "limits.max_price is 0.50 and the price is 0.51 ZAR"),
        (None, "limits.max_price is 0.50 and no price is known for this number"),
    ],
)
def test_a_price_over_the_limit_or_unknown_is_refused(price: Price | None, told: str) -> None:
    with pytest.raises(InvalidMessageError, match=told):
        Limits(max_price=Decimal("0.50")).check_price(price, MESSAGE)


def test_a_message_with_media_is_one_whatever_its_length() -> None:
    album = Message("+27821234567", "x" * 153 * 256, media=["https://example.com/a.png"])
    run(Limits(max_segments=1).check(album, engine.analyse(album.text), THREADS))
    with pytest.raises(InvalidMessageError, match="255"):
        run(Limits().check(evolve(album, media=()), engine.analyse(album.text), THREADS))
    with pytest.raises(InvalidMessageError, match=r"0\.50 and no price is known for media to this number"):
        Limits(max_price=Decimal("0.50")).check_price(None, album)


def test_a_time_that_is_past_is_refused() -> None:
    past = Message("+27821234567", "Hi", send_at=datetime.now(UTC) - timedelta(seconds=1))
    with pytest.raises(InvalidMessageError, match="is past; leave it out to send now"):
        run(Limits().check(past, engine.analyse("Hi"), THREADS))


def test_a_text_of_a_mebibyte_is_refused() -> None:
    text = "x" * 1024 * 1024
    with pytest.raises(InvalidMessageError, match="the text needs 6,854 segments; a message has at most 255"):
        run(Limits().check(Message("+27821234567", text), engine.analyse(text), THREADS))


def test_the_settings_name_every_limit(tmp_path: Path) -> None:
    (tmp_path / "opt-outs.txt").write_text("+27821234567\n", encoding="utf-8")
    (tmp_path / "smsgate.toml").write_text(
        """
        [providers.zoom]
        adapter = "zoomconnect"
        email = "ops@example.com"
        token = "secret"
        [limits]
        max_segments = 3
        max_price = "0.50"
        countries = ["za"]
        opt_out = "opt-outs.txt"
        """,
        encoding="utf-8",
    )
    with Gateway.from_file(tmp_path / "smsgate.toml", opted_out=lambda number: number == "+27831234567") as gateway:
        for number in ("+27821234567", "+27831234567"):
            assert "asked not to be texted" in str(gateway.plan(Message(number, "Hi")).refusal)
        assert "limits.countries allows ZA" in str(gateway.plan(Message("+447911123456", "Hi")).refusal)
        plan = gateway.plan(Message("+27841234567", "Hi"))
    assert plan.refusal is None
    assert plan.steps[0].obstacle == "limits.max_price is 0.50 and no price is known for this number"
