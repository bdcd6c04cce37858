"""One account at Zoom Connect: its credit, its messages, its address book."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from attrs import frozen

from smsgate.sandbox import (
    Clock,
    Copies,
    Counter,
    DeliveryOutcome,
    Ending,
    Network,
    Text,
    check_ending,
    no_message,
    outcome_of,
    read,
)
from smsgate_zoomconnect_sandbox import credentials, parts
from smsgate_zoomconnect_sandbox.ids import Ids
from smsgate_zoomconnect_sandbox.records import Contact, Group, StoredMessage, Template, User
from smsgate_zoomconnect_sandbox.webhooks import Webhooks

NUMBER = "+27600000000"
"""The account's number: it sends from it and receives replies at it."""

CREDIT_PER_PART = 1.0


@frozen
class _Saved:
    middle: str
    next_id: int
    next_template: int
    messages: list[StoredMessage]
    contacts: list[Contact]
    groups: list[Group]
    templates: list[Template]
    users: list[User]


class Account:
    """The account's messages, contacts, groups, templates and users; it sends texts and reports on them."""

    def __init__(  # noqa: PLR0913 - its surroundings, and three settings
        self,
        network: Network,
        clock: Clock,
        webhooks: Webhooks,
        *,
        credit: float,
        delivery: timedelta,
        page_size: int | None,
    ) -> None:
        self._network = network
        self._clock = clock
        self._webhooks = webhooks
        self._ids = Ids()
        self._template_ids = Counter(101)
        self.delivery = delivery
        self.page_size = page_size
        self.messages: dict[str, StoredMessage] = {}
        self.contacts: dict[str, Contact] = {}
        self.groups: dict[str, Group] = {}
        self.templates: dict[int, Template] = {}
        self.owner = User(
            user_id=1,
            email=credentials.EMAIL,
            credit=credit,
            first_name="Sandbox",
            last_name="Owner",
            contact_number=NUMBER,
        )
        self.users = {self.owner.user_id: self.owner}

    def now(self) -> datetime:
        """Return the present time."""
        return self._clock.now()

    def new_id(self) -> str:
        """Return an id for a message, a contact or a group."""
        return self._ids.at(self.now())

    def send(self, to: str, text: str, options: Mapping[str, str | None], due: datetime | None) -> StoredMessage | None:
        """Accept a text for a number (E.164), for now or later, and charge it; None if the credit is too low."""
        size = parts.count(text)
        cost = size.parts * CREDIT_PER_PART
        if cost > self.owner.credit:
            return None
        outcome = outcome_of(to)
        self.owner.credit -= 0 if outcome is DeliveryOutcome.REFUNDED else cost
        now = self.now()
        message = StoredMessage(
            message_id=self.new_id(),
            text=text,
            from_number=NUMBER,
            to_number=to,
            campaign=options["campaign"],
            data_field=options["dataField"],
            cost=cost,
            parts=size.parts,
            scheduled=due,
            moment=max(now, due or now),
            outcome=outcome,
        )
        self.messages[message.message_id] = message
        if outcome is not DeliveryOutcome.OPTED_OUT:
            self._send(message)
        self._report(message)
        return message

    def _report(self, message: StoredMessage) -> None:
        if message.outcome is not DeliveryOutcome.STAYS_SENT:
            self._webhooks.report(message, message.moment + self.delivery, self.delivery)

    def saved(self) -> object:
        """Return what a file keeps."""
        kinds = {"messages": StoredMessage, "contacts": Contact, "groups": Group, "templates": Template, "users": User}
        records = {name: Copies.of(kind, getattr(self, name).values()) for name, kind in kinds.items()}
        ids = {"middle": self._ids.middle, "next_id": self._ids.numbers.next, "next_template": self._template_ids.next}
        return {**ids, **records}

    def restore(self, account: object, at: datetime) -> None:
        """Continue with what a file kept at a moment; what was due later is reported then."""
        kept = read(account, _Saved)
        self._ids, self._template_ids = Ids(kept.middle, kept.next_id), Counter(kept.next_template)
        self.messages = {each.message_id: each for each in kept.messages}
        self.contacts = {each.contact_id: each for each in kept.contacts}
        self.groups = {each.group_id: each for each in kept.groups}
        self.templates = {each.template_id: each for each in kept.templates}
        self.users = {each.user_id: each for each in kept.users}
        if self.owner.user_id not in self.users:
            raise ValueError(f"no user has the id {self.owner.user_id}, which is the owner's")
        self.owner = self.users[self.owner.user_id]
        for message in kept.messages:
            if not message.inbound and not message.endings and message.moment + self.delivery > at:
                self._report(message)

    def end(self, message_id: str, outcome: DeliveryOutcome) -> None:
        """End the delivery of a text now, and report it; one that is refunded gives its cost back, once."""
        now, message = self.now(), self.messages.get(message_id)
        if message is None:
            raise no_message("zoomconnect", message_id)
        check_ending(message_id, now, message.moment, inbound=message.inbound)
        refunded = {message.outcome, *(ending.outcome for ending in message.endings)}
        if outcome is DeliveryOutcome.REFUNDED and outcome not in refunded:
            self.owner.credit += message.cost
        message.endings += (Ending(now, outcome),)
        if outcome is not DeliveryOutcome.STAYS_SENT:
            self._webhooks.report(message, now, self.delivery)

    def receive(self, sender: str, text: str, message_id: str | None) -> StoredMessage:
        """Store a reply, unread."""
        message = StoredMessage(
            message_id=self.new_id(),
            inbound=True,
            text=text,
            from_number=sender,
            to_number=NUMBER,
            parts=parts.count(text).parts,
            moment=self.now(),
            replies_to=message_id,
        )
        self.messages[message.message_id] = message
        self._webhooks.reply(message, self.messages[message_id] if message_id else None)
        return message

    def add_template(self, name: str, text: str) -> Template:
        """Add a template."""
        template = Template(template_id=next(self._template_ids), name=name, text=text)
        self.templates[template.template_id] = template
        return template

    def contact_with(self, number: str) -> Contact | None:
        """Return the first contact with a number (E.164)."""
        return next((contact for contact in self.contacts.values() if contact.number == number), None)

    def _send(self, message: StoredMessage) -> None:
        self._network.send(
            Text(
                vendor="zoomconnect",
                to=message.to_number,
                text=message.text,
                message_id=message.message_id,
                reference=message.data_field,
                at=message.moment,
            )
        )
