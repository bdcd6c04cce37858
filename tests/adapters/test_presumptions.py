"""What adapters presume, checked at an account where it is not so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from smsgate import Answer, Provider, Request
from smsgate.adapter.registry import adapter_named
from smsgate.config import Config
from smsgate.testing import StubTransport, answer

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "bulksms": {"token_id": "an-id", "token_secret": "a-secret"},
    "salesbox": {"token": "a-token", "rate": "unlimited"},
    "salesmsg": {"token": "a-token", "team_id": 1, "rate": "unlimited"},
    "telnyx": {"api_key": "a-key"},
    "twilio": {"account_sid": f"AC{'5' * 32}", "auth_token": "a-token"},
    "vonage": {"api_key": "a-key", "api_secret": "a-secret", "rate": "unlimited"},
    "zoomconnect": {"email": "a@example.com", "token": "a-token"},
}
NOW = datetime.now(UTC)

Says = Callable[[Request], Answer]


def checked(vendor: str, words: str, says: Says) -> bool | None:
    """Check the one fact that is worded so, at a vendor that answers so."""
    config = Config.from_mapping({"providers": {"main": {"adapter": vendor, **SETTINGS[vendor]}}})
    adapter = adapter_named(vendor)(config.accounts["main"].settings, provider="main")
    [presumption] = [each for each in adapter.presumptions() if words in each.text]
    assert presumption.check is not None
    return Provider("main", adapter, StubTransport(says)).converse("check", presumption.check())


def always(body: object) -> Says:
    return lambda _: answer(200, body)


def at(minutes: float) -> str:
    return f"{NOW + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S+00:00}"


def bulksms(*dates: str, status: str = "DELIVERED") -> Says:
    sent = {"type": "SENT", "status": {"type": status}, "to": "27821234567"}
    return always([{"id": str(place), **sent, "submission": {"date": date}} for place, date in enumerate(dates)])


def twilio(*dates: str) -> Says:
    each = {"direction": "outbound-api", "status": "sent"}
    return always({"messages": [{"sid": date, **each, "date_created": date} for date in dates]})


def salesbox(*ids: str, total: int, created: Mapping[str, str] = {}) -> Says:
    messages = [{"id": each, "status": "sent", "createdAt": created.get(each)} for each in ids]
    return always({"total": total, "textMessages": messages})


def zoomconnect(**message: object) -> Says:
    return always({"webServiceMessages": [{"messageId": "1", "messageType": "OUTBOUND", **message}]})


def repeating(_: Request) -> Answer:
    link = {"rel": "next", "href": "https://www.zoomconnect.com/x?page=2"}
    return answer(200, {"webServiceContacts": [{"contactId": "1"}], "links": [link]})


def not_found(found: Says) -> Says:
    return lambda request: answer(404, {}) if request.ids else found(request)


def no_search(request: Request) -> Answer:
    contacts: list[dict[str, Any]] = [{"id": 1, "number": "+13125550001"}]
    asked = str(request.json or "") + str(request.query)
    return answer(200, {"results": [] if "13125550001" in asked else contacts})


NOT_SO = {
    "bulksms order": ("bulksms", "goes on with older ones", bulksms(at(-9), at(-1))),
    "bulksms status": ("bulksms", "words of a message's status", bulksms(at(-1), status="DREAMT")),
    "twilio order": (
        "twilio",
        "begins with the newest",
        twilio("Mon, 16 Aug 2010 03:45:01 +0000", "Tue, 17 Aug 2010 03:45:01 +0000"),
    ),
    "salesbox first page": ("salesbox", "first page of a list is number 1", salesbox(total=7)),
    "salesbox order": (
        "salesbox",
        "puts the newest message first",
        salesbox("1", "2", total=2, created={"1": at(-9), "2": at(-1)}),
    ),
    "salesbox shape": ("salesbox", "one of the shapes", always({"textMessages": "none of ours"})),
    "salesbox id": ("salesbox", "found by its id", not_found(salesbox("1", total=1))),
    "salesmsg search": ("salesmsg", "finds a number in its E.164 form", no_search),
    "zoomconnect zone": ("zoomconnect", "zone of the setting time_zone", zoomconnect(dateTimeSent=at(120))),
    "zoomconnect status": ("zoomconnect", "words of a message's status", zoomconnect(messageStatus="DREAMT")),
    "zoomconnect links": ("zoomconnect", "continue at a link next", repeating),
    "zoomconnect id": ("zoomconnect", "found by its messageId", not_found(zoomconnect())),
    "telnyx id": (
        "telnyx",
        "uuid is the message's id",
        not_found(always({"data": [{"uuid": "1", "direction": "outbound", "status": "delivered"}]})),
    ),
    "vonage records": ("vonage", "can be read with this key", always({"records": [{"from": "27600000000"}]})),
}


@pytest.mark.parametrize("name", NOT_SO)
def test_a_fact_that_is_not_so_is_seen(name: str) -> None:
    assert checked(*NOT_SO[name]) is False


EMPTY = {
    "bulksms": [],
    "salesbox": {"total": 0, "textMessages": []},
    "salesmsg": {"results": []},
    "telnyx": {"data": []},
    "twilio": {"messages": []},
    "vonage": {"records": []},
    "zoomconnect": {},
}


@pytest.mark.parametrize("vendor", EMPTY)
def test_an_account_without_anything_shows_nothing(vendor: str) -> None:
    config = Config.from_mapping({"providers": {"main": {"adapter": vendor, **SETTINGS[vendor]}}})
    adapter = adapter_named(vendor)(config.accounts["main"].settings, provider="main")
    provider = Provider("main", adapter, StubTransport(always(EMPTY[vendor])))
    checks = [each.check for each in adapter.presumptions() if each.check is not None]
    assert {provider.converse("check", check()) for check in checks} == {None}
