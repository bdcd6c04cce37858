"""Contacts: `contacts/..`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from smsgate_salesmsg_sandbox import shapes
from smsgate_salesmsg_sandbox.account import Account
from smsgate_salesmsg_sandbox.answers import invalid, refusal
from smsgate_salesmsg_sandbox.numbers import Number
from smsgate_salesmsg_sandbox.records import Contact
from smsgate_salesmsg_sandbox.requests import Place, checked, flag, one_of, phone, query_of, text, whole
from smsgate_salesmsg_sandbox.routes import Call, Route

_ONE = "contacts/{contact:[0-9]+}"
_PER_PAGE = 10
_SORTABLE = ("id", "first_name", "last_name", "email", "number", "created_at", "updated_at")
_ORDER = {"search": text(), "sortBy": one_of(*_SORTABLE), "sortOrder": one_of("asc", "desc")}
_DETAILS = {
    "first_name": text(most=255),
    "last_name": text(most=255),
    "email": text(most=255),
    "source": text(),
    "color_index": whole(least=0),
}
_NEW = _DETAILS | {
    "number": phone(required=True),
    "phone_type": text(),
    "contact_integration_id": whole(),
}
_CHANGED = _DETAILS | {"number": phone(required=True)}  # the vendor's only example includes it
_FILTER = re.compile(r"filtersList\[([0-9]+)]\[filters]\[([0-9]+)]\[(key|operator|value)]")
_OPERATORS = ("is", "is_not", "contains")  # PRESUMED: no source lists them


async def every(call: Call) -> dict[str, Any]:
    """List ten contacts, whatever length is asked for; the URLs in it do not work, as in the vendor's example."""
    query = query_of(call.request)
    filters = _read_filters({name: query.pop(name) for name in list(query) if _FILTER.fullmatch(name)})
    fields = checked(query, _ORDER | {"length": whole(least=0), "page": whole(least=0)}, Place.QUERY)
    found = [one for one in _found(call.account, fields) if _passes(one, filters)]
    page = fields["page"] or 1
    paged = shapes.paged(found, page, _PER_PAGE, surplus=call.service.surplus_pages)
    last, first = paged["meta"]["last_page"], (page - 1) * _PER_PAGE + 1
    address = "https://core.salesmsg.local/api/v4/contacts"
    shown = len(paged["data"])
    return {
        "current_page": page,
        "data": paged["data"],
        "first_page_url": f"{address}?page=1",
        "from": first if shown else None,
        "last_page": last,
        "last_page_url": f"{address}?page={last}",
        "next_page_url": f"{address}?page={page + 1}" if page < last else None,
        "path": address,
        "per_page": _PER_PAGE,
        "prev_page_url": f"{address}?page={page - 1}" if page > 1 else None,
        "to": first + shown - 1 if shown else None,
        "total": len(found),
    }


async def find(call: Call) -> dict[str, Any]:
    """List a page of contacts; page 0, the first in the vendor's sample, is page 1, as in Laravel."""
    if call.version == "v2.3" and call.access is not None and not call.access.allows("contacts:write"):
        raise refusal(403, "insufficient_scope")
    fields = await call.body(_ORDER | {"page": whole(least=0), "length": whole(most=100), "useShortResponse": flag()})
    found = _found(call.account, fields)
    return shapes.paged(found, fields["page"] or 1, fields["length"] or _PER_PAGE, surplus=call.service.surplus_pages)


async def search(call: Call) -> dict[str, Any]:
    """Find contacts by a part of a name or number."""
    fields = call.query({"term": text(required=True), "limit": whole(most=100)})
    found = _found(call.account, {"search": fields["term"], "sortBy": None, "sortOrder": None})
    return {"results": found[: fields["limit"] or _PER_PAGE]}


async def get(call: Call) -> dict[str, Any]:
    """Show one contact."""
    call.query({})
    return shapes.contact(call.account, named(call))


async def create(call: Call) -> dict[str, Any]:
    """Create a contact; if one has the same number, the error names it."""
    fields = await call.fields(_NEW)
    _refuse_duplicate(call, fields["number"])
    contact = call.account.add_contact(fields["number"])
    _change(call.account, contact, fields)
    return shapes.contact(call.account, contact)


async def update(call: Call) -> dict[str, Any]:
    """Change the fields that are given, in a JSON body in each version; the answer has the calling code as a number."""
    contact = named(call)
    fields = await call.body(_CHANGED)
    if fields["number"] != contact.number:
        _refuse_duplicate(call, fields["number"])
        contact.number = fields["number"]
    _change(call.account, contact, fields)
    call.account.announce_change(contact)
    return shapes.contact(call.account, contact) | {"country_calling_code": int(contact.number.calling_code)}


async def delete(call: Call) -> list[str]:
    """Delete a contact."""
    call.query({})
    call.account.remove_contact(named(call))
    return ["Contact deleted"]


