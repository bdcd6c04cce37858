"""A delivery that is ended by hand, as the API, the reports and the credit show it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import requests

from smsgate.sandbox import DeliveryOutcome, Sandbox
from tests.sandbox.listener import Listener

Ask = Callable[..., requests.Response]


def _balance(ask: Ask) -> float:
    return float(ask("GET", "account/balance").json()["creditBalance"])


@pytest.mark.parametrize("style", ["json", "form", "query"])
def test_a_report_of_the_end_comes_in_each_style_and_no_other_follows(
    sandbox: Sandbox, send: Ask, ask: Ask, listener: Listener, style: str
) -> None:
    sandbox.call_back("zoomconnect", listener.url(), style=style)
    key = send().json()["messageId"]
    sandbox.end("zoomconnect", key, DeliveryOutcome.OPTED_OUT)
    call = listener.next()
    assert "FAILED_OPTOUT" in f"{call.path} {call.body}"
    assert ask("GET", f"messages/{key}").json()["messageStatus"] == "FAILED_OPTOUT"
    sandbox.advance(timedelta(hours=1))
    sandbox.settle()
    assert listener.all() == []


def test_a_refund_gives_the_cost_back_once(sandbox: Sandbox, send: Ask, ask: Ask) -> None:
    before = _balance(ask)
    key = send(text="x" * 161).json()["messageId"]
    assert _balance(ask) == before - 2
    for _ in range(2):
        sandbox.end("zoomconnect", key, DeliveryOutcome.REFUNDED)
        assert _balance(ask) == before
    free = send("+27820002002").json()["messageId"]
    sandbox.end("zoomconnect", free, DeliveryOutcome.REFUNDED)
    assert _balance(ask) == before
    assert ask("GET", "account/statistics", params={"includeRefundedAndOptout": "true"}).json()["grandTotal"][
        "failedRefunded"
    ] == pytest.approx(2)
