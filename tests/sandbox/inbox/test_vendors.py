from __future__ import annotations

import html
import re
import tomllib

import pytest

from smsgate.sandbox import Fault, Sandbox
from tests.sandbox.conftest import Ask
from tests.sandbox.inbox.conftest import Visit
from tests.sandbox.listener import Listener

ANN = "+27821234567"
PAGE = "/vendors/zoomconnect"


def test_all_vendors_are_listed_with_what_is_on(visit: Visit, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.misbehave("twilio", Fault.STALL_AFTER, times=None)
    sandbox.call_back("zoomconnect", listener.url(), kind="reply")
    page = visit("/vendors").text
    rows = dict(re.findall(r'<a class="big" href="/vendors/(\w+)">.*?</a></th>(.*?)</tr>', page, re.DOTALL))
    assert set(rows) == set(sandbox.vendors)
    assert ["stall after, until cancelled" in rows[name] for name in ("twilio", "zoomconnect")] == [True, False]
    assert '<span class="tag">reply</span>' in rows["zoomconnect"]


@pytest.mark.parametrize(("fault", "status"), [("rate_limited", 429), ("error_before", 500), ("refuse_number", 400)])
def test_one_button_sets_a_fault_for_the_next_request_that_sends(
    visit: Visit, send: Ask, ask: Ask, fault: str, status: int
) -> None:
    assert f'name="fault" value="{fault}"' in visit(PAGE).text
    answer = visit(f"{PAGE}/faults", {"fault": fault, "times": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PAGE}#faults")
    page = visit(PAGE).text
    assert re.search(
        rf'<span class="tag on">{fault.replace("_", " ")}</span> <span>for 1 request, <code>sms/send<', page
    )
    assert ask("GET", "account/balance").status_code == 200
    assert send(ANN).status_code == status
    assert send(ANN).status_code == 200
    assert "None: requests are answered as the vendor documents." in visit(PAGE).text


def test_each_fault_can_be_set(visit: Visit) -> None:
    page = visit(PAGE).text
    assert {fault.value for fault in Fault} == set(re.findall(r'value="(\w+)"', page)) & {
        fault.value for fault in Fault
    }


def test_a_fault_can_be_met_five_times_or_until_it_is_cancelled(visit: Visit, send: Ask, ask: Ask) -> None:
    visit(f"{PAGE}/faults", {"fault": "unavailable", "times": "5"})
    assert [send(ANN).status_code for _ in range(6)] == [503] * 5 + [200]
    visit(f"{PAGE}/faults", {"fault": "unavailable", "times": "", "path": "*"})
    assert [ask("GET", "account/balance").status_code, send(ANN).status_code] == [503, 503]
    page = visit(f"{PAGE}?part=vendor", part=True).text
    assert "until cancelled, <code>*</code>" in page
    [cancel] = re.findall(r'action="([^"]+/cancel)"', page)
    assert visit(cancel, {}).status_code == 303
    assert send(ANN).status_code == 200


def test_all_texts_of_a_vendor_end_as_a_button_says(
    visit: Visit, send: Ask, sandbox: Sandbox, listener: Listener
) -> None:
    sandbox.call_back("zoomconnect", listener.url())
    assert visit(f"{PAGE}/ends", {"outcome": "failed"}).headers["Location"] == f"{PAGE}#ends"
    assert re.findall(r'value="(\w+)"[^>]* aria-pressed="true"', visit(PAGE).text) == ["failed"]
    send(ANN)
    assert "FAILED" in listener.next().body


def test_a_webhook_is_set_shown_without_its_secrets_and_removed(
    visit: Visit, sandbox: Sandbox, listener: Listener
) -> None:
    url = f"http://127.0.0.1:{listener.port}/hook?key=canary&plain"
    visit(f"{PAGE}/callbacks", {"url": url, "kind": "reply", "style": "form"})
    page = visit(PAGE).text
    assert f"http://127.0.0.1:{listener.port}/hook?key=****&amp;****" in page
    assert "canary" not in page
    sandbox.receive("zoomconnect", ANN, "hi")
    call = listener.next()
    assert (call.path, call.form["message"]) == ("/hook?key=canary&plain", "hi")
    visit(f"{PAGE}/callbacks", {"url": "", "kind": "", "remove": ""})
    assert "/hook" not in visit(f"{PAGE}?part=vendor", part=True).text.split('id="latest"')[0]


@pytest.mark.parametrize(
    ("form", "fields", "reason"),
    [
        ("callbacks", {"url": "http://example.com/?key=canary"}, "must be on this machine"),
        ("callbacks", {"url": ""}, "the callback URL is empty"),
        ("callbacks", {"url": "http://127.0.0.1:1/", "kind": "fax"}, "has no webhook for"),
        ("faults", {"fault": "fire"}, "&#39;fire&#39; is not a valid Fault"),
        ("ends", {"outcome": "eaten"}, "&#39;eaten&#39; is not a valid DeliveryOutcome"),
    ],
)
@pytest.mark.parametrize("part", [True, False])
def test_what_cannot_be_set_is_refused_with_a_reason(
    visit: Visit, form: str, fields: dict[str, str], reason: str, *, part: bool
) -> None:
    answer = visit(f"{PAGE}/{form}", fields, part=part)
    assert answer.status_code == (200 if part else 422)
    assert reason in answer.text
    assert "canary" not in answer.text


def test_a_vendor_without_webhooks_says_so(visit: Visit) -> None:
    assert "This vendor has no webhooks" in visit("/vendors/salesbox").text


@pytest.mark.parametrize("vendor", ["bulksms", "salesbox", "salesmsg", "telnyx", "twilio", "vonage", "zoomconnect"])
def test_the_settings_are_those_of_a_smsgate_toml(visit: Visit, sandbox: Sandbox, vendor: str) -> None:
    [shown] = re.findall(r'<pre class="settings"[^>]*>(.*?)</pre>', visit(f"/vendors/{vendor}").text, re.DOTALL)
    assert tomllib.loads(html.unescape(shown)) == {
        "providers": {
            vendor: {
                "adapter": vendor,
                "base_url": sandbox.url(vendor),
                **sandbox.credentials(vendor),
                **sandbox.account(vendor),
            }
        }
    }


def test_its_latest_requests_and_calls_are_shown(visit: Visit, send: Ask, sandbox: Sandbox, listener: Listener) -> None:
    sandbox.call_back("zoomconnect", listener.url())
    for _ in range(12):
        send(ANN)
    for _ in range(12):
        listener.next()
    sandbox.settle()
    part = visit(f"{PAGE}?part=vendor", part=True).text
    assert len(re.findall(r'<tr id="request-', part)) == 10
    assert part.count('aria-label="Body"') == 5
    assert "<html" not in part
    assert 'id="request-' not in visit("/vendors/twilio?part=vendor", part=True).text


@pytest.mark.parametrize("path", ["", "/faults", "/ends", "/callbacks"])
def test_a_vendor_that_there_is_not_has_a_page_that_says_so(visit: Visit, path: str) -> None:
    fields = {"fault": "html", "outcome": "failed", "url": "http://127.0.0.1:1/"} if path else None
    answer = visit(f"/vendors/hooli{path}", fields)
    assert answer.status_code in {404, 422}
    assert "the sandbox has no vendor &#39;hooli&#39;" in answer.text
