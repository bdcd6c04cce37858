from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox

Ask = Callable[..., requests.Response]

SAST = timezone(timedelta(hours=2))
NEW = {
    "firstName": "Ann",
    "lastName": "Ek",
    "emailAddress": "ann@example.com",
    "contactNumber": "0821234567",
    "password": "obviously fake",
}


@pytest.fixture
def user_id(ask: Ask) -> int:
    return int(ask("PUT", "account/user", json=NEW).json()["userId"])


def test_put_creates_a_user_and_never_shows_the_password(ask: Ask) -> None:
    created = ask("PUT", "account/user", json=NEW | {"company": "Acme", "creditBalance": 500, "userId": 77})
    assert created.status_code == 201
    assert created.json() == NEW | {"userId": 2, "company": "Acme", "creditBalance": 0.0, "password": None}
    assert ask("GET", "account/user/2").json() == created.json()


@pytest.mark.parametrize("name", NEW)
def test_a_user_needs_names_address_number_and_password(name: str, ask: Ask) -> None:
    answer = ask("PUT", "account/user", json=NEW | {name: ""})
    assert (answer.status_code, answer.json()["message"]) == (400, f"{name} is required")


def test_a_user_needs_an_address_of_its_own_and_a_valid_number(ask: Ask, user_id: int) -> None:
    assert user_id == 2
    assert ask("PUT", "account/user", json=NEW).status_code == 400
    other = NEW | {"emailAddress": "bea@example.com", "contactNumber": "12"}
    assert ask("PUT", "account/user", json=other).json()["code"] == 2


def test_users_are_found_by_address(ask: Ask, user_id: int) -> None:
    def found(address: str) -> list[int]:
        answer = ask("GET", "account/user", params={"searchEmail": address}).json()
        return [user["userId"] for user in answer["webServiceUserList"]]

    assert found("ann@example.com") == [user_id]
    assert found("sandbox@example.com") == [1]
    assert found("nobody@example.com") == []
    assert ask("GET", "account/user").status_code == 400


def test_post_updates_names_number_and_password_and_blanks_what_is_left_out(ask: Ask, user_id: int) -> None:
    body = {"firstName": "Bea", "contactNumber": "0831234567", "emailAddress": "new@example.com", "company": "New"}
    answer = ask("POST", f"account/user/{user_id}", json=body)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "userId": user_id,
            "emailAddress": "ann@example.com",
            "firstName": "Bea",
            "lastName": None,
            "contactNumber": "0831234567",
            "company": None,
            "creditBalance": 0.0,
            "password": None,
        },
    )
    assert ask("POST", f"account/user/{user_id}", json={"contactNumber": "12"}).json()["code"] == 2


@pytest.mark.parametrize("user_id", ["99", "9" * 18, "9" * 30, "x", "-1"])
def test_a_user_that_does_not_exist_is_not_found(user_id: str, ask: Ask) -> None:
    assert ask("GET", f"account/user/{user_id}").status_code == 404
    assert ask("POST", f"account/user/{user_id}", json={}).status_code == 404


def test_credit_is_transferred(ask: Ask, user_id: int) -> None:
    body = {
        "transferFromEmailAddress": "sandbox@example.com",
        "transferToEmailAddress": "ann@example.com",
        "numberOfCreditsToTransfer": 250,
    }
    answer = ask("POST", "account/transfer", json=body)
    assert (answer.status_code, answer.json()["userId"], answer.json()["creditBalance"]) == (200, 1, 999_750.0)
    assert ask("GET", f"account/user/{user_id}").json()["creditBalance"] == 250
    assert ask("GET", "account/balance").json()["creditBalance"] == 999_750


