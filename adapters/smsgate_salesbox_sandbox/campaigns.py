"""Campaigns and their contacts: `campaigns/..`; a campaign sends nothing by itself here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from smsgate_salesbox_sandbox import answers, contacts
from smsgate_salesbox_sandbox.answers import Refusal
from smsgate_salesbox_sandbox.records import Campaign
from smsgate_salesbox_sandbox.requests import read_fields, read_query, refuse_fields, require
from smsgate_salesbox_sandbox.routes import Call, Route
from smsgate_salesbox_sandbox.times import shown

_FIELDS = {
    "name": str,
    "description": str,
    "type": str,
    "status": str,
    "startDate": datetime,
    "endDate": datetime,
}
_COLUMNS = ("id", *_FIELDS, "createdAt", "modifiedAt")
_SETTABLE = ("active", "inactive")
_STATUSES = (*_SETTABLE, "completed")
_ONE = "campaigns/{campaign_id}"
_MEMBER = f"{_ONE}/contact/{{contact_id}}"


async def every(call: Call) -> web.Response:
    """List a page of campaigns."""
    page, filters = read_query(call.request, _COLUMNS, "status")
    if filters.get("status", "active") not in _STATUSES:
        raise Refusal(400, f"status: one of {', '.join(_STATUSES)} is required")
    term = filters.get("search", "").casefold()
    found = [
        one
        for one in map(_shown, call.account.campaigns.values())
        if filters.get("status", one["status"]) == one["status"]
        and term in f"{one['name']} {one['description'] or ''}".casefold()
    ]
    return answers.listed(call.variants, "campaigns", page.of(found), len(found))


async def get(call: Call) -> web.Response:
    """Show a campaign, without its contacts."""
    await refuse_fields(call.request)
    return answers.succeeded(call.variants, {"campaign": _shown(_named(call))})


async def create(call: Call) -> web.Response:
    """Create a campaign, inactive unless the request says otherwise."""
    fields = await _read(call)
    require(fields, "name")
    campaign = call.account.add_campaign({"status": "inactive"} | fields)
    return answers.created(call.variants, {"campaign": _shown(campaign)})


async def edit(call: Call) -> web.Response:
    """Change the fields that are given."""
    campaign = _named(call)
    campaign.fields |= await _read(call)
    campaign.modified = call.account.now()
    return answers.succeeded(call.variants, {"campaign": _shown(campaign)})


async def delete(call: Call) -> web.Response:
    """Delete a campaign; its texts stay."""
    await refuse_fields(call.request)
    campaign = _named(call)
    del call.account.campaigns[campaign.campaign_id]
    return answers.deleted(call.variants, {"campaign": _shown(campaign)})


async def add(call: Call) -> web.Response:
    """Add a contact; adding it twice changes nothing."""
    await refuse_fields(call.request)
    campaign, contact = _named(call), contacts.named(call)
    campaign.members[contact.contact_id] = contact
    return answers.succeeded(call.variants, {"success": 1})


async def remove(call: Call) -> web.Response:
    """Remove a contact."""
    await refuse_fields(call.request)
    campaign, contact = _named(call), contacts.named(call)
    campaign.members.pop(contact.contact_id, None)
    return answers.succeeded(call.variants, {"success": 1})


async def members(call: Call) -> web.Response:
    """List a page of a campaign's contacts."""
    campaign = _named(call)
    page, filters = read_query(call.request, contacts.COLUMNS)
    described = map(contacts.described, campaign.members.values())
    found = [one for one in described if contacts.mentions(one, filters)]
    return answers.listed(call.variants, "contacts", page.of(found), len(found))


async def _read(call: Call) -> dict[str, Any]:
    fields = await read_fields(call.request, _FIELDS)
    if fields.get("status", "active") not in _SETTABLE:
        raise Refusal(400, f"status: one of {', '.join(_SETTABLE)} is required")
    return fields


def _named(call: Call) -> Campaign:
    campaign = call.account.campaigns.get(call.id("campaign_id"))
    if campaign is None:
        raise Refusal(404, "Campaign not found")
    return campaign


def _shown(campaign: Campaign) -> dict[str, Any]:
    fields: Mapping[str, Any] = campaign.fields
    return {
        "id": campaign.campaign_id,
        **{name: fields.get(name) for name in ("name", "description", "type", "status")},
        "createdAt": shown(campaign.created),
        "modifiedAt": shown(campaign.modified),
        "startDate": shown(fields.get("startDate")),
        "endDate": shown(fields.get("endDate")),
    }


ROUTES = (
    Route("GET", "campaigns", every),
    Route("POST", "campaigns/new", create),
    Route("GET", _ONE, get),
    Route("PATCH", f"{_ONE}/edit", edit),
    Route("DELETE", f"{_ONE}/delete", delete),
    Route("GET", f"{_ONE}/contacts", members),
    Route("POST", f"{_MEMBER}/add", add),
    Route("POST", f"{_MEMBER}/remove", remove),
)
