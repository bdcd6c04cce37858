"""A delivery that is ended by hand, as the API and the callbacks show it."""

from __future__ import annotations

from datetime import timedelta

from smsgate.sandbox import DeliveryOutcome, Sandbox
from tests.adapters.twilio_sandbox.conftest import Api
from tests.sandbox.conftest import listener
from tests.sandbox.listener import Listener

__all__ = ["listener"]


def test_an_expired_message_is_undelivered_with_the_code_of_its_validity(
    sandbox: Sandbox, api: Api, listener: Listener
) -> None:
    sid = api.sid(StatusCallback=listener.url("/own"))
    sandbox.end("twilio", sid, DeliveryOutcome.EXPIRED)
    call = listener.next()
    assert (call.path, call.form["MessageStatus"], call.form["ErrorCode"]) == ("/own", "undelivered", "30036")
    said = api.ask("GET", f"Messages/{sid}.json").json()
    assert (said["status"], said["error_code"]) == ("undelivered", 30036)
    sandbox.advance(timedelta(hours=1))
    sandbox.settle()
    assert listener.all() == []
    assert api.status(sid) == "undelivered"


def test_a_message_that_is_delivered_at_once_was_sent_too(sandbox: Sandbox, api: Api) -> None:
    sid = api.sid()
    sandbox.end("twilio", sid, DeliveryOutcome.DELIVERED)
    said = api.ask("GET", f"Messages/{sid}.json").json()
    assert (said["status"], said["price"]) == ("delivered", "-0.00750")
    assert said["date_sent"] is not None


def test_an_ended_message_can_be_deleted(sandbox: Sandbox, api: Api) -> None:
    sid = api.sid()
    assert api.ask("DELETE", f"Messages/{sid}.json").json()["code"] == 20009
    sandbox.end("twilio", sid, DeliveryOutcome.FAILED)
    assert api.ask("DELETE", f"Messages/{sid}.json").status_code == 204
