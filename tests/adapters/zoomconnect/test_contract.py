from typing import ClassVar

from smsgate import (
    InsufficientCreditError,
    InvalidRecipientError,
    OptedOutError,
    RejectedError,
    Status,
    UnknownOutcomeError,
)
from smsgate.testing import AdapterContract, Answers, Refusal, answer
from smsgate_zoomconnect import ZoomConnect

ID = "5a757c7b7736b6c1d340a0db"
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
NEXT = {"links": [{"rel": "next", "href": "https://elsewhere.example/app/x?page=2&token=no", "templated": False}]}


def refused(error: str) -> Answers:
    return {"POST sms/send": answer(200, {"messageId": None, "error": error})}


def bad_request(code: int, message: str) -> Answers:
    error = {"status": "400", "code": code, "message": message, "developerMessage": "", "moreInfoUrl": None}
    return {"POST sms/send": answer(400, error)}


class TestZoomConnect(AdapterContract):
    adapter = ZoomConnect
    settings: ClassVar = {"email": "ops@example.com", "token": "t0ken-of-the-tests"}
    secrets = ("token",)
    message_id = ID
    recorded: ClassVar = {
        "POST sms/send": answer(200, ACCEPTED),
        "POST sms/send-bulk": answer(200, {"sendSmsResponses": [ACCEPTED, ACCEPTED]}),
        "GET account/balance": answer(200, {"creditBalance": 12.5, "links": []}),
        "GET messages/all": answer(200, MESSAGES),
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
    }

    def with_status(self, word: str) -> Answers:
        return {f"GET messages/{ID}": answer(200, {**MESSAGE, "messageStatus": word})}

    def test_neither_an_id_nor_an_error_is_unknown(self) -> None:
        said = answer(200, {"messageId": None, "error": None})
        assert isinstance(self.outcome("send", {"POST sms/send": said}), UnknownOutcomeError)
