"""Signed calls: what the vendor's official SDK takes for signed is taken for signed here, and nothing else."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smsgate import ConfigError, Reply, VerifiesWebhooks, WebhookCall, WebhookError
from smsgate.adapter.call_reading import check_signature
from smsgate_telnyx import Telnyx, TelnyxSettings

KEY, ANOTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (3, 4))
PUBLIC_KEY = b64encode(KEY.public_key().public_bytes_raw()).decode()
PAYLOAD = {
    "direction": "inbound",
    "id": "84cca175-9755-4859-b67f-4730d7f58aa3",
    "from": {"phone_number": "+27821234567"},
    "to": [{"phone_number": "+13125550001", "status": "webhook_delivered"}],
    "text": "Olá 👍",
    "media": [{"url": "https://media.example/a.png", "content_type": "image/png", "size": 9}],
    "webhook_url": "https://example.com/sms/tel/secret-of-the-address",
    "received_at": "2026-11-29T20:16:07.503Z",
}
BODY = json.dumps({"data": {"event_type": "message.received", "id": "1", "payload": PAYLOAD}, "meta": {"attempt": 1}})


def adapter(public_key: str | None = PUBLIC_KEY) -> Telnyx:
    return Telnyx(TelnyxSettings(api_key="KEY0123-of-the-tests", public_key=public_key), provider="tel")


def signed(key: Ed25519PrivateKey = KEY, at: datetime | None = None, body: str = BODY) -> WebhookCall:
    time = f"{(at or datetime.now(UTC)).timestamp():.0f}"
    signature = b64encode(key.sign(f"{time}|{body}".encode())).decode()
    headers = {"content-type": "application/json", "Telnyx-Timestamp": time, "Telnyx-Signature-Ed25519": signature}
    return WebhookCall(method="POST", headers=headers, body=body.encode())


def taken_here(call: WebhookCall) -> bool:
    try:
        check_signature(adapter(), call, datetime.now(UTC))
    except WebhookError as error:
        return error.status != 403
    return True


def taken_by_the_sdk(call: WebhookCall) -> bool:
    from telnyx.lib.webhook_verification import (  # takes seconds: not in every process that collects tests
        WebhookVerificationError,
        verify_webhook_signature,
    )

    try:
        verify_webhook_signature(call.body, dict(call.headers), PUBLIC_KEY)
    except (WebhookVerificationError, UnicodeDecodeError):
        return False
    return True


def mutants(call: WebhookCall) -> Iterator[WebhookCall]:
    """Give the call with each byte of the body, of the time and of the signature changed once."""
    for body in changed(call.body):
        yield evolve(call, body=body)
    for time in changed(call.header("telnyx-timestamp").encode()):
        yield with_header(call, "telnyx-timestamp", time.decode())
    for signature in changed(b64decode(call.header("telnyx-signature-ed25519"))):
        yield with_header(call, "telnyx-signature-ed25519", b64encode(signature).decode())


def changed(content: bytes) -> Iterator[bytes]:
    for place, byte in enumerate(content):
        yield content[:place] + bytes([byte ^ 1]) + content[place + 1 :]


def with_header(call: WebhookCall, name: str, value: str) -> WebhookCall:
    return evolve(call, headers=[(each, value if each == name else kept) for each, kept in call.headers])


def test_what_the_sdk_takes_for_signed_is_signed() -> None:
    assert taken_by_the_sdk(signed())
    assert taken_here(signed())


def test_with_any_one_byte_changed_it_is_not_for_the_sdk_nor_here() -> None:
    call = signed()
    tried = [*mutants(call)]
    assert len(tried) == len(BODY.encode()) + 10 + 64
    assert [each for each in tried if taken_here(each)] == []
    assert [each for each in tried if taken_by_the_sdk(each)] == []


@pytest.mark.parametrize("minutes", [-6, -4, 4, 6])
def test_the_time_may_be_five_minutes_off_for_the_sdk_and_here(minutes: int) -> None:
    call = signed(at=datetime.now(UTC) + timedelta(minutes=minutes))
    assert taken_here(call) is taken_by_the_sdk(call) is (abs(minutes) < 5)


def test_the_signature_of_another_account_is_refused() -> None:
    assert not taken_here(signed(ANOTHER))
    assert not taken_by_the_sdk(signed(ANOTHER))


def test_without_a_public_key_calls_are_not_verified_and_the_reason_says_so() -> None:
    assert "set public_key" in adapter(None).disabled_abilities()[VerifiesWebhooks]
    assert adapter().disabled_abilities() == {}


@pytest.mark.parametrize("key", ["", "no base64", b64encode(b"short").decode()])
def test_a_public_key_that_is_none_is_refused_when_the_account_is_opened(key: str) -> None:
    if key:
        with pytest.raises(ConfigError, match="32 bytes"):
            adapter(key)
    else:
        assert VerifiesWebhooks in adapter(key).disabled_abilities()


def test_a_reply_has_its_media_and_no_address_of_ours() -> None:
    [reply] = adapter().read_webhook(signed()).events
    assert isinstance(reply, Reply)
    assert [(each.url, each.content_type) for each in reply.media] == [("https://media.example/a.png", "image/png")]
    assert "secret-of-the-address" not in str(reply.raw)


def test_another_form_of_webhooks_is_refused() -> None:
    """Profiles with an older webhook_api_version send one."""
    old = json.dumps({"sms_id": "1", "direction": "inbound", "from": "+27821234567", "to": "24273", "body": "Hi"})
    with pytest.raises(WebhookError, match="data"):
        adapter().read_webhook(signed(body=old))
