"""What goes to the vendor for a message, and as whom."""

from __future__ import annotations

import sys
from base64 import b64decode
from datetime import timedelta
from typing import Any

import jwt
import pytest

from smsgate import (
    ConfigError,
    Gateway,
    InvalidMessageError,
    Media,
    Message,
    Request,
    Submission,
    TellsBalance,
    UnknownOutcomeError,
    UnsupportedError,
)
from smsgate.engine import run
from smsgate.testing import answer
from smsgate_vonage import Vonage, VonageSettings
from tests.adapters.vonage.callbacks import KEY, UUID
from tests.adapters.vonage.conftest import Stubbed

TO, SENDER = "+27821234567", "+27600000000"
ACCEPTED = answer(202, {"message_uuid": UUID})
APPLICATION = "aaaaaaaa-bbbb-cccc-dddd-0123456789ab"
CALLBACK = "https://example.com/sms/mine/s3cret/sg0123"


def body_of(stubbed: Stubbed, message: Message, **settings: Any) -> object:
    provider, stub = stubbed([ACCEPTED], **settings)
    submission = Submission("sg0123", reference=message.reference or "sg0123", callback_url=CALLBACK)
    run(provider.core.submit(message, submission))
    return stub.requests[0].json


def test_a_text_has_numbers_without_plus_its_reference_and_its_address_for_reports(stubbed: Stubbed) -> None:
    message = Message(TO, "Your code is 4711", sender=SENDER, validity=timedelta(hours=1))
    assert body_of(stubbed, message) == {
        "message_type": "text",
        "channel": "sms",
        "to": "27821234567",
        "from": "27600000000",
        "text": "Your code is 4711",
        "client_ref": "sg0123",
        "ttl": 3600,
        "webhook_url": CALLBACK,
        "webhook_version": "v1",
    }


def test_a_name_is_a_sender_as_it_is(stubbed: Stubbed) -> None:
    body = body_of(stubbed, Message(TO, "hello", sender="ACME"))
    assert isinstance(body, dict)
    assert body["from"] == "ACME"


@pytest.mark.parametrize(
    ("media", "word"),
    [
        (Media("https://example.com/a.png"), "image"),
        (Media("https://example.com/a.mp3?x=1"), "audio"),
        (Media("https://example.com/a", "video/mp4"), "video"),
        (Media("https://example.com/ada.vcf"), "vcard"),
        (Media("https://example.com/ada", "text/vcard"), "vcard"),
    ],
    ids=str,
)
def test_a_file_goes_as_the_vendors_kind_of_mms_with_the_text_as_caption(
    stubbed: Stubbed, media: Media, word: str
) -> None:
    body = body_of(stubbed, Message(TO, "Look", sender=SENDER, media=[media]))
    assert isinstance(body, dict)
    assert (body["channel"], body["message_type"]) == ("mms", word)
    assert body[word] == {"url": media.url, "caption": "Look"}
    assert "text" not in body


