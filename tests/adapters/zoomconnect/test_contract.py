import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from smsgate import (
    Answer,
    DeliveryReport,
    InsufficientCreditError,
    InvalidRecipientError,
    OptedOutError,
    RejectedError,
    Reply,
    Request,
    Status,
    UnknownOutcomeError,
    WebhookCall,
)
from smsgate.testing import AdapterContract, Answers, Refusal, ShownText, WebhookExample, answer, json_call
from smsgate_zoomconnect import ZoomConnect

ID = "5a757c7b7736b6c1d340a0db"
CALLS = Path(__file__).parent / "calls"


def captured(name: str) -> dict[str, object]:
    """Return the fields of a call that somebody captured; long values that were not printed are made up."""
    fields: dict[str, object] = json.loads((CALLS / f"{name}.json").read_text(encoding="utf-8"))
    return fields


def drawn(name: str) -> str:
    """Return a query as the guide prints it, with its stray blanks."""
    return (CALLS / f"{name}.txt").read_text(encoding="utf-8").removesuffix("\n")


MESSAGE: dict[str, object] = {
    "messageId": ID,
    "messageType": "OUTBOUND",
    "messageStatus": "DELIVERED",
    "message": "Your code is 4711",
    "fromNumber": "27600000000",
    "toNumber": "27821234567",
    "campaign": "codes",
    "userDataField": "order-4711",
    "creditCost": 1.0,
    "numberOfMessages": 1,
    "dateTimeSent": None,
    "read": False,
    "deleted": False,
    "contact": None,
    "links": [],
}
MESSAGES = {
    "page": 1,
    "pageSize": 100,
    "elements": 1,
    "totalElements": 1,
    "totalPages": 1,
    "webServiceMessages": [MESSAGE],
    "links": [],
}
CONTACT: dict[str, object] = {
    "contactId": "5a757c7b7736b6c1d340a001",
    "contactNumber": "0821234567",
    "firstName": "Ada",
    "lastName": "Lovelace",
    "title": None,
    "links": [],
}
GROUP = {"groupId": "5a757c7b7736b6c1d340a002", "name": "Friends", "links": []}
TEMPLATE = {"templateId": 101, "name": "Reminder", "data": "Your appointment is at {time}.", "links": []}
ANALYSIS = {
    "characterAnalysis": [["Y", 1]],
    "messageCreditCost": 1.0,
    "messageEncoding": "GSM7",
    "messageLength": 17,
    "messageLengthWithinMaximumAllowed": True,
    "numberOfMessages": 1,
}
ACCEPTED = {"messageId": ID, "error": None}
REPLY = {
    **MESSAGE,
    "messageId": "5a757f2a7736b6c1d340a1a4",
    "messageType": "INBOUND",
    "messageStatus": None,
    "message": "Testing again. ",
    "fromNumber": "27821234567",
    "toNumber": "27600000000",
    "dateTimeReceived": "201802031121",
    "repliedToMessage": {"messageId": ID, "links": []},
}
NEXT = {"links": [{"rel": "next", "href": "https://elsewhere.example/app/x?page=2&token=no", "templated": False}]}


def listed(request: Request) -> Answer:
    return answer(
        200, {**MESSAGES, "webServiceMessages": [REPLY if request.query.get("type") == "INBOUND" else MESSAGE]}
    )


def refused(error: str) -> Answers:
    return {"POST sms/send": answer(200, {"messageId": None, "error": error})}


def bad_request(code: int, message: str) -> Answers:
    error = {"status": "400", "code": code, "message": message, "developerMessage": "", "moreInfoUrl": None}
    return {"POST sms/send": answer(400, error)}


def shown(text: ShownText) -> dict[str, object]:
    return {
        **MESSAGE,
        "messageId": text.message_id,
        "message": text.text,
        "toNumber": text.to.removeprefix("+"),
        "userDataField": text.reference,
        "dateTimeSent": text.sent_at.isoformat(),
    }


