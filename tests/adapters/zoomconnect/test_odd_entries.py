"""A reply in which a field that decides nothing has a wrong type is still a reply: it may be a STOP."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from smsgate.testing import answer
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings

STOP = {"messageId": "17", "messageType": "INBOUND", "message": "STOP", "fromNumber": "+27821234567"}
ODD: list[dict[str, object]] = [
    {"campaign": []},
    {"numberOfMessages": "one"},
    {"read": "true"},
    {"repliedToMessage": "16"},
    {"campaign": 5},
    {"creditCost": "1.00"},
    {"messageId": 17},
    {"fromNumber": 27821234567},
    {"toNumber": 27821234568},
]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_zoom_connect_reads_a_stop_whose_other_fields_have_wrong_types(odd: dict[str, object]) -> None:
    adapter = ZoomConnect(ZoomConnectSettings(email="a@example.com", token="t"), provider="zoom")
    asking = adapter.list_replies(datetime.now(UTC), None)
    next(asking)
    with pytest.raises(StopIteration) as end:
        asking.send(answer(200, {"webServiceMessages": [{**STOP, **odd}], "totalPages": 1}))
    (reply,) = end.value.value.items
    assert (reply.message_id, reply.sender, reply.text) == ("17", "+27821234567", "STOP")
