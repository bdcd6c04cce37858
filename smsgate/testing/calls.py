"""Every operation of a provider, called once with sample arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from attrs import evolve, frozen

from smsgate.adapter.abilities.contacts import KeepsContacts
from smsgate.adapter.abilities.reconciliation import Doubt
from smsgate.blocking.provider import Provider
from smsgate.model.media import Media
from smsgate.model.message import Message

__all__ = ["CALLS", "LISTS", "MEDIA", "MESSAGE_OPTIONS", "Call", "Samples"]


@frozen(kw_only=True)
class Samples:
    """The arguments that operations are called with."""

    message: Message
    sender: str
    message_id: str
    contact_id: str
    group_id: str
    template_id: str

    def one_id(self, value: str) -> Samples:
        """Return these samples with the same id everywhere."""
        return evolve(self, message_id=value, contact_id=value, group_id=value, template_id=value)


Call = Callable[[Provider, Samples], object]

MEDIA = Media("https://example.com/kit-4711.png?size=2", "image/png")
MESSAGE_OPTIONS: Mapping[str, Callable[[Samples], Message]] = {
    "send later": lambda it: evolve(it.message, send_at=datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)),
    "choose sender": lambda it: evolve(it.message, sender=it.sender),
    "limit validity": lambda it: evolve(it.message, validity=timedelta(hours=1)),
    "send media": lambda it: evolve(it.message, media=[MEDIA]),
}
"""Operations that are a message with an option."""

SINCE = datetime(2000, 1, 1, tzinfo=UTC)
"""From when on replies are asked for: a recorded one is of any age, and an adapter may leave out what is older."""


LISTS: Mapping[str, Callable[[Provider, Samples], Iterator[object]]] = {
    "messages.list": lambda at, _: at.messages.list(),
    "contacts.list": lambda at, _: at.contacts.list(),
    "groups.list": lambda at, _: at.groups.list(),
    "groups.members": lambda at, it: at.groups.members(it.group_id),
    "templates.list": lambda at, _: at.templates.list(),
    "replies": lambda at, _: at.replies(SINCE),
    "opt_outs.list": lambda at, _: at.opt_outs.list(),
}
"""Operations that read page after page."""


def _sent_with_option(option: Callable[[Samples], Message]) -> Call:
    return lambda at, it: at.send(option(it))


def _whole(pages: Callable[[Provider, Samples], Iterator[object]]) -> Call:
    return lambda at, it: [*pages(at, it)]


def _reconcile(at: Provider, it: Samples) -> object:
    return at.reconcile(Doubt(it.message, datetime.now(UTC) - timedelta(hours=1), it.message_id))


def _person(at: Provider) -> dict[str, str]:
    """Return as much of a person as the vendor's contacts have."""
    person = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "company": "Engines"}
    known = at.adapter.contact_fields if isinstance(at.adapter, KeepsContacts) else ()
    return {name: value for name, value in person.items() if name in known}


CALLS: Mapping[str, Call] = {
    "send": lambda at, it: at.send(it.message),
    **{operation: _sent_with_option(option) for operation, option in MESSAGE_OPTIONS.items()},
    "send bulk": lambda at, it: [*at.send_bulk([it.message, it.message])],
    "status": lambda at, it: at.status(it.message_id),
    "statuses": lambda at, it: at.statuses([it.message_id, it.message_id]),
    "reconcile": _reconcile,
    **{operation: _whole(pages) for operation, pages in LISTS.items()},
    "messages.get": lambda at, it: at.messages.get(it.message_id),
    "messages.delete": lambda at, it: at.messages.delete(it.message_id),
    "messages.mark_read": lambda at, it: at.messages.mark_read(it.message_id),
    "contacts.get": lambda at, it: at.contacts.get(it.contact_id),
    "contacts.find": lambda at, it: at.contacts.find(it.message.to),
    "contacts.create": lambda at, it: at.contacts.create(it.message.to, **_person(at)),
    "contacts.update": lambda at, it: at.contacts.update(it.contact_id, **_person(at)),
    "contacts.delete": lambda at, it: at.contacts.delete(it.contact_id),
    "contacts.opt_out": lambda at, it: at.contacts.opt_out(it.contact_id),
    "groups.get": lambda at, it: at.groups.get(it.group_id),
    "groups.create": lambda at, _: at.groups.create("Friends"),
    "groups.update": lambda at, it: at.groups.update(it.group_id, name="Friends"),
    "groups.delete": lambda at, it: at.groups.delete(it.group_id),
    "groups.add": lambda at, it: at.groups.add(it.group_id, it.contact_id),
    "groups.remove": lambda at, it: at.groups.remove(it.group_id, it.contact_id),
    "templates.get": lambda at, it: at.templates.get(it.template_id),
    "templates.delete": lambda at, it: at.templates.delete(it.template_id),
    "balance": lambda at, _: at.balance(),
    "prices": lambda at, _: [*at.listed_prices(["ZA"])],
    "analyse": lambda at, it: at.analyse(it.message),
}
"""From an operation's name in `Provider.capabilities` to a call of it."""