def test_a_file_without_words_has_no_caption(stubbed: Stubbed) -> None:
    body = body_of(stubbed, Message(TO, "", sender=SENDER, media=["https://example.com/a.png"]))
    assert isinstance(body, dict)
    assert body["image"] == {"url": "https://example.com/a.png"}


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (Message(TO, "hello"), r"\[senders\]"),
        (Message(TO, "hello", sender=SENDER, reference="r" * 41), "at most 40 characters, got 41"),
        (Message(TO, "hello", sender=SENDER, validity=timedelta(seconds=19)), "20 to 604,800 seconds, got 19"),
        (Message(TO, "hello", sender=SENDER, validity=timedelta(days=8)), "got 691,200"),
        (
            Message(TO, "", sender=SENDER, media=["https://example.com/a.png"], validity=timedelta(minutes=1)),
            "300 to 259,200 seconds, got 60",
        ),
        (Message(TO, "", sender=SENDER, media=["https://example.com/a"]), "give Media"),
        (Message(TO, "", sender=SENDER, media=["https://example.com/a.pdf"]), "got application/pdf"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_vendor_would_refuse_is_refused_before_any_request(
    stubbed: Stubbed, message: Message, says: str
) -> None:
    provider, stub = stubbed()
    with pytest.raises(InvalidMessageError, match=says):
        provider.send(message)
    assert stub.requests == []


def test_a_sender_may_come_with_the_vendors_own_fields(stubbed: Stubbed) -> None:
    own = {"from": "ACME", "sms": {"pool_id": "p1"}}
    body = body_of(stubbed, Message(TO, "hello", extra={"vonage": own}))
    assert isinstance(body, dict)
    assert (body["from"], body["sms"]) == ("ACME", {"pool_id": "p1"})


@pytest.mark.parametrize("code", ["1030", "1100", "1331", "1320"])
def test_a_failure_of_the_vendors_is_unknown_whatever_its_status(stubbed: Stubbed, code: str) -> None:
    problem = {"type": f"https://developer.nexmo.com/api-errors#{code}", "title": "Some title", "detail": "Some detail"}
    provider, _ = stubbed([answer(422, problem)])
    with pytest.raises(UnknownOutcomeError) as caught:
        provider.send(Message(TO, "hello", sender=SENDER))
    assert caught.value.code == code


# As whom --------------------------------------------------------------------------------------------------------------


def test_a_key_and_secret_go_as_basic_authentication(stubbed: Stubbed) -> None:
    provider, stub = stubbed([ACCEPTED])
    provider.send(Message(TO, "hello", sender=SENDER))
    assert b64decode(stub.headers[0]["Authorization"].removeprefix("Basic ")) == f"{KEY}:s3cret-of-the-tests".encode()


def test_an_application_signs_a_token_for_each_send(stubbed: Stubbed, application: tuple[str, str]) -> None:
    private, public = application
    own = {"application_id": APPLICATION, "private_key": private, "api_key": None, "api_secret": None}
    provider, stub = stubbed([ACCEPTED, ACCEPTED], **own)
    for _ in range(2):
        provider.send(Message(TO, "hello", sender=SENDER))
    tokens = [headers["Authorization"].removeprefix("Bearer ") for headers in stub.headers]
    first, second = (jwt.decode(token, public, algorithms=["RS256"]) for token in tokens)
    assert first["application_id"] == APPLICATION
    assert first["exp"] - first["iat"] == 15 * 60
    assert first["jti"] != second["jti"]


def test_a_token_has_the_claims_and_the_header_of_the_vendors_sdk(
    stubbed: Stubbed, application: tuple[str, str]
) -> None:
    vonage_jwt = pytest.importorskip("vonage_jwt", reason="the vendor's own SDK makes the token to compare with")
    private, public = application
    theirs = vonage_jwt.JwtClient(APPLICATION, private).generate_application_jwt().decode()
    provider, _ = stubbed(application_id=APPLICATION, private_key=private)
    headers = provider.adapter.headers_for(Request("POST", "v1/messages"))
    own = headers["Authorization"].removeprefix("Bearer ")
    assert jwt.get_unverified_header(own) == jwt.get_unverified_header(theirs)
    own_claims, their_claims = (jwt.decode(token, public, algorithms=["RS256"]) for token in (own, theirs))
    assert own_claims.keys() == their_claims.keys()


def test_with_both_an_application_sends_and_the_key_does_the_rest(
    stubbed: Stubbed, application: tuple[str, str]
) -> None:
    provider, stub = stubbed(
        [ACCEPTED, answer(200, {"value": 1.5, "autoReload": False})],
        application_id=APPLICATION,
        private_key=application[0],
    )
    provider.send(Message(TO, "hello", sender=SENDER))
    balance = provider.balance()
    assert (str(balance.amount), balance.unit) == ("1.5", "EUR")
    assert [headers["Authorization"].split()[0] for headers in stub.headers] == ["Bearer", "Basic"]
    assert stub.requests[1].host == "account_url"


def test_an_application_alone_has_no_records_and_no_balance(stubbed: Stubbed, application: tuple[str, str]) -> None:
    own = {"application_id": APPLICATION, "private_key": application[0], "api_secret": None}
    provider, _ = stubbed(**own)
    assert not provider.can(TellsBalance)
    with pytest.raises(UnsupportedError, match="set api_key and api_secret, too"):
        provider.balance()
    with pytest.raises(UnsupportedError, match="set api_key and api_secret, too"):
        provider.status(UUID)


@pytest.mark.parametrize("key", ["no key", "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----"])
def test_a_key_that_cannot_sign_is_an_error_of_the_settings(key: str) -> None:
    settings = VonageSettings(application_id=APPLICATION, private_key=key)
    with pytest.raises(ConfigError, match="private_key is no RSA key in PEM") as caught:
        Vonage(settings, provider="mine")
    assert "MII" not in str(caught.value)


def test_a_missing_library_is_named_with_its_extra(
    monkeypatch: pytest.MonkeyPatch, application: tuple[str, str]
) -> None:
    monkeypatch.setitem(sys.modules, "jwt", None)
    settings = VonageSettings(application_id=APPLICATION, private_key=application[0])
    with pytest.raises(ConfigError, match=r"pip install 'smsgate\[signatures\]'"):
        Vonage(settings, provider="mine")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"api_key": KEY},
        {"api_secret": "s3cret"},
        {"application_id": APPLICATION},
        {"private_key": "key"},
        {"api_key": KEY, "api_secret": "s3cret", "application_id": APPLICATION},
        {"api_secret": "s3cret", "application_id": APPLICATION, "private_key": "key"},
    ],
    ids=lambda settings: " ".join(settings) or "nothing",
)
def test_half_of_the_credentials_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="must have"):
        Gateway.from_mapping({"providers": {"mine": {"adapter": "vonage", **settings}}})


def test_the_balance_is_at_its_own_host_or_where_everything_else_is() -> None:
    own: dict[str, Any] = {"api_key": KEY, "api_secret": "s3cret"}
    assert VonageSettings(**own).account_url == "https://rest.nexmo.com"
    assert VonageSettings(**own, base_url="http://127.0.0.1:7000/vonage").account_url == "http://127.0.0.1:7000/vonage"
