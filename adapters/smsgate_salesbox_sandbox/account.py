"""One account at Salesbox: its texts, its address book, its campaigns."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

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
)
from smsgate_salesbox_sandbox.records import Campaign, Contact, TextMessage
from smsgate_salesbox_sandbox.saved_account import SavedAccount, SavedCampaign, restored_fields, saved_fields

_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")


class Account:
    """The account's texts, contacts and campaigns; it sends its texts."""

    def __init__(self, network: Network, clock: Clock, *, delivery: timedelta, settling: timedelta) -> None:
        self._network = network
        self._clock = clock
        # Ids of different things are never equal, so that a client that confuses them fails.
        self._message_ids = Counter(70_001)
        self._contact_ids = Counter(8_001)
        self._campaign_ids = Counter(501)
        self.delivery = delivery
        self.settling = settling
        self.messages: dict[int, TextMessage] = {}
        self.contacts: dict[int, Contact] = {}
        self.campaigns: dict[int, Campaign] = {}

    def now(self) -> datetime:
        """Return the present time."""
        return self._clock.now()

    def status(self, message: TextMessage, scheduled: str) -> str:
        """Return the status of a text, in the vendor's word."""
        return message.status(self.now(), delivery=self.delivery, settling=self.settling, scheduled=scheduled)

    def draft(self, content: str, recipient: str, campaign_id: int | None, due: datetime | None) -> TextMessage:
        """Add a draft; only one with a due time is sent without another request."""
        message = TextMessage(
            message_id=next(self._message_ids),
            content=content,
            recipient=recipient,
            campaign_id=campaign_id,
            due=due,
            created=self.now(),
        )
        self.messages[message.message_id] = message
        self.schedule(message)
        return message

    def schedule(self, message: TextMessage) -> None:
        """Send a text when it is due, and not at a time that was set before."""
        self._network.cancel("salesbox", str(message.message_id))
        if message.due is not None:
            self._send(message, max(message.due, self.now()))

    def send(self, message: TextMessage) -> None:
        """Send a text now, and again if it has been sent before. PRESUMED: the strictest reading for a client."""
        self._network.cancel("salesbox", str(message.message_id))
        message.accepted = self.now()
        self._send(message, message.accepted)

    def message(self, message_id: str) -> TextMessage | None:
        """Return the text that is shown with this id."""
        is_number = message_id.isascii() and message_id.isdigit()
        found = self.messages.get(int(message_id[:20])) if is_number else None
        return found if found is not None and str(found.message_id) == message_id else None

    def end(self, message_id: str, outcome: DeliveryOutcome) -> None:
        """End the delivery of a text now; one that is sent again begins anew."""
        message = self.message(message_id)
        if message is None:
            raise no_message("salesbox", message_id)
        check_ending(message_id, self.now(), message.leaves)
        message.endings += (Ending(self.now(), outcome),)

    def delete(self, message: TextMessage) -> None:
        """Delete a text; a scheduled one is then not sent."""
        self._network.cancel("salesbox", str(message.message_id))
        del self.messages[message.message_id]

    def add_contact(self, fields: dict[str, str]) -> Contact:
        """Add a contact."""
        contact = Contact(contact_id=next(self._contact_ids), fields=fields, created=self.now())
        self.contacts[contact.contact_id] = contact
        return contact

    def delete_contact(self, contact: Contact) -> None:
        """Delete a contact, also from every campaign."""
        del self.contacts[contact.contact_id]
        for campaign in self.campaigns.values():
            campaign.members.pop(contact.contact_id, None)

    def add_campaign(self, fields: Mapping[str, Any]) -> Campaign:
        """Add a campaign."""
        campaign = Campaign(campaign_id=next(self._campaign_ids), fields=dict(fields), created=self.now())
        self.campaigns[campaign.campaign_id] = campaign
        return campaign

    def saved(self) -> dict[str, object]:
        """Return what a file keeps."""
        counters = (self._message_ids, self._contact_ids, self._campaign_ids)
        return {
            "next_ids": [counter.next for counter in counters],
            "messages": Copies.of(TextMessage, self.messages.values()),
            "contacts": Copies.of(Contact, self.contacts.values()),
            "campaigns": [
                SavedCampaign(one.campaign_id, saved_fields(one.fields), one.created, one.modified, [*one.members])
                for one in self.campaigns.values()
            ],
        }

    def restore(self, kept: SavedAccount) -> None:
        """Continue with what a file kept."""
        self._message_ids, self._contact_ids, self._campaign_ids = map(Counter, kept.next_ids)
        self.messages = {each.message_id: each for each in kept.messages}
        self.contacts = {each.contact_id: each for each in kept.contacts}
        for one in kept.campaigns:
            members = {key: self.contacts[key] for key in one.members if key in self.contacts}
            fields = restored_fields(one.fields)
            self.campaigns[one.campaign_id] = Campaign(
                campaign_id=one.campaign_id, fields=fields, created=one.created, modified=one.modified, members=members
            )

    def _send(self, message: TextMessage, at: datetime) -> None:
        message.outcome, message.endings = outcome_of(message.recipient), ()
        if message.outcome is DeliveryOutcome.OPTED_OUT:
            return
        self._network.send(
            Text(
                vendor="salesbox",
                to=message.recipient,
                text=message.content,
                message_id=str(message.message_id),
                at=at,
            )
        )


def is_number(recipient: str) -> bool:
    """Say whether a text could be sent to this: `+` and 8 to 15 digits."""
    return _NUMBER.fullmatch(recipient) is not None
