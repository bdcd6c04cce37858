"""What is no Message is refused with a TypeError that names its type."""

from __future__ import annotations

from typing import Any

import pytest

from smsgate import RefusedRow
from tests.plain_adapter import OK, Line, gateway, message


@pytest.mark.parametrize("foreign", [None, "hi", {"to": "+27821234567"}])
def test_what_is_no_message_is_named(foreign: Any) -> None:
    with (
        gateway(None, Line(lambda _: OK)) as opened,
        pytest.raises(TypeError, match=f"^send takes a Message or a Plan, got {type(foreign).__name__}$"),
    ):
        opened.send(foreign)


def test_a_foreign_object_among_messages_is_a_refused_row() -> None:
    foreign: Any = None
    with gateway(None, Line(lambda _: OK)) as opened:
        *sent, refused = opened.send_bulk([message("a"), message("b"), foreign])
    assert [result.message.text for result in sent] == ["a", "b"]
    assert isinstance(refused, RefusedRow)
    assert str(refused.error) == "row 3 is NoneType; give a Message, a pair (to, text) or a mapping"
