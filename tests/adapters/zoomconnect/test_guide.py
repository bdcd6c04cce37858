import re
from datetime import UTC, datetime

from smsgate import Message, Provider
from smsgate.sandbox import Sandbox
from smsgate_zoomconnect import NewUser, UserChanges, ZoomConnectExtras

GUIDE = """
GET account/balance
GET account/statistics
POST account/transfer
GET account/user
PUT account/user
GET account/user/{}
POST account/user/{}
POST sms/send
POST sms/send-bulk
GET contacts/all
POST contacts/create
DELETE contacts/{}
GET contacts/{}
POST contacts/{}
GET groups/all
POST groups/create
GET groups/{}
DELETE groups/{}
POST groups/{}
POST groups/{}/addContact/{}
POST groups/{}/removeContact/{}
GET messages/all
POST messages/analyse/full
POST messages/analyse/message-credit-cost
POST messages/analyse/message-encoding
POST messages/analyse/message-length
POST messages/analyse/message-length-within-max-allowed
POST messages/analyse/number-of-messages
GET messages/{}
DELETE messages/{}
POST messages/{}/markRead
POST messages/{}/markUnread
GET templates/all
GET templates/{}
DELETE templates/{}
"""
"""All endpoints of the vendor's guide but the four that are another's double or put the text into an address:
contacts/{}/addToGroup/{}, contacts/{}/addFromGroup/{}, sms/send-url-parameters, sms/send-url/{token}."""

BEYOND = {"POST context/lookup"}
"""Not in the guide, but in the swagger."""


def test_every_endpoint_of_the_guide_is_asked_and_none_that_is_undocumented(
    sandbox: Sandbox, provider: Provider, vendor: ZoomConnectExtras, asked: list[str]
) -> None:
    message = Message("+27821234567", "Hello")
    _messages(sandbox, provider, message)
    _address_book(provider)
    _extras(vendor, message)
    assert {re.sub(r"{\w+}", "{}", request) for request in asked} == {*GUIDE.split("\n")} - {""} | BEYOND


def _messages(sandbox: Sandbox, provider: Provider, message: Message) -> None:
    sent = provider.send(message)
    assert len(list(provider.send_bulk([message, message]))) == 2
    assert provider.status(sent.message_id).message_id == sent.message_id
    assert provider.messages.get(sent.message_id).text == "Hello"
    assert len(list(provider.messages.list())) == 3
    reply = sandbox.receive("zoomconnect", message.to, "Yes", message_id=sent.message_id)
    provider.messages.mark_read(reply)
    provider.messages.mark_unread(reply)
    provider.messages.delete(reply)
    assert provider.analyse(message).segments == 1
    assert provider.balance().unit == "credits"


def _address_book(provider: Provider) -> None:
    contact, group = provider.contacts.create("+27821234567"), provider.groups.create("Friends")
    assert provider.contacts.update(contact.id, title="Lady").title == "Lady"
    assert provider.groups.update(group.id, name="Family").name == "Family"
    assert [each.id for each in provider.contacts.list()] == [provider.contacts.get(contact.id).id]
    assert [each.id for each in provider.groups.list()] == [provider.groups.get(group.id).id]
    provider.groups.add(group.id, contact.id)
    provider.groups.remove(group.id, contact.id)
    provider.groups.delete(group.id)
    provider.contacts.delete(contact.id)
    template, *_ = provider.templates.list()
    assert provider.templates.get(template.id) == template
    provider.templates.delete(template.id)


def _extras(vendor: ZoomConnectExtras, message: Message) -> None:
    ada = NewUser(
        email="ada@example.com", password="s3cret", first_name="Ada", last_name="Lovelace", number="+27821234567"
    )
    user = vendor.create_user(ada)
    assert vendor.update_user(user.id, UserChanges(first_name="Augusta")).first_name == "Augusta"
    assert vendor.find_users(ada.email) == [vendor.get_user(user.id)]
    giver = vendor.transfer(sender_email="sandbox@example.com", recipient_email=ada.email, credit=1)
    assert giver is not None
    assert giver.credit is not None
    assert vendor.statistics(since=datetime.now(UTC).date()).by_credit is False
    assert vendor.credit_cost(message) == 1
    assert (vendor.encoding("Hello"), vendor.length("Hello")) == ("GSM7", 5)
    assert (vendor.fits("Hello"), vendor.segments("Hello")) == (True, 1)
    assert vendor.look_up("0821234567").valid
