"""The address book: `contacts/..`."""

from typing import Any

from aiohttp import web

from smsgate_zoomconnect_sandbox.account import Account
from smsgate_zoomconnect_sandbox.answers import NOTHING, Refusal, link
from smsgate_zoomconnect_sandbox.groups import add_member, remove_member
from smsgate_zoomconnect_sandbox.lists import PAGE, listed
from smsgate_zoomconnect_sandbox.numbers import e164
from smsgate_zoomconnect_sandbox.records import Contact
from smsgate_zoomconnect_sandbox.requests import read_fields
from smsgate_zoomconnect_sandbox.routes import Route

_ONE = "contacts/{contact_id:[^/.]+}"
_GROUP = "{group_id:[^/.]+}"
_FIELDS = {"firstName": str, "lastName": str, "contactId": str, "contactNumber": str, "title": str, "links": list}


async def every(request: web.Request, account: Account) -> dict[str, Any]:
    """List all contacts."""
    items = [_shown(request, contact) for contact in account.contacts.values()]
    return listed(request, account, "webServiceContacts", items)


async def create(request: web.Request, account: Account) -> dict[str, Any]:
    """Create a contact; the vendor chooses its id."""
    contact = Contact(contact_id=account.new_id(), **await _read(request))
    account.contacts[contact.contact_id] = contact
    return _shown(request, contact)


async def get(request: web.Request, account: Account) -> dict[str, Any]:
    """Show one contact."""
    return _shown(request, _named(request, account))


async def update(request: web.Request, account: Account) -> dict[str, Any]:
    """Replace a contact; fields that the request leaves out become empty."""
    key = _named(request, account).contact_id
    account.contacts[key] = Contact(contact_id=key, **await _read(request, key))
    return _shown(request, account.contacts[key])


async def delete(request: web.Request, account: Account) -> object:
    """Delete a contact, also from its groups."""
    contact = _named(request, account)
    del account.contacts[contact.contact_id]
    for group in account.groups.values():
        group.members.discard(contact.contact_id)
    return NOTHING


async def _read(request: web.Request, key: str | None = None) -> dict[str, Any]:
    fields = await read_fields(request, _FIELDS)
    number = e164(fields["contactNumber"] or "")
    if number is None:
        raise Refusal(400, "Invalid mobile number", code=2)
    if key and fields["contactId"] not in (None, "", key):
        raise Refusal(400, "contactId is another contact's")
    return {
        "number": number,
        "first_name": fields["firstName"],
        "last_name": fields["lastName"],
        "title": fields["title"],
    }


def _named(request: web.Request, account: Account) -> Contact:
    contact = account.contacts.get(request.match_info["contact_id"])
    if contact is None:
        raise Refusal(404, "Contact not found")
    return contact


def _shown(request: web.Request, contact: Contact) -> dict[str, Any]:
    return {
        "contactId": contact.contact_id,
        "contactNumber": contact.number,
        "firstName": contact.first_name,
        "lastName": contact.last_name,
        "title": contact.title,
        "links": [link(request, "self", f"contacts/{contact.contact_id}")],
    }


ROUTES = (
    Route("GET", "contacts/all", every, "webServiceContacts", query=PAGE),
    Route("POST", "contacts/create", create, "webServiceContact", status=201),
    Route("GET", _ONE, get, "webServiceContact"),
    Route("POST", _ONE, update, "webServiceContact"),
    Route("DELETE", _ONE, delete, "void", status=204),
    Route("GET POST", f"{_ONE}/addToGroup/{_GROUP}", add_member, "void"),
    # The name says add, the guide says "Remove a contact from a group": it removes.
    Route("GET POST", f"{_ONE}/addFromGroup/{_GROUP}", remove_member, "void"),
)
