from smsgate_example import Example

from smsgate import InvalidRecipientError, RejectedError, Status
from smsgate.testing import AdapterContract, Answers, Refusal, answer

TEXT = {"id": "40124213", "state": "queued"}


class TestExample(AdapterContract):
    adapter = Example
    settings = {"token": "t0ken-of-the-tests"}
    secrets = ("token",)
    message_id = "40124213"
    recorded = {
        "POST texts": answer(201, TEXT),
        "GET texts/40124213": answer(200, TEXT),
        "GET balance": answer(200, {"amount": 12.5, "currency": "EUR"}),
    }
    refusals = {
        "no such number": Refusal({"POST texts": answer(422, {"error": "no such number"})}, InvalidRecipientError),
        "a bad word": Refusal({"POST texts": answer(422, {"error": "a bad word"})}, RejectedError),
    }
    statuses = {"queued": Status.QUEUED, "sent": Status.SENT, "seen": Status.DELIVERED, "lost": Status.FAILED}

    def with_status(self, word: str) -> Answers:
        return {"GET texts/*": answer(200, {**TEXT, "state": word})}
