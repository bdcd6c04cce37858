"""Which of many cases `make test` plays with which transport."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from _pytest.mark import ParameterSet

from tests.transport.http.vendor import TRANSPORTS


def by_turns(cases: Sequence[ParameterSet]) -> list[ParameterSet]:
    """Return each case with each transport, which comes first; `make test` plays one of the two, `make slow` the other.

    Cases differ by what has two values first, then by what has more: no transport always gets the same value.
    """
    return [
        pytest.param(
            transport,
            *case.values,
            id=f"{case.id}-{transport}",
            marks=[*case.marks, *([pytest.mark.slow] if (number + number // 2 + number // 4 + turn) % 2 else [])],
        )
        for number, case in enumerate(cases)
        for turn, transport in enumerate(TRANSPORTS)
    ]
