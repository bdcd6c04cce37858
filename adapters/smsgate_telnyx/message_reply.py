"""A message as Telnyx shows it, in answers and in webhooks, and what it is in smsgate's words.

The API description requires no field of it: what decides nothing may be absent, null or of another form.
"""

from attrs import frozen

from smsgate import Accepted, Answer, DeliveryReport, Direction, Media, Reply, Status, StoredMessage, fields
from smsgate_telnyx.codes import STATUS, TOO_LATE, code_of, words_of

__all__ = ["MessageReply", "read_message"]


@frozen
class _Party:
    phone_number: fields.Spare[str] = None
    status: fields.OptionalWord = None


@frozen(kw_only=True)
class MessageReply:
    """One message, outbound or inbound; an outbound one has one recipient, as smsgate sends it."""

    said: fields.Raw
    id: fields.Id
    direction: fields.Spare[Direction] = None
    parties: fields.Spare[list[_Party]] = fields.named("to", None)
    sender: fields.Spare[str] = fields.named("from.phone_number", None)
    text: fields.Spare[str] = None
    files: fields.Spare[list[dict[str, object]]] = fields.named("media", None)
    segments: fields.Spare[int] = fields.named("parts", None)
    cost: fields.Spare[fields.Amount] = fields.named("cost.amount", None)
    errors: fields.Spare[list[object]] = None
    sent_at: fields.Moment = None
    received_at: fields.Moment = None
    """When Telnyx took it, from us or from a person."""
    rewritten: fields.Spare[bool] = fields.named("smart_encoding_applied", None)
    address: fields.Spare[str] = fields.named("webhook_url", None)
    """Where it reports, if it has an address of its own."""
    autoresponse: fields.Spare[str] = fields.named("autoresponse_type", None)
    """STOP, START or HELP, where Telnyx took an inbound text for such a word (guide to opt-outs)."""

    @property
    def raw(self) -> dict[str, object]:
        """What Telnyx said, without the addresses of webhooks, which have a secret."""
        return {name: value for name, value in self.said.items() if not name.startswith("webhook_")}

    @property
    def to(self) -> str | None:
        """The recipient's number."""
        return self.parties[0].phone_number if self.parties else None

    @property
    def raw_status(self) -> str | None:
        """The vendor's word for where it is; an inbound message has that of its webhook, which is left out."""
        return self.parties[0].status if self.parties and self.direction is not Direction.INBOUND else None

    @property
    def status(self) -> Status:
        """Where it is."""
        status, late = STATUS.of(self.raw_status), TOO_LATE & {*map(code_of, self.errors or ())}
        return Status.EXPIRED if late and status in {Status.FAILED, Status.UNDELIVERED} else status

    @property
    def reason(self) -> str | None:
        """Why it failed, with the vendor's codes."""
        return "; ".join(map(words_of, self.errors or ())) or None

    @property
    def media(self) -> tuple[Media, ...]:
        """Its files."""
        return Media.received((file.get("url"), file.get("content_type")) for file in self.files or ())

    def accepted(self) -> Accepted:
        """Say that the vendor has it, whatever became of it; its errors are about the delivery (API description)."""
        status = Status.QUEUED if self.status in {Status.SENT, Status.DELIVERED, Status.UNKNOWN} else self.status
        notes = ("smart encoding, a setting of the profile, replaced characters of the text",) if self.rewritten else ()
        return fields.into(Accepted, self, message_id=self.id, status=status, notes=notes)

    def report(self) -> DeliveryReport:
        """Say what became of it."""
        return fields.into(DeliveryReport, self, message_id=self.id)

    def reply(self) -> Reply:
        """Say what a person sent."""
        return fields.into(Reply, self, message_id=self.id, sender=self.sender or "", text=self.text or "")

    def stored(self) -> StoredMessage:
        """Say it as a message that the vendor keeps."""
        received_at = self.received_at if self.direction is Direction.INBOUND else None
        return fields.into(StoredMessage, self, received_at=received_at)


def read_message(answer: Answer) -> MessageReply:
    """Read the message of an answer, which that to a cancellation has without `data` around it (API description)."""
    return answer.read(MessageReply, answer.raw().get("data", answer.raw()))
