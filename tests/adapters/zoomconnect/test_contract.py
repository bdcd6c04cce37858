from typing import ClassVar

from smsgate import InsufficientCreditError, InvalidRecipientError, RejectedError, Status
from smsgate.testing import AdapterContract, Answers, Refusal, answer
from smsgate_zoomconnect import ZoomConnect

MESSAGE = {
    "messageId": "5a757c7b7736b6c1d340a0db",
    "messageType": "OUTBOUND",
    "messageStatus": "DELIVERED",
    "userDataField": "order-4711",
}


def refused(error: str) -> Answers:
    return {"POST sms/send": answer(200, {"messageId": None, "error": error})}


class TestZoomConnect(AdapterContract):
    adapter = ZoomConnect
    settings: ClassVar = {"email": "ops@example.com", "token": "t0ken-of-the-tests"}
    secrets = ("token",)
    message_id = "5a757c7b7736b6c1d340a0db"
    recorded: ClassVar = {
        "POST sms/send": answer(200, {"messageId": "5a757c7b7736b6c1d340a0db", "error": None}),
        "GET messages/5a757c7b7736b6c1d340a0db": answer(200, MESSAGE),
        "GET account/balance": answer(200, {"creditBalance": 12.5, "links": []}),
    }
    refusals: ClassVar = {
        "an invalid number": Refusal(
            {"POST sms/send": answer(400, {"status": "400", "code": 2, "message": "Invalid mobile number"})},
            InvalidRecipientError,
            code="2",
        ),
        "an empty message": Refusal(
            {"POST sms/send": answer(400, {"status": "400", "code": 3, "message": "Message cannot be empty"})},
            RejectedError,
            code="3",
        ),
        "no credit, in a 200": Refusal(refused("Insufficient credits"), InsufficientCreditError),
        "a bad number, in a 200": Refusal(refused("Invalid mobile number"), InvalidRecipientError),
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

    def with_status(self, word: str) -> Answers:
        return {"GET messages/*": answer(200, {**MESSAGE, "messageStatus": word})}
