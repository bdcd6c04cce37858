"""A result is read back as what it was, also where a plug-in has errors of its own."""

from __future__ import annotations

import pytest

from smsgate import RejectedError
from tests.plain_adapter import Line, gateway, message


class BlocklistedError(RejectedError):
    """A plug-in's own."""


def test_a_stored_refusal_of_a_plug_ins_own_kind_is_a_refusal(path: str) -> None:
    line = Line(BlocklistedError("on a list"))
    with gateway(path, line) as opened:
        for kind in (BlocklistedError, RejectedError):
            with pytest.raises(RejectedError, match="on a list") as raised:
                opened.send(message(key="k"))
            assert type(raised.value) is kind
    assert len(line.requests) == 1
