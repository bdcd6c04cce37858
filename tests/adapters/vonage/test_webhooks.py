"""Calls that the vendor signs, checked beside the vendor's own SDK; and what is read in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from smsgate import DeliveryReport, Media, Reply, Status, VerifiesWebhooks, WebhookCall, WebhookError
from smsgate.adapter.call_reading import check_signature
from tests.adapters.vonage.callbacks import REPLY, SECRET, STATUS, called, rejected, signed, token
from tests.adapters.vonage.conftest import Stubbed

vonage_jwt = pytest.importorskip("vonage_jwt", reason="the vendor's own SDK checks the tokens of these tests")
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.fixture
def verifier(stubbed: Stubbed) -> VerifiesWebhooks:
    return stubbed()[0].able(VerifiesWebhooks, "webhooks.verify")


def refused(verifier: VerifiesWebhooks, call: WebhookCall, now: datetime | None = None) -> int | None:
    """Return the status with which a call is refused; None for one that is verified."""
    try:
        check_signature(verifier, call, now or datetime.now(UTC))
    except WebhookError as error:
        return error.status
    return None


def sdk_believes(text: str) -> bool:
    try:
        return bool(vonage_jwt.verify_signature(text, SECRET))
    except vonage_jwt.VonageVerifyJwtError:
        return False


def test_a_token_that_the_vendors_sdk_believes_is_believed(verifier: VerifiesWebhooks) -> None:
    call = signed(called(STATUS))
    assert sdk_believes(call.header("authorization").removeprefix("Bearer "))
    assert refused(verifier, call) is None


def test_a_token_with_any_character_changed_is_refused_as_the_vendors_sdk_refuses_it(
    verifier: VerifiesWebhooks,
) -> None:
    call = called(STATUS)
    good = token(call.body)
    for place, character in enumerate(good):
        if place == len(good) - 1:  # its lowest two bits are padding
            other = BASE64[(BASE64.index(character) + 4) % 64]
        else:
            other = "A" if character != "A" else "B"
        changed = good[:place] + other + good[place + 1 :]
        assert not sdk_believes(changed), place
        assert refused(verifier, signed(call, f"Bearer {changed}")) == 403, place


def test_a_body_with_any_byte_changed_is_refused(verifier: VerifiesWebhooks) -> None:
    call = signed(called(STATUS))
    for place in range(len(call.body)):
        changed = bytearray(call.body)
        changed[place] ^= 1
        assert refused(verifier, evolve(call, body=bytes(changed))) == 403, place


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer", "Basic YTpi", f"Token {token(b'')}"])
def test_a_call_without_a_signature_is_to_be_repeated_with_one(verifier: VerifiesWebhooks, header: str) -> None:
    assert refused(verifier, signed(called(STATUS), header)) == 503


@pytest.mark.parametrize(
    "claims",
    [
        {"payload_hash": None},
        {"payload_hash": "00" * 32},
        {"api_key": "zyxw9876"},
        {"jti": None},
        {"jti": 7},
        {"iat": None},
        {"exp": 1},
        {"exp": "soon"},
    ],
    ids=str,
)
def test_a_token_whose_claims_do_not_fit_is_refused(verifier: VerifiesWebhooks, claims: dict[str, Any]) -> None:
    call = called(STATUS)
    text = token(call.body, **claims)
    assert refused(verifier, signed(call, f"Bearer {text}")) == 403


def test_a_token_of_another_algorithm_is_refused(verifier: VerifiesWebhooks) -> None:
    import jwt

    call = called(STATUS)
    claims = jwt.decode(token(call.body), SECRET, algorithms=["HS256"])
    for algorithm in ("none", "HS384", "HS512"):
        key: Any = None if algorithm == "none" else SECRET * 2
        assert refused(verifier, signed(call, f"Bearer {jwt.encode(claims, key, algorithm)}")) == 403


def test_a_call_of_another_application_is_refused(stubbed: Stubbed, application: tuple[str, str]) -> None:
    call = called(STATUS)
    own = {"application_id": "bbbbbbbb-0000-0000-0000-0123456789ab", "private_key": application[0]}
    verifier = stubbed(**own)[0].able(VerifiesWebhooks, "webhooks.verify")
    assert refused(verifier, signed(call)) == 403
    mine = token(call.body, application_id=own["application_id"])
    assert refused(verifier, signed(call, f"Bearer {mine}")) is None


def test_a_call_is_valid_for_the_day_in_which_the_vendor_repeats_it(verifier: VerifiesWebhooks) -> None:
    call = signed(called(STATUS))
    now = datetime.now(UTC)
    assert refused(verifier, call, now + timedelta(hours=24)) is None
    assert refused(verifier, call, now + timedelta(hours=24, minutes=6)) == 403


def test_the_id_of_the_token_is_the_nonce(verifier: VerifiesWebhooks) -> None:
    call = called(STATUS)
    text = token(call.body, jti="d2f1")
    assert verifier.read_webhook(signed(call, f"Bearer {text}")).nonce == "d2f1"
    assert verifier.read_webhook(call).nonce is None


def test_without_the_secret_calls_are_read_unsigned(stubbed: Stubbed) -> None:
    provider, _ = stubbed(signature_secret=None)
    assert not provider.can(VerifiesWebhooks)
    assert "signature_secret" in provider.adapter.disabled_abilities()[VerifiesWebhooks]


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        ("1240", Status.REJECTED, "the recipient opted out (1240: No reason)"),
        ("1330", Status.UNKNOWN, "its outcome is not known (1330: No reason)"),
        ("1360", Status.EXPIRED, "1360: No reason"),
        ("1210", Status.REJECTED, "the message was refused (1210: No reason)"),
        ("1999", Status.REJECTED, "1999: No reason"),
    ],
)
def test_a_rejected_message_has_a_neutral_reason_and_its_code(
    verifier: VerifiesWebhooks, code: str, status: Status, reason: str
) -> None:
    [report] = verifier.read_webhook(called(rejected(code))).events
    assert isinstance(report, DeliveryReport)
    assert (report.status, report.raw_status, report.reason) == (status, "rejected", reason)
    assert code in json.dumps(dict(report.raw))


def test_the_code_may_be_a_number_in_the_title_alone(verifier: VerifiesWebhooks) -> None:
    call = called({**STATUS, "status": "rejected", "error": {"title": 1240, "detail": "Illegal Number"}})
    [report] = verifier.read_webhook(call).events
    assert isinstance(report, DeliveryReport)
    assert report.reason == "the recipient opted out (1240: Illegal Number)"


def test_a_picture_comes_with_its_reply(verifier: VerifiesWebhooks) -> None:
    fields = {name: value for name, value in REPLY.items() if name != "text"}
    image = {"message_type": "image", "image": {"url": "https://api.nexmo.com/v3/media/1b456509.jpg", "name": "a.jpg"}}
    [reply] = verifier.read_webhook(called({**fields, "channel": "mms", **image})).events
    assert isinstance(reply, Reply)
    assert (reply.text, reply.media) == ("", (Media("https://api.nexmo.com/v3/media/1b456509.jpg"),))


def test_short_codes_and_names_stay_as_they_are(verifier: VerifiesWebhooks) -> None:
    for word in ("12345", "ACME"):
        [reply] = verifier.read_webhook(called({**REPLY, "to": word})).events
        assert isinstance(reply, Reply)
        assert reply.to == word


def test_a_call_that_says_neither_status_nor_text_is_refused(verifier: VerifiesWebhooks) -> None:
    fields = {name: value for name, value in REPLY.items() if name != "text"}
    with pytest.raises(WebhookError, match="no status"):
        verifier.read_webhook(called(fields))
