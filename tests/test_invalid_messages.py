"""What is no Message is refused with a TypeError that names its type."""

from __future__ import annotations

from typing import Any

import pytest

from smsgate.model.result import SendResult
from tests.plain_adapter import OK, Line, gateway, message


@pytest.mark.parametrize("foreign", [None, "hi", {"to": "+27821234567"}])
def test_what_is_no_message_is_named(foreign: Any) -> None:
    with (
        gateway(None, Line(lambda _: OK)) as opened,
        pytest.raises(TypeError, match=f"^send takes a Message, got {type(foreign).__name__}$"),
    ):
        opened.send(foreign)


def test_what_was_read_before_a_foreign_object_is_given_first() -> None:
    foreign: Any = None
    results: list[SendResult] = []
    with gateway(None, Line(lambda _: OK)) as opened:
        given = opened.send_bulk([message("a"), message("b"), foreign])
        with pytest.raises(TypeError, match=r"^send_bulk takes Messages, got NoneType$"):
            results.extend(given)
    assert [result.message.text for result in results] == ["a", "b"]
