"""A status goes forward, in whatever order reports come."""

from itertools import permutations

import pytest

from smsgate import Status

FINAL = {
    Status.DELIVERED,
    Status.UNDELIVERED,
    Status.EXPIRED,
    Status.REJECTED,
    Status.FAILED,
    Status.CANCELLED,
}


def test_the_final_statuses_are_these() -> None:
    assert {status for status in Status if status.is_final} == FINAL


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("told", Status)
def test_a_final_status_stays_but_for_a_late_delivery(status: Status, told: Status) -> None:
    if status in FINAL:
        late = (status, told) == (Status.EXPIRED, Status.DELIVERED)
        assert status.then(told) is (told if late else status)


@pytest.mark.parametrize("status", Status)
def test_telling_it_twice_changes_nothing(status: Status) -> None:
    assert status.then(status) is status


@pytest.mark.parametrize(
    "told",
    [
        (Status.QUEUED, Status.SENT, Status.DELIVERED),
        (Status.SCHEDULED, Status.QUEUED, Status.SENT),
        (Status.SENT, Status.EXPIRED, Status.DELIVERED),
        (Status.SENT, Status.UNKNOWN, Status.FAILED),
        (Status.SENT, Status.UNKNOWN, Status.DELIVERED),
    ],
)
def test_the_order_of_reports_does_not_matter(told: tuple[Status, ...]) -> None:
    for order in permutations(told):
        status = Status.PENDING
        for each in order:
            status = status.then(each)
        assert status is told[-1]
