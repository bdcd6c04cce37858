"""Groups of contacts: `groups/..`. No endpoint lists the members."""

from typing import Any

from aiohttp import web

from smsgate_zoomconnect_sandbox.account import Account
from smsgate_zoomconnect_sandbox.answers import NOTHING, Refusal, link
from smsgate_zoomconnect_sandbox.lists import PAGE, listed
from smsgate_zoomconnect_sandbox.records import Group
from smsgate_zoomconnect_sandbox.requests import read_fields, require
from smsgate_zoomconnect_sandbox.routes import Route

_ONE = "groups/{group_id:[^/.]+}"
_CONTACT = "{contact_id:[^/.]+}"
_FIELDS = {"name": str, "groupId": str, "links": list}
_LONGEST_NAME = 255


async def every(request: web.Request, account: Account) -> dict[str, Any]:
    """List all groups."""
    return listed(request, account, "webServiceGroups", [_shown(request, group) for group in account.groups.values()])


async def create(request: web.Request, account: Account) -> dict[str, Any]:
    """Create a group; the vendor chooses its id."""
    group = Group(group_id=account.new_id(), name=await _read_name(request))
    account.groups[group.group_id] = group
    return _shown(request, group)


async def get(request: web.Request, account: Account) -> dict[str, Any]:
    """Show one group, without its members."""
    return _shown(request, _named(request, account))


async def update(request: web.Request, account: Account) -> dict[str, Any]:
    """Rename a group."""
    group = _named(request, account)
    group.name = await _read_name(request, group.group_id)
    return _shown(request, group)


async def delete(request: web.Request, account: Account) -> object:
    """Delete a group, not its contacts."""
    del account.groups[_named(request, account).group_id]
    return NOTHING


async def add_member(request: web.Request, account: Account) -> object:
    """Add a contact to a group."""
    _named(request, account).members.add(_contact(request, account))
    return NOTHING


async def remove_member(request: web.Request, account: Account) -> object:
    """Remove a contact from a group."""
    _named(request, account).members.discard(_contact(request, account))
    return NOTHING


async def _read_name(request: web.Request, key: str | None = None) -> str:
    fields = await read_fields(request, _FIELDS)
    require(fields, "name")
    if key and fields["groupId"] not in (None, "", key):
        raise Refusal(400, "groupId is another group's")
    name: str = fields["name"]
    if len(name) > _LONGEST_NAME:
        raise Refusal(400, f"name is longer than {_LONGEST_NAME} characters")
    return name


def _named(request: web.Request, account: Account) -> Group:
    group = account.groups.get(request.match_info["group_id"])
    if group is None:
        raise Refusal(404, "Group not found")
    return group


def _contact(request: web.Request, account: Account) -> str:
    key = request.match_info["contact_id"]
    if key not in account.contacts:
        raise Refusal(404, "Contact not found")
    return key


def _shown(request: web.Request, group: Group) -> dict[str, Any]:
    return {
        "groupId": group.group_id,
        "name": group.name,
        "links": [link(request, "self", f"groups/{group.group_id}")],
    }


ROUTES = (
    Route("GET", "groups/all", every, "webServiceGroups", query=PAGE),
    Route("POST", "groups/create", create, "webServiceGroup", status=201),
    Route("GET", _ONE, get, "webServiceGroup"),
    Route("POST", _ONE, update, "webServiceGroup"),
    Route("DELETE", _ONE, delete, "void", status=204),
    Route("GET POST", f"{_ONE}/addContact/{_CONTACT}", add_member, "void"),
    Route("GET POST", f"{_ONE}/removeContact/{_CONTACT}", remove_member, "void"),
)
