"""A delivery that is ended by hand, as the API and its events show it."""

from __future__ import annotations

import json
from datetime import timedelta

import requests

from smsgate.sandbox import DeliveryOutcome, Sandbox
from smsgate_telnyx_sandbox import Telnyx
from tests.sandbox.listener import listening

MESSAGE = {"to": "+27821234567", "text": "Your code is 4711", "from": "+13125550001"}


def test_an_expired_message_is_finalized_with_its_word_its_code_and_a_record_that_failed() -> None:
    with listening() as listener, Sandbox(vendors=[Telnyx(delivery=timedelta(minutes=1))]) as sandbox:
        url = sandbox.url("telnyx")
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {sandbox.credentials('telnyx')['api_key']}"
            message = {**MESSAGE, "webhook_url": listener.url("/own")}
            key = session.post(f"{url}/messages", json=message, timeout=10).json()["data"]["id"]
            sandbox.end("telnyx", key, DeliveryOutcome.EXPIRED)

            call = listener.next()
            event = json.loads(call.body)["data"]
            assert (call.path, event["event_type"]) == ("/own", "message.finalized")
            assert event["payload"]["to"][0]["status"] == "expired"
            shown = session.get(f"{url}/messages/{key}", timeout=10).json()["data"]
            assert [each["code"] for each in shown["errors"]] == ["40005"]
            query = {"filter[record_type]": "messaging"}
            [record] = session.get(f"{url}/detail_records", params=query, timeout=10).json()["data"]
            assert (record["uuid"], record["status"]) == (key, "failed")

            sandbox.advance(timedelta(hours=1))
            sandbox.settle()
            assert listener.all() == []
