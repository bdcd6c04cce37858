"""Integer keys: no two requests to a vendor have the same one, also when a bulk call is divided."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import Accepted, RejectedError, Submission, bulk_number
from smsgate.model.submission import LARGEST_KEY, LARGEST_NUMBER
from smsgate.transport.division import Submitted
from tests.blocking_core import submit_divided


@given(size=st.integers(2, 40), bad=st.sets(st.integers(0, 39)), first=st.integers(1, LARGEST_NUMBER - 40))
def test_each_part_of_a_divided_call_has_a_key_of_its_own(size: int, bad: set[int], first: int) -> None:
    submissions = [Submission.new(number) for number in range(first, first + size)]
    keys: list[int | None] = []
    ids = count(1)

    def refuses(part: Sequence[Submission]) -> bool:
        return any((each.number or 0) - first in bad for each in part)

    def call(part: Sequence[Submission]) -> Sequence[Submitted] | RejectedError:
        keys.append(bulk_number(part))
        return RejectedError("Bad request") if refuses(part) else [Accepted(message_id=str(next(ids))) for _ in part]

    def alone(submission: Submission) -> Submitted:
        keys.append(submission.number)
        return RejectedError("Bad request") if refuses([submission]) else Accepted(message_id=str(next(ids)))

    submit_divided(submissions, call, alone)
    assert len({*keys}) == len(keys)
    assert all(key is not None and 0 < key <= LARGEST_KEY for key in keys)


@pytest.mark.parametrize("number", [1, LARGEST_NUMBER, LARGEST_NUMBER + 1, LARGEST_KEY])
def test_the_key_of_a_bulk_call_fits_32_bits_with_a_sign(number: int) -> None:
    key = bulk_number([Submission.new(number)])
    assert key is not None
    assert LARGEST_NUMBER < key <= LARGEST_KEY


def test_without_a_journal_a_bulk_call_has_no_integer_key() -> None:
    assert bulk_number([Submission.new(), Submission.new()]) is None
