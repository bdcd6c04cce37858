"""The address book: `contacts/..`."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from smsgate_salesbox_sandbox import answers
from smsgate_salesbox_sandbox.answers import Refusal
from smsgate_salesbox_sandbox.records import Contact
from smsgate_salesbox_sandbox.requests import read_fields, read_query, refuse_fields
from smsgate_salesbox_sandbox.routes import Call, Route
from smsgate_salesbox_sandbox.times import shown

_FIELDS = {"name": str, "email": str, "phone": str, "company": str, "title": str}
COLUMNS = ("id", *_FIELDS, "createdAt", "modifiedAt")
_ONE = "contacts/{contact_id}"


async def every(call: Call) -> web.Response:
    """List a page of contacts."""
    page, filters = read_query(call.request, COLUMNS)
    found = [one for one in map(described, call.account.contacts.values()) if mentions(one, filters)]
    return answers.listed(call.variants, "contacts", page.of(found), len(found))


async def get(call: Call) -> web.Response:
    """Show a contact."""
    await refuse_fields(call.request)
    return answers.succeeded(call.variants, {"contact": described(named(call))})


async def create(call: Call) -> web.Response:
    """Create a contact; at least one field is required."""
    fields = await read_fields(call.request, _FIELDS)
    if not any(fields.values()):
        raise Refusal(400, f"One of {', '.join(_FIELDS)} is required")
    return answers.created(call.variants, {"contact": described(call.account.add_contact(fields))})


async def edit(call: Call) -> web.Response:
    """Change the fields that are given."""
    contact = named(call)
    contact.fields |= await read_fields(call.request, _FIELDS)
    contact.modified = call.account.now()
    return answers.succeeded(call.variants, {"contact": described(contact)})


async def delete(call: Call) -> web.Response:
    """Delete a contact."""
    await refuse_fields(call.request)
    contact = named(call)
    call.account.delete_contact(contact)
    return answers.deleted(call.variants, {"contact": described(contact)})


def named(call: Call) -> Contact:
    """Return the contact that the path names."""
    contact = call.account.contacts.get(call.id("contact_id"))
    if contact is None:
        raise Refusal(404, "Contact not found")
    return contact


def described(contact: Contact) -> dict[str, Any]:
    """Return a contact as answers show it."""
    return {
        "id": contact.contact_id,
        **dict.fromkeys(_FIELDS),
        **contact.fields,
        "createdAt": shown(contact.created),
        "modifiedAt": shown(contact.modified),
    }


def mentions(one: Mapping[str, Any], filters: Mapping[str, str]) -> bool:
    """Say whether one of a contact's fields contains the search term."""
    term = filters.get("search", "").casefold()
    return any(term in (one[name] or "").casefold() for name in _FIELDS)


ROUTES = (
    Route("GET", "contacts", every),
    Route("POST", "contacts/new", create),
    Route("GET", _ONE, get),
    Route("PATCH", f"{_ONE}/edit", edit),
    Route("DELETE", f"{_ONE}/delete", delete),
)
