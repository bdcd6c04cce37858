"""What a file keeps of an account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

from smsgate.sandbox import read
from smsgate_salesbox_sandbox.records import Contact, TextMessage

_DATES = ("startDate", "endDate")


@frozen
class SavedCampaign:
    """A campaign, with the ids of its contacts."""

    campaign_id: int
    fields: dict[str, Any]
    created: datetime
    modified: datetime | None
    members: list[int]


@frozen
class SavedAccount:
    """An account; the next ids are those of a text, a contact and a campaign. Then come two counters."""

    next_ids: tuple[int, int, int]
    messages: list[TextMessage]
    contacts: list[Contact]
    campaigns: list[SavedCampaign]
    requests: int
    blocked: int


def saved_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a campaign as JSON has them: two are dates."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()}


def restored_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a campaign. ValueError for a date that is none, or a campaign without a name."""
    texts = {name: read(value, str) for name, value in fields.items() if name not in _DATES}
    dates = {name: read(fields[name], datetime) for name in _DATES if name in fields}
    if not {"name", "status"} <= texts.keys():
        raise ValueError("a campaign has no name or status")
    return {**texts, **dates}