async def opt_out(call: Call) -> dict[str, Any]:
    """Opt a contact out."""
    call.query({})
    contact = named(call)
    contact.opt_out, contact.opt_out_at = "soft", call.account.now()
    call.account.announce_change(contact)
    return {"message": "Contact opted out"}


async def opt_in(call: Call) -> dict[str, Any]:
    """Opt a contact in again."""
    call.query({})
    contact = named(call)
    contact.opt_out, contact.opt_out_at, contact.opt_in_at = None, None, call.account.now()
    call.account.announce_change(contact)
    return {"message": "Contact opted in"}


async def tagged(call: Call) -> dict[str, Any]:
    """List the contacts that have a tag."""
    fields = call.query({"page": whole(), "length": whole(most=100)})
    tag = call.account.tags.get(call.id("tag"))
    if tag is None:
        raise refusal(404, "Tag not found")
    found = [shapes.contact_in_list(call.account, contact) for contact in call.account.tagged(tag)]
    return shapes.paged(found, fields["page"] or 1, fields["length"] or _PER_PAGE, surplus=call.service.surplus_pages)


async def conversations(call: Call) -> list[dict[str, Any]]:
    """List a contact's conversations."""
    call.query({})
    contact = named(call)
    every = call.account.conversations.values()
    return [shapes.conversation(call.account, one) for one in every if one.contact is contact]


def named(call: Call) -> Contact:
    """Return the contact that the path names."""
    contact = call.account.contacts.get(call.id("contact"))
    if contact is None:
        raise refusal(404, "Contact not found")
    return contact


def _refuse_duplicate(call: Call, number: Number) -> None:
    existing = call.account.contact_with(number)
    if existing is not None:
        key = existing.contact_id
        named = [key] if call.service.duplicates_as_list else key
        raise invalid({"number": ["A contact with this number already exists."]}, contact_id=named)


def _change(account: Account, contact: Contact, fields: Mapping[str, Any]) -> None:
    for name in _DETAILS:
        if fields[name] is not None:
            setattr(contact, name, fields[name])
    contact.updated = account.now()


def _found(account: Account, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    term = (fields["search"] or "").casefold()
    matching = [shapes.contact_in_list(account, one) for one in account.contacts.values() if _mentions(one, term)]
    by = fields["sortBy"] or "created_at"
    downwards = fields["sortOrder"] != "asc"
    return sorted(matching, key=lambda one: (one[by] is not None, one[by] or "", one["id"]), reverse=downwards)


def _mentions(contact: Contact, term: str) -> bool:
    searched = (contact.number.e164, contact.number.national, contact.full_name, contact.email or "")
    return any(term in field.casefold() for field in searched)


def _read_filters(given: Mapping[str, str]) -> list[dict[str, str]]:
    filters: dict[tuple[str, str], dict[str, str]] = {}
    for name, value in given.items():
        match = _FILTER.fullmatch(name)
        assert match is not None  # noqa: S101 - only such names are passed
        filters.setdefault((match[1], match[2]), {})[match[3]] = value
    for one in filters.values():
        if set(one) != {"key", "operator", "value"} or one["operator"] not in _OPERATORS:
            raise invalid({"filtersList": [f"A filter has a key, a value and an operator: {', '.join(_OPERATORS)}."]})
    return list(filters.values())


def _passes(shown: Mapping[str, Any], filters: Sequence[Mapping[str, str]]) -> bool:
    return all(_passes_one(shown, one) for one in filters)


def _passes_one(shown: Mapping[str, Any], one: Mapping[str, str]) -> bool:
    if one["key"] not in shown:
        raise invalid({"filtersList": [f"There is no key {one['key']}."]})
    value, wanted = str(shown[one["key"]] or "").casefold(), one["value"].casefold()
    same: bool = wanted in value if one["operator"] == "contains" else wanted == value
    return same is (one["operator"] != "is_not")


ROUTES = (
    Route("GET", "contacts", every, "contacts:read"),
    Route("POST", "contacts/list", find, "contacts:read"),
    Route("GET", "contacts/search", search, "contacts:read"),
    Route("GET", "contacts/tags/{tag:[0-9]+}", tagged, "contacts:read"),
    Route("PUT", "contacts/opt-out/{contact:[0-9]+}", opt_out, "contacts:write"),
    Route("PUT", "contacts/opt-in/{contact:[0-9]+}", opt_in, "contacts:write"),
    Route("POST", "contacts", create, "contacts:write"),
    Route("GET", _ONE, get, "contacts:read"),
    Route("PUT", _ONE, update, "contacts:write"),
    Route("DELETE", _ONE, delete, "contacts:write"),
    Route("GET", f"{_ONE}/conversations", conversations, "conversations:read"),
)
