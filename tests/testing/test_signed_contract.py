"""The contract kit on vendors that sign: adapters that check are in order, and those that do not are caught."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import ClassVar, cast

import jwt
import pytest
from attrs import evolve

from smsgate import (
    Acknowledgement,
    DeliveryReport,
    Status,
    WebhookCall,
    WebhookError,
    WebhookReading,
    WebhookSignature,
    signatures,
)
from smsgate.testing import AdapterContract, WebhookExample, answer, json_call
from tests.signed_vendors import KEY, PUBLIC, SIGNERS, Signs, SignsTime, SignsToken, SignsUrl, url_content
from tests.testing.test_contract import Contract

FORM = {"content-type": "application/x-www-form-urlencoded"}
REPORT = DeliveryReport(message_id="4711", status=Status.SENT, raw_status="sent")
JSON_CALL = json_call({"id": "4711", "state": "sent"})
FORM_CALL = WebhookCall(method="POST", headers=FORM, body=b"id=4711&state=sent")


class SignedContract(Contract):
    """What the three vendors have in common."""

    settings: ClassVar = {"token": "t0ken-of-the-tests", "signing_key": KEY}
    secrets: ClassVar = ("token", "signing_key")  # type: ignore[assignment] # one more
    statuses: ClassVar = {}
    recorded: ClassVar = {"POST texts": answer(200, {"id": "4711"})}
    refusals: ClassVar = {}
    webhooks: ClassVar = {"json": WebhookExample(JSON_CALL, REPORT), "form": WebhookExample(FORM_CALL, REPORT)}

    def signed(self, call: WebhookCall, at: datetime, *, by_another: bool = False) -> WebhookCall:
        sign = next(sign for kind, sign in SIGNERS.items() if issubclass(self.adapter, kind))
        return sign(call, at, by_another=by_another)


class TestSignsUrl(SignedContract):
    adapter = SignsUrl
    any_field_order = True
    XML = Acknowledgement(200, "<Response/>", media_type="text/xml")
    webhooks: ClassVar = {
        "form": WebhookExample(FORM_CALL, REPORT, answer=XML),
        "query": WebhookExample(WebhookCall(method="GET", query="id=4711&state=sent"), REPORT, answer=XML),
    }


class TestSignsTime(SignedContract):
    adapter = SignsTime
    settings: ClassVar = {"token": "t0ken-of-the-tests", "signing_key": PUBLIC}
    DONE = Acknowledgement(204)
    webhooks: ClassVar = {
        "one": WebhookExample(JSON_CALL, REPORT, answer=DONE),
        "several": WebhookExample(
            json_call([{"id": "4711", "state": "sent"}, {"id": "4712", "state": "sent"}]),
            (REPORT, evolve(REPORT, message_id="4712")),
            answer=DONE,
        ),
        "none": WebhookExample(json_call([]), (), answer=DONE),
    }


class TestSignsToken(SignedContract):
    adapter = SignsToken


# Broken in one way each ----------------------------------------------------------------------------------------------


class VerifiesNothing(SignsTime):
    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        return WebhookSignature(signed_at=datetime.now(UTC))


class ComparesAPrefix(SignsUrl):
    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        given = signatures.from_base64(call.header("x-signature"))
        if not hmac.digest(KEY.encode(), url_content(call), "sha256").startswith(given):
            raise WebhookError("wrong")
        return WebhookSignature()


class ForgetsTheTime(SignsTime):
    signature_tolerance = None

    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        super().verify_webhook(call)
        return WebhookSignature()


class TakesTheTimeOfNow(SignsTime):
    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        super().verify_webhook(call)
        return WebhookSignature(signed_at=datetime.now(UTC))


class SaysNoTime(SignsTime):
    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        super().verify_webhook(call)
        return WebhookSignature()


class ForgetsTheBody(SignsToken):
    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        claims = signatures.JwtKey(KEY).read(call.header("authorization").removeprefix("Bearer "))
        return WebhookSignature(signed_at=signatures.read_timestamp(claims.get("iat")))


class TakesCallsWithoutASignature(SignsToken):
    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        if not call.header("authorization"):
            return WebhookSignature(signed_at=datetime.now(UTC))
        return super().verify_webhook(call)


class TakesAnyKey(SignsToken):
    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        token = call.header("authorization").removeprefix("Bearer ")
        try:
            claims = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError:
            raise WebhookError("wrong") from None
        signatures.check_same(str(claims.get("payload_hash")), sha256(call.body).hexdigest())
        return WebhookSignature(signed_at=signatures.read_timestamp(claims["iat"]))


class ReturnsWhetherItIsRight(SignsUrl):
    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        right = hmac.digest(KEY.encode(), url_content(call), "sha256")
        is_right = hmac.compare_digest(signatures.from_base64(call.header("x-signature")), right)
        return cast("WebhookSignature", is_right)


class BreaksWithoutTheHeader(SignsUrl):
    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        dict(call.headers)["x-signature"]
        return super().verify_webhook(call)


class GoesByTheOrderOfHeaders(SignsUrl):
    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        if not call.headers or call.headers[-1][0] != "x-signature":
            raise WebhookError("the signature is missing")
        return super().verify_webhook(call)


class MindsTheOrderOfFields(SignsUrl):
    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        if call.body.startswith(b"state"):
            raise WebhookError("the signature is wrong")
        return super().verify_webhook(call)


class ReadsWhatIsNotSigned(SignsToken):
    def report(self, call: WebhookCall) -> DeliveryReport:
        return evolve(super().report(call), raw=call.fields())


class KeepsTheAddress(SignsToken):
    def report(self, call: WebhookCall) -> DeliveryReport:
        return evolve(super().report(call), raw={"url": call.url})


class QuotesTheAddress(SignsToken):
    def verify_webhook(self, call: WebhookCall) -> WebhookSignature:
        try:
            return super().verify_webhook(call)
        except WebhookError as error:
            raise WebhookError(f"{error}: {call.url}") from None


class BreaksOnSignedNoise(SignsToken):
    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        if b"state" not in call.body and call.body:
            raise KeyError("state")
        return super().read_webhook(call)


class OneHidesAll(SignsTime):
    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        reading = super().read_webhook(call)
        return evolve(reading, events=() if reading.unread else reading.events)


class AnswersOtherwise(SignsTime):
    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        return evolve(super().read_webhook(call), answer=Acknowledgement(200, "OK"))


BROKEN: Mapping[type[Signs], str] = {
    VerifiesNothing: "test_a_call_without_the_accounts_signature_is_refused",
    ComparesAPrefix: "test_a_call_that_was_cut_is_refused",
    ForgetsTheTime: "test_a_signature_of_another_time_is_refused",
    TakesTheTimeOfNow: "test_a_signature_of_another_time_is_refused",
    SaysNoTime: "test_a_signed_call_is_verified",
    ForgetsTheBody: "test_a_forged_call_is_refused",
    TakesCallsWithoutASignature: "test_a_call_without_the_accounts_signature_is_refused",
    TakesAnyKey: "test_a_call_without_the_accounts_signature_is_refused",
    ReturnsWhetherItIsRight: "test_a_signed_call_is_verified",
    BreaksWithoutTheHeader: "test_a_call_without_the_accounts_signature_is_refused",
    GoesByTheOrderOfHeaders: "test_a_call_is_verified_whatever_the_order_of_its_headers",
    MindsTheOrderOfFields: "test_the_order_of_fields_matters_as_the_facts_say",
    ReadsWhatIsNotSigned: "test_nothing_that_is_not_signed_is_read",
    KeepsTheAddress: "test_a_call_with_something_odd_in_one_place_is_read_or_refused",
    QuotesTheAddress: "test_a_call_without_the_accounts_signature_is_refused",
    BreaksOnSignedNoise: "test_whatever_is_called_is_read_or_refused",
    OneHidesAll: "test_an_element_that_cannot_be_read_hides_no_other",
    AnswersOtherwise: "test_a_call_of_the_vendors_is_read",
}
FACTS: Mapping[type[Signs], type[SignedContract]] = {
    SignsUrl: TestSignsUrl,
    SignsTime: TestSignsTime,
    SignsToken: TestSignsToken,
}


def kit_of(adapter: type[Signs]) -> AdapterContract:
    facts = next(facts for kind, facts in FACTS.items() if issubclass(adapter, kind))
    kit: AdapterContract = type("Kit", (facts,), {"adapter": adapter})()
    return kit


def run(kit: AdapterContract, test: str) -> None:
    for name in kit.webhooks:
        cast("Callable[[str], None]", getattr(kit, test))(name)


@pytest.mark.parametrize(
    "adapter",
    [
        # hypothesis makes what it found smaller for ten seconds
        pytest.param(each, marks=[pytest.mark.soak] if each is BreaksOnSignedNoise else [], id=each.__name__)
        for each in BROKEN
    ],
)
def test_the_kit_catches_an_adapter_that(adapter: type[Signs]) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception, WebhookError, KeyError)):
        run(kit_of(adapter), BROKEN[adapter])


def test_the_key_is_among_the_settings() -> None:
    kit = type("Kit", (TestSignsUrl,), {"settings": {"token": "t0ken-of-the-tests", "signing_key": ""}})()
    with pytest.raises(AssertionError, match=r"Kit\.settings: add the key"):
        kit.test_the_settings_have_the_key_by_which_calls_are_verified()


def test_a_signer_is_needed() -> None:
    kit = type("Kit", (TestSignsUrl,), {"signed": AdapterContract.signed})()
    with pytest.raises(NotImplementedError, match=r"Kit\.signed\(call, at\) is needed"):
        kit.test_a_signed_call_is_verified("form")
