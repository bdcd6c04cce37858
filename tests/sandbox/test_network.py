from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import requests

from smsgate.sandbox import Sandbox, Text

Ask = Callable[..., requests.Response]


def _minute(after: timedelta) -> tuple[datetime, str]:
    """Return a moment to come, whole minutes, and how Zoom Connect would write it (UTC+2)."""
    moment = (datetime.now(UTC) + after).replace(second=0, microsecond=0)
    return moment, (moment + timedelta(hours=2)).strftime("%Y%m%d%H%M")


def test_a_text_is_recorded_as_it_went_on_air(send: Ask, sandbox: Sandbox) -> None:
    before = datetime.now(UTC)
    answer = send("082 123 4567".replace(" ", ""), "Olá", dataField="order-7").json()
    (text,) = sandbox.texts
    assert text == Text(
        vendor="zoomconnect",
        to="+27821234567",
        text="Olá",
        message_id=answer["messageId"],
        reference="order-7",
        at=text.at,
    )
    assert before <= text.at <= datetime.now(UTC)


def test_texts_are_in_the_order_in_which_they_went_on_air(send: Ask, sandbox: Sandbox) -> None:
    for number in ("one", "two", "three"):
        send(text=number)
    assert [text.text for text in sandbox.texts] == ["one", "two", "three"]


def test_a_refused_text_is_not_recorded(send: Ask, sandbox: Sandbox) -> None:
    assert send("12").status_code == 400
    assert sandbox.texts == ()


def test_a_scheduled_text_goes_on_air_when_it_is_due(send: Ask, sandbox: Sandbox) -> None:
    later, written_later = _minute(timedelta(hours=2))
    sooner, written_sooner = _minute(timedelta(hours=1))
    send(text="later", dateToSend=written_later)
    send(text="sooner", dateToSend=written_sooner)
    assert not sandbox.texts
    assert [(text.text, text.at) for text in sandbox.scheduled] == [("sooner", sooner), ("later", later)]
    sandbox.advance(timedelta(minutes=90))
    assert [text.text for text in sandbox.texts] == ["sooner"]
    send(text="now")
    sandbox.advance(timedelta(minutes=90))
    assert [text.text for text in sandbox.texts] == ["sooner", "now", "later"]
    assert sandbox.scheduled == ()


def test_a_date_in_the_past_sends_at_once(send: Ask, sandbox: Sandbox) -> None:
    assert send(dateToSend="201802031121").status_code == 200
    assert len(sandbox.texts) == 1
