"""What the vendor writes, made up in the form of its API description."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlencode

from attrs import evolve
from twilio.request_validator import RequestValidator

from smsgate import Answer, Message, Provider, WebhookCall
from smsgate.testing import StubTransport, Unpaced, answer
from smsgate_twilio import Twilio, TwilioSettings

ACCOUNT = "AC" + "0a" * 16
TOKEN = "t0ken-of-the-tests"
KEY = "SK" + "0b" * 16
SERVICE = "MG" + "0c" * 16
SID = "SM" + "0d" * 16
NUMBER = "+15005550006"
PERSON = "+27821234567"
FORM = "application/x-www-form-urlencoded"
SENT = Message(PERSON, "Your code is 4711", sender=NUMBER)

MESSAGE: dict[str, object] = {
    "account_sid": ACCOUNT,
    "api_version": "2010-04-01",
    "body": "Your code is 4711",
    "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
    "date_sent": None,
    "date_updated": "Thu, 24 Aug 2023 05:01:45 +0000",
    "direction": "outbound-api",
    "error_code": None,
    "error_message": None,
    "from": NUMBER,
    "messaging_service_sid": None,
    "num_media": "0",
    "num_segments": "1",
    "price": None,
    "price_unit": None,
    "sid": SID,
    "status": "queued",
    "subresource_uris": {},
    "to": PERSON,
    "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{SID}.json",
}
REPLY: dict[str, object] = {
    **MESSAGE,
    "sid": "SM" + "0e" * 16,
    "body": "Thank you",
    "direction": "inbound",
    "status": "received",
    "from": PERSON,
    "to": NUMBER,
    "date_sent": "Thu, 24 Aug 2023 05:03:45 +0000",
}
REPORT_CALL = {
    "AccountSid": ACCOUNT,
    "ApiVersion": "2010-04-01",
    "From": NUMBER,
    "MessageSid": SID,
    "MessageStatus": "delivered",
    "RawDlrDoneDate": "2308240502",
    "SmsSid": SID,
    "SmsStatus": "delivered",
    "To": PERSON,
}
REPLY_CALL = {
    "AccountSid": ACCOUNT,
    "ApiVersion": "2010-04-01",
    "Body": "Thank you & good-bye, 100% + more",
    "From": PERSON,
    "FromCity": "",
    "FromCountry": "ZA",
    "MessageSid": "SM" + "0e" * 16,
    "NumMedia": "0",
    "NumSegments": "1",
    "SmsMessageSid": "SM" + "0e" * 16,
    "SmsSid": "SM" + "0e" * 16,
    "SmsStatus": "received",
    "To": NUMBER,
}
PICTURE = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"


def listed(messages: Sequence[Mapping[str, object]], following: str | None = None) -> Answer:
    """Return a page of messages."""
    return answer(200, {"messages": messages, "next_page_uri": following, "page": 0, "page_size": 100})


def refusal(status: int, code: int | None, message: str = "no") -> Answer:
    """Return an error body; without a code it has none."""
    body = {"message": message, "more_info": "https://www.twilio.com/docs/errors", "status": status}
    return answer(status, body if code is None else {"code": code, **body})


def form_call(fields: Mapping[str, str], *, query: str = "", url: str | None = None) -> WebhookCall:
    """Return a call that is a form."""
    body = urlencode(fields).encode()
    return WebhookCall(method="POST", query=query, url=url, headers={"content-type": FORM}, body=body)


def signed(call: WebhookCall, *, token: str = TOKEN, url: str | None = None) -> WebhookCall:
    """Return a call as the vendor's own library signs it, for the URL that the vendor has."""
    is_form = call.media_type == FORM
    fields = Parameters(parse_qs(call.body.decode(errors="replace"), keep_blank_values=True)) if is_form else {}
    signature = RequestValidator(token).compute_signature(url or call.url, fields)
    return evolve(call, headers=(*call.headers, ("x-twilio-signature", signature)))


class Parameters(dict[str, list[str]]):
    """A form's fields, each of which may be there several times, as the vendor's library asks for them."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def settings(**others: object) -> TwilioSettings:
    """Return the settings of an account."""
    return TwilioSettings(**{"account_sid": ACCOUNT, "auth_token": TOKEN, **others})  # type: ignore[arg-type]


def account(stub: StubTransport, **others: object) -> Provider:
    """Return an account on a stub."""
    return Provider("twilio", Twilio(settings(**others), provider="twilio"), stub, pace_store=Unpaced())


PRICES: dict[str, object] = {
    "country": "South Africa",
    "iso_country": "ZA",
    "price_unit": "USD",
    "url": "https://pricing.twilio.com/v1/Messaging/Countries/ZA",
    "inbound_sms_prices": [],
    "outbound_sms_prices": [
        {
            "carrier": "MTN",
            "mcc": "655",
            "mnc": "10",
            "prices": [{"number_type": "mobile", "base_price": "0.0300", "current_price": "0.0281"}],
        }
    ],
}
