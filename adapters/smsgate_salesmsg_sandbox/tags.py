"""Tags: `tags/..`; none is ever deleted."""

from typing import Any

from smsgate_salesmsg_sandbox import shapes
from smsgate_salesmsg_sandbox.answers import invalid, refusal
from smsgate_salesmsg_sandbox.contacts import named as named_contact
from smsgate_salesmsg_sandbox.records import Tag
from smsgate_salesmsg_sandbox.requests import text, whole
from smsgate_salesmsg_sandbox.routes import Call, Route

_LABEL = {"label": text(required=True, most=50)}  # the schema's limit; the prose says 15
_MEMBER = "tags/contact/{contact:[0-9]+}/{tag:[0-9]+}"
_PER_PAGE = 10


async def every(call: Call) -> dict[str, Any]:
    """List a page of tags."""
    fields = call.query({"page": whole(), "length": whole(most=100)})
    shown = [shapes.tag(tag) for tag in call.account.tags.values()]
    return shapes.paged(shown, fields["page"] or 1, fields["length"] or _PER_PAGE, surplus=call.service.surplus_pages)


async def create(call: Call) -> dict[str, Any]:
    """Create a tag."""
    label = (await call.fields(_LABEL))["label"]
    _refuse_duplicate(call, label)
    return shapes.tag(call.account.add_tag(label))


async def rename(call: Call) -> dict[str, Any]:
    """Give a tag another label."""
    label = (await call.fields(_LABEL))["label"]
    tag = _named(call)
    if label != tag.label:
        _refuse_duplicate(call, label)
    tag.label, tag.updated = label, call.account.now()
    return shapes.tag(tag)


async def add(call: Call) -> dict[str, Any]:
    """Tag a contact; tagging it twice changes nothing."""
    call.query({})
    named_contact(call).tags.setdefault(_named(call).tag_id, call.account.now())
    return {"type": "success", "message": "Tag added"}


async def remove(call: Call) -> dict[str, Any]:
    """Remove a tag from a contact."""
    call.query({})
    named_contact(call).tags.pop(_named(call).tag_id, None)
    return {"type": "success", "message": "Tag removed"}


def _named(call: Call) -> Tag:
    tag = call.account.tags.get(call.id("tag"))
    if tag is None:
        raise refusal(404, "Tag not found")
    return tag


def _refuse_duplicate(call: Call, label: str) -> None:
    if any(tag.label == label for tag in call.account.tags.values()):
        raise invalid({"label": ["The label has already been taken."]})


ROUTES = (
    Route("GET", "tags", every, "tags:read"),
    Route("POST", "tags", create, "tags:write"),
    Route("PUT", _MEMBER, add, "tags:write"),
    Route("DELETE", _MEMBER, remove, "tags:write"),
    Route("PUT", "tags/{tag:[0-9]+}", rename, "tags:write"),
)
