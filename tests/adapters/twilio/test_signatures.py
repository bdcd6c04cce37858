from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlencode

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from smsgate import UnsupportedError, VerifiesWebhooks, WebhookCall, WebhookError
from smsgate.testing import StubTransport
from smsgate_twilio import Twilio
from tests.adapters.twilio.samples import KEY, REPLY_CALL, REPORT_CALL, TOKEN, account, form_call, settings, signed

URL = "https://example.com/sms/twilio/s3cret-of-the-address/sg1"
CALL = form_call(REPORT_CALL, url=URL)
GET = WebhookCall(method="GET", url=f"{URL}?{urlencode(REPLY_CALL)}", query=urlencode(REPLY_CALL))
ADAPTER = Twilio(settings(secondary_token="sec0nd-t0ken"), provider="twilio")


def is_right(call: WebhookCall) -> bool:
    """Whether the adapter believes a call; a wrong one is refused with 403."""
    try:
        ADAPTER.verify_webhook(call)
    except WebhookError:
        return False
    return True


def json_call(body: bytes, *, digest: str | None = None) -> WebhookCall:
    query = f"bodySHA256={sha256(body).hexdigest() if digest is None else digest}"
    headers = {"content-type": "application/json"}
    return WebhookCall(method="POST", url=f"{URL}?{query}", query=query, headers=headers, body=body)


def mutations(content: bytes) -> list[bytes]:
    """Return the content once for each of its bytes, with another byte there."""
    return [content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] for at in range(len(content))]


@pytest.mark.parametrize("call", [CALL, form_call(REPLY_CALL, url=URL), GET, json_call(b'{"MessageSid": "SM1"}')])
def test_what_the_vendors_library_signs_is_believed(call: WebhookCall) -> None:
    assert is_right(signed(call))
    assert not is_right(call)
    assert not is_right(signed(call, token="an0ther-t0ken"))


def test_each_byte_of_a_form_is_signed() -> None:
    whole = signed(CALL)
    changed = [body for body in mutations(CALL.body) if _fields(body) != _fields(CALL.body)]
    assert len(changed) == len(CALL.body)
    assert [body for body in changed if is_right(evolve(whole, body=body))] == []


def test_each_byte_of_the_url_is_signed() -> None:
    for call in (CALL, GET):
        whole = signed(call)
        assert call.url is not None
        urls = [changed.decode() for changed in mutations(call.url.encode())]
        assert [url for url in urls if is_right(evolve(whole, url=url))] == []


def test_each_byte_of_the_signature_counts() -> None:
    whole = signed(CALL)
    [(_, value)] = [line for line in whole.headers if line[0] == "x-twilio-signature"]
    for changed in mutations(value.rstrip("=").encode()):
        others = [line for line in whole.headers if line[0] != "x-twilio-signature"]
        header = ("x-twilio-signature", changed.decode() + "=")
        assert not is_right(evolve(whole, headers=[*others, header])), changed


def test_each_byte_of_a_json_body_is_signed() -> None:
    whole = signed(json_call(b'{"MessageSid": "SM1", "MessageStatus": "sent"}'))
    assert [body for body in mutations(whole.body) if is_right(evolve(whole, body=body))] == []


@pytest.mark.parametrize("digest", ["", "0" * 64])
def test_a_json_body_needs_its_digest_in_the_url(digest: str) -> None:
    assert not is_right(signed(json_call(b'{"MessageSid": "SM1"}', digest=digest)))
    bare = WebhookCall(method="POST", url=URL, headers={"content-type": "application/json"}, body=b"{}")
    assert not is_right(signed(bare))


def test_a_body_of_another_type_needs_its_digest_in_the_url() -> None:
    whole = signed(CALL)
    assert not is_right(evolve(whole, headers=[line for line in whole.headers if line[0] != "content-type"]))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("https://example.com/sms", "https://example.com:443/sms"),
        ("https://example.com:443/sms", "https://example.com/sms"),
        ("http://example.com/sms?a=1", "http://example.com:80/sms?a=1"),
        ("https://example.com:8443/sms", "https://example.com/sms"),
        ("https://example.com:8443/sms", "https://example.com:8443/sms"),
        ("https://example.com/sms", "https://example.com/sms"),
    ],
)
def test_the_vendor_may_have_signed_the_url_with_its_port_or_without(ours: str, theirs: str) -> None:
    call = evolve(CALL, url=ours)
    assert is_right(signed(call, url=theirs))
    [(_, value)] = [line for line in signed(call, url=theirs).headers if line[0] == "x-twilio-signature"]
    assert RequestValidator(TOKEN).validate(ours, REPORT_CALL, value)


@pytest.mark.parametrize("other", ["https://example.com:444/sms", "http://example.com/sms", "https://example.org/sms"])
def test_another_port_scheme_or_host_is_not_the_url(other: str) -> None:
    assert not is_right(signed(evolve(CALL, url="https://example.com/sms"), url=other))


def test_a_fragment_is_no_part_of_what_is_signed() -> None:
    assert is_right(signed(evolve(CALL, url=f"{URL}#rc=2"), url=URL))


def test_a_host_that_is_an_address_of_version_6_is_signed() -> None:
    assert is_right(signed(evolve(CALL, url="http://[::1]:8080/sms")))


def test_each_distinct_value_of_a_field_is_signed_once() -> None:
    body = b"MediaUrl=b&MediaUrl=a&MediaUrl=b&Body=x"
    assert is_right(signed(evolve(CALL, body=body)))
    assert not is_right(evolve(signed(evolve(CALL, body=body)), body=b"MediaUrl=a&Body=x"))


def test_the_other_token_is_believed_while_both_are_valid() -> None:
    assert is_right(signed(CALL, token="sec0nd-t0ken"))


@given(st.dictionaries(st.text(min_size=1, max_size=9), st.text(max_size=9), max_size=9))
def test_any_form_is_signed_as_the_vendors_library_does(fields: dict[str, str]) -> None:
    assert is_right(signed(form_call(fields, url=URL)))


def test_without_a_public_url_the_fault_is_ours_and_the_error_says_so() -> None:
    with pytest.raises(WebhookError, match="public_url") as caught:
        ADAPTER.verify_webhook(evolve(signed(CALL), url=None))
    assert caught.value.status == 500


def test_an_api_key_alone_verifies_nothing_and_the_error_says_why() -> None:
    provider = account(StubTransport(), auth_token=None, key_sid=KEY, key_secret="key-s3cret")
    assert not provider.can(VerifiesWebhooks)
    with pytest.raises(UnsupportedError, match="set auth_token beside the API key"):
        provider.able(VerifiesWebhooks, "webhooks.verify")
    assert account(StubTransport(), key_sid=KEY, key_secret="key-s3cret").can(VerifiesWebhooks)


@pytest.mark.parametrize(
    "fields",
    [
        {"MessageSid": "SM1"},
        {"MessageSid": "SM1", "MessageStatus": "sent", "Body": "x", "From": "+15005550006"},
        {"MessageStatus": "sent"},
        {"MessageSid": "SM1", "Body": "x"},
        {"CallSid": "CA1", "CallStatus": "ringing"},
    ],
)
def test_a_call_that_is_neither_a_report_nor_a_reply_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(WebhookError):
        ADAPTER.read_webhook(form_call(fields))


def _fields(body: bytes) -> list[bytes]:
    return sorted(body.split(b"&"))