class TestZoomConnect(AdapterContract):
    adapter = ZoomConnect
    settings: ClassVar = {"email": "ops@example.com", "token": "t0ken-of-the-tests"}
    secrets = ("token",)
    message_id = ID
    recorded: ClassVar = {
        "POST sms/send": answer(200, ACCEPTED),
        "POST sms/send-bulk": answer(200, {"sendSmsResponses": [ACCEPTED, ACCEPTED]}),
        "GET account/balance": answer(200, {"creditBalance": 12.5, "links": []}),
        "GET messages/all": listed,
        f"GET messages/{ID}": answer(200, MESSAGE),
        f"DELETE messages/{ID}": answer(204, text=""),
        f"POST messages/{ID}/markRead": answer(200, {**MESSAGE, "read": True}),
        "POST messages/analyse/full": answer(200, ANALYSIS),
        "GET contacts/all": answer(200, {"webServiceContacts": [CONTACT], "links": []}),
        "POST contacts/create": answer(201, CONTACT),
        "GET contacts/1": answer(200, CONTACT),
        "POST contacts/1": answer(200, CONTACT),
        "DELETE contacts/1": answer(204, text=""),
        "GET groups/all": answer(200, {"webServiceGroups": [GROUP], "links": []}),
        "POST groups/create": answer(201, GROUP),
        "GET groups/1": answer(200, GROUP),
        "POST groups/1": answer(200, GROUP),
        "DELETE groups/1": answer(200, text=""),
        "POST groups/1/addContact/1": answer(200, text=""),
        "POST groups/1/removeContact/1": answer(200, text=""),
        "GET templates/all": answer(200, {"webServiceTemplates": [TEMPLATE], "links": []}),
        "GET templates/1": answer(200, TEMPLATE),
        "DELETE templates/1": answer(204, text=""),
    }
    refusals: ClassVar = {
        "an invalid number": Refusal(bad_request(2, "Invalid mobile number"), InvalidRecipientError, code="2"),
        "an empty message": Refusal(bad_request(3, "Message cannot be empty"), RejectedError, code="3"),
        "no credit, in a 200": Refusal(refused("Insufficient credits"), InsufficientCreditError),
        "a bad number, in a 200": Refusal(refused("Invalid mobile number"), InvalidRecipientError),
        "an opt-out, in a 200": Refusal(refused("Recipient has opted out"), OptedOutError),
        "the text's own words, in a 200": Refusal(refused("Not allowed: 'credit card options run out'"), RejectedError),
        "any other word, in a 200": Refusal(refused("Message is too long"), RejectedError),
    }
    statuses: ClassVar = {
        "SCHEDULED": Status.SCHEDULED,
        "SENT": Status.SENT,
        "DELIVERED": Status.DELIVERED,
        "FAILED": Status.FAILED,
        "FAILED_REFUNDED": Status.FAILED,
        "FAILED_OPTOUT": Status.FAILED,
        "UNKNOWN": Status.UNKNOWN,
    }
    endless: ClassVar = {
        "contacts.list": {"GET contacts/all": answer(200, {"webServiceContacts": [CONTACT], **NEXT})},
        "groups.list": {"GET groups/all": answer(200, {"webServiceGroups": [GROUP], **NEXT})},
        "templates.list": {"GET templates/all": answer(200, {"webServiceTemplates": [TEMPLATE], **NEXT})},
        "messages.list": {"GET messages/all": answer(200, {**MESSAGES, "totalPages": 99})},
        "replies": {"GET messages/all": answer(200, {**MESSAGES, "webServiceMessages": [REPLY], "totalPages": 99})},
    }
    filtered: ClassVar = {"replies": endless["messages.list"]}
    webhooks: ClassVar = {
        "a delivery report": WebhookExample(
            json_call(captured("delivery_report_captured")),
            DeliveryReport(
                provider="zoom",
                message_id=ID,
                status=Status.DELIVERED,
                raw_status="DELIVERED",
                reference="cli:1691,apt:2114",
            ),
            nonce="bbf12a28-5b0f-4b5a-9d0f-3f1f0f6f8a11",
            sent_at=datetime(2018, 2, 3, 9, 15, 24, tzinfo=UTC),
        ),
        "a reply to nothing": WebhookExample(
            json_call(captured("reply_to_nothing_captured")),
            Reply(
                provider="zoom",
                message_id="5a757f2a7736b6c1d340a1a4",
                sender="+27821234567",
                text="Testing again. ",
                to="INF-27820000363",
                received_at=datetime(2018, 2, 3, 9, 21, tzinfo=UTC),
            ),
            nonce="701e9f3c-0c5e-4d0a-8a55-1a2f6d7c9b02",
            sent_at=datetime(2018, 2, 3, 9, 26, 47, tzinfo=UTC),
        ),
        "a delivery report as the guide draws it": WebhookExample(
            WebhookCall(method="POST", query=drawn("delivery_report_drawn_in_the_guide")),
            DeliveryReport(provider="zoom", message_id="40124213", status=Status.DELIVERED, raw_status="DELIVERED"),
        ),
        "a reply as the guide draws it": WebhookExample(
            WebhookCall(method="POST", query=drawn("reply_drawn_in_the_guide")),
            Reply(
                provider="zoom",
                message_id="124567",
                sender="+27725551234",
                text="REPLY ",
                received_at=datetime(2014, 4, 28, 18, 55, tzinfo=UTC),
                in_reply_to="121212",
                campaign="shoe campaign ",
                reference="custom",
            ),
        ),
    }

    def with_status(self, word: str) -> Answers:
        return {f"GET messages/{ID}": answer(200, {**MESSAGE, "messageStatus": word})}

    def with_texts(self, texts: Sequence[ShownText]) -> Answers:
        return {"GET messages/all": answer(200, {**MESSAGES, "webServiceMessages": [*map(shown, texts)]})}

    def test_neither_an_id_nor_an_error_is_unknown(self) -> None:
        said = answer(200, {"messageId": None, "error": None})
        assert isinstance(self.outcome("send", {"POST sms/send": said}), UnknownOutcomeError)