@pytest.mark.usefixtures("user_id")
@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"numberOfCreditsToTransfer": 0}, 400),
        ({"numberOfCreditsToTransfer": -5}, 400),
        ({"numberOfCreditsToTransfer": 1.5}, 400),
        ({"numberOfCreditsToTransfer": "5"}, 400),
        ({"numberOfCreditsToTransfer": None}, 400),
        ({"numberOfCreditsToTransfer": 2_000_000}, 400),
        ({"transferToEmailAddress": ""}, 400),
        ({"transferToEmailAddress": "nobody@example.com"}, 404),
    ],
)
def test_a_transfer_that_cannot_be_made_moves_nothing(wrong: dict[str, Any], status: int, ask: Ask) -> None:
    body = {
        "transferFromEmailAddress": "sandbox@example.com",
        "transferToEmailAddress": "ann@example.com",
        "numberOfCreditsToTransfer": 1,
    }
    assert ask("POST", "account/transfer", json=body | wrong).status_code == status
    assert ask("GET", "account/balance").json()["creditBalance"] == 1_000_000


@pytest.fixture
def campaign(send: Ask, sandbox: Sandbox) -> None:
    for number in ("+27821234567", "+27820002001", "+27820002002", "+27820002003"):
        send(number, "x" * 161, campaign="spring")
    sandbox.advance(timedelta(minutes=1))
    sandbox.receive("zoomconnect", "+27821234567", "thanks")
    send()


def _counts(delivered: float, failed: float, optout: float, refunded: float, sent: float) -> dict[str, float]:
    return {
        "delivered": delivered,
        "failed": failed,
        "failedOptout": optout,
        "failedRefunded": refunded,
        "sent": sent,
        "total": delivered + failed + optout + refunded + sent,
    }


@pytest.mark.usefixtures("campaign")
def test_statistics_count_messages_by_campaign(ask: Ask) -> None:
    answer = ask("GET", "account/statistics").json()
    assert answer["showingCreditValue"] is False
    assert answer["grandTotal"] == _counts(1, 1, 0, 0, 1)
    (user,) = answer["users"]
    assert (user["user"]["emailAddress"], user["total"]) == ("sandbox@example.com", answer["grandTotal"])
    assert user["campaigns"] == [
        {"campaign": None, "statistics": _counts(0, 0, 0, 0, 1)},
        {"campaign": "spring", "statistics": _counts(1, 1, 0, 0, 0)},
    ]


@pytest.mark.usefixtures("campaign")
@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ({"includeRefundedAndOptout": "true"}, _counts(1, 1, 1, 1, 1)),
        ({"calculateCreditValue": "true"}, _counts(2, 2, 0, 0, 1)),
        ({"campaign": "spring"}, _counts(1, 1, 0, 0, 0)),
        ({"campaign": "summer"}, _counts(0, 0, 0, 0, 0)),
        ({"userEmailAddress": "sandbox@example.com"}, _counts(1, 1, 0, 0, 1)),
        ({"to": "01-01-2020"}, _counts(0, 0, 0, 0, 0)),
        ({"from": "01-01-2098", "to": "31-12-2098"}, _counts(0, 0, 0, 0, 0)),
    ],
)
def test_statistics_are_narrowed_by_the_query(query: dict[str, str], counts: dict[str, float], ask: Ask) -> None:
    assert ask("GET", "account/statistics", params=query).json()["grandTotal"] == counts


@pytest.mark.usefixtures("campaign", "user_id")
def test_a_sub_account_has_sent_nothing(ask: Ask) -> None:
    answer = ask("GET", "account/statistics", params={"userEmailAddress": "ann@example.com"}).json()
    assert answer["grandTotal"] == _counts(0, 0, 0, 0, 0)
    assert [user["user"]["emailAddress"] for user in answer["users"]] == ["ann@example.com"]


def test_the_last_day_of_the_statistics_counts(send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    send()
    today = sandbox.texts[0].at.astimezone(SAST).strftime("%d-%m-%Y")
    answer = ask("GET", "account/statistics", params={"from": today, "to": today}).json()
    assert answer["grandTotal"]["total"] == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"from": "2026-01-01"}, 400),
        ({"to": "20260101"}, 400),
        ({"calculateCreditValue": "yes"}, 400),
        ({"userEmailAddress": "nobody@example.com"}, 404),
    ],
)
def test_a_question_about_statistics_must_be_as_documented(wrong: dict[str, str], status: int, ask: Ask) -> None:
    assert ask("GET", "account/statistics", params=wrong).status_code == status
