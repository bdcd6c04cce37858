"""Conversations of teams and contacts: `conversations/..`."""

from collections.abc import Callable
from typing import Any

from smsgate_salesmsg_sandbox import shapes
from smsgate_salesmsg_sandbox.account import Account
from smsgate_salesmsg_sandbox.answers import invalid, refusal
from smsgate_salesmsg_sandbox.records import Conversation, Line
from smsgate_salesmsg_sandbox.requests import flag, moment, one_of, text, whole
from smsgate_salesmsg_sandbox.routes import Call, Route

_ONE = "conversations/{conversation:[0-9]+}"
_LIMIT = 20

_FILTERS: dict[str, Callable[[Account, Conversation], bool]] = {
    "open": lambda _, one: one.closed is None,
    "closed": lambda _, one: one.closed is not None,
    "unread": lambda account, one: any(message.inbound for message in account.messages_of(one)),
    "assigned": lambda *_: True,
    "unassigned": lambda *_: False,
    "outbound": lambda account, one: not any(message.inbound for message in account.messages_of(one)),
    "optout": lambda _, one: one.contact.opt_out is not None,
    "nocalls": lambda *_: True,
}


async def open_one(call: Call) -> dict[str, Any]:
    """Create a conversation, or return the existing one, which keeps its number whichever is asked for."""
    fields = await call.fields(
        {"contact_id": whole(required=True), "team_id": whole(required=True), "number_id": whole()}
    )
    contact = call.account.contacts.get(fields["contact_id"])
    if contact is None:
        raise invalid({"contact_id": ["The selected contact id is invalid."]})
    conversation = call.account.conversation_with(
        contact, line_of(call.account, fields["team_id"], fields["number_id"])
    )
    shown = shapes.conversation(call.account, conversation)
    # The capital letter is the vendor's: its example of this answer has it.
    return shown | {"Recent_message": shown.pop("recent_message")}


async def every(call: Call) -> object:
    """List conversations, as a bare array or grouped."""
    fields = call.query(
        {"filter": one_of(*_FILTERS), "limit": whole(most=100), "offset": whole(least=0), "query": text()}
        | {"contact_id": whole(), "before": moment(), "after": moment(), "grouped_response": flag()}
    )
    account = call.account
    passes = _FILTERS[fields["filter"]] if fields["filter"] else lambda *_: True
    term = (fields["query"] or "").casefold()
    found = [
        one
        for one in reversed(account.conversations.values())
        if passes(account, one)
        and fields["contact_id"] in (None, one.contact.contact_id)
        and term in f"{one.contact.full_name} {one.contact.number.e164}".casefold()
        and (fields["after"] is None or (one.last_message or one.started) > fields["after"])
        and (fields["before"] is None or (one.last_message or one.started) < fields["before"])
    ]
    start = fields["offset"] or 0
    shown = [shapes.conversation(account, one) for one in found[start : start + (fields["limit"] or _LIMIT)]]
    return {"data": {"conversations": shown}} if fields["grouped_response"] else shown


async def get(call: Call) -> dict[str, Any]:
    """Show one conversation."""
    call.query({})
    return shapes.conversation(call.account, named(call))


async def close(call: Call) -> dict[str, Any]:
    """Close a conversation; the next message opens it again."""
    call.query({})
    conversation = named(call)
    conversation.closed = call.account.now()
    return shapes.conversation(call.account, conversation)


async def reopen(call: Call) -> dict[str, Any]:
    """Open a closed conversation."""
    call.query({})
    conversation = named(call)
    conversation.closed = None
    return shapes.conversation(call.account, conversation)


def named(call: Call) -> Conversation:
    """Return the conversation that the path names."""
    conversation = call.account.conversations.get(call.id("conversation"))
    if conversation is None:
        raise refusal(404, "Conversation not found")
    return conversation


def line_of(account: Account, team_id: int, number_id: int | None = None) -> Line:
    """Return a number of a team, its first unless one is named."""
    if team_id not in account.teams:
        raise invalid({"team_id": ["The selected team id is invalid."]})
    if number_id is None:
        return account.first_line(team_id)
    line = account.lines.get(number_id)
    if line is None or line.team_id != team_id:
        raise invalid({"number_id": ["The selected number id is invalid."]})
    return line


# The walkthroughs' POST conversations/{id}/send and GET conversations/{id}/messages are missing on purpose:
# the first was seen to answer 404, and neither has a worked example.
ROUTES = (
    Route("POST", "conversations", open_one, "conversations:write"),
    Route("GET", "conversations", every, "conversations:read"),
    Route("GET", _ONE, get, "conversations:read"),
    Route("PUT", f"{_ONE}/close", close, "conversations:write"),
    Route("PUT", f"{_ONE}/open", reopen, "conversations:write"),
)
