from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from smsgate.sandbox import Fault, Sandbox, magic
from smsgate_salesbox_sandbox import Salesbox, Variants

Ask = Callable[..., requests.Response]

NUMBER = "+12019772861"
REFUSED = next(number for number, fault in magic.FAULTS.items() if fault is Fault.REFUSE_NUMBER)


@contextmanager
def _speaking(variants: Variants) -> Iterator[Ask]:
    """Serve one variant with a draft in it, whose id is 70001."""
    with Sandbox(vendors=[Salesbox(variants)]) as sandbox, requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {sandbox.credentials('salesbox')['token']}"

        def ask(method: str, path: str, **options: Any) -> requests.Response:
            return session.request(method, f"{sandbox.url('salesbox')}/{path}", timeout=10, **options)

        yield ask


def _draft(ask: Ask, recipient: str = NUMBER) -> requests.Response:
    return ask("POST", "text-messages/new", json={"recipient": recipient, "content": "x"})


def _shape(value: Any) -> Any:
    """Return an answer with each message replaced by its id."""
    if isinstance(value, dict):
        return value["id"] if "content" in value else {name: _shape(item) for name, item in value.items()}
    return [_shape(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("variants", "filled", "empty"),
    [
        (Variants(), {"total": 1, "textMessages": [70001]}, {"total": 0, "textMessages": []}),
        (Variants(total="text"), {"total": "1", "textMessages": [70001]}, {"total": "0", "textMessages": []}),
        (Variants(total="none"), {"textMessages": [70001]}, {"textMessages": []}),
        (Variants(lists="keyed"), {"total": 1, "textMessages": {"70001": 70001}}, {"total": 0, "textMessages": []}),
        (Variants(lists="data"), {"total": 1, "data": [70001]}, {"total": 0, "data": []}),
        (Variants(lists="bare"), [70001], []),
        (
            Variants(envelope=True),
            {"status": "success", "data": {"total": 1, "textMessages": [70001]}},
            {"status": "success", "data": {"total": 0, "textMessages": []}},
        ),
        (
            Variants(envelope=True, lists="data"),
            {"status": "success", "total": 1, "data": [70001]},
            {"status": "success", "total": 0, "data": []},
        ),
        (
            Variants(envelope=True, lists="keyed", total="text"),
            {"status": "success", "data": {"total": "1", "textMessages": {"70001": 70001}}},
            {"status": "success", "data": {"total": "0", "textMessages": []}},
        ),
    ],
)
def test_a_list_has_the_shape_that_was_chosen(variants: Variants, filled: object, empty: object) -> None:
    with _speaking(variants) as ask:
        assert ask("GET", "text-messages").json() == empty
        _draft(ask)
        assert _shape(ask("GET", "text-messages").json()) == filled


def test_contacts_and_campaigns_are_listed_in_the_same_shape() -> None:
    with _speaking(Variants(lists="keyed", envelope=True)) as ask:
        contact = ask("POST", "contacts/new", json={"name": "x"}).json()["data"]["contact"]
        campaign = ask("POST", "campaigns/new", json={"name": "x"}).json()["data"]["campaign"]
        assert ask("GET", "contacts").json()["data"]["contacts"] == {"8001": contact}
        assert ask("GET", "campaigns").json()["data"]["campaigns"] == {"501": campaign}
        ask("POST", "campaigns/501/contact/8001/add")
        assert ask("GET", "campaigns/501/contacts").json()["data"] == {"total": 1, "contacts": {"8001": contact}}


def test_an_envelope_is_around_every_success_and_no_error() -> None:
    with _speaking(Variants(envelope=True)) as ask:
        assert _shape(_draft(ask).json()) == {"status": "success", "data": {"textMessage": 70001}}
        assert _shape(ask("GET", "text-messages/70001").json()) == {"status": "success", "data": {"textMessage": 70001}}
        assert _shape(ask("POST", "text-messages/70001/send").json())["data"] == {"textMessage": 70001}
        assert list(ask("GET", "text-messages/7").json()) == ["error"]


@pytest.mark.parametrize("status", [200, 201])
def test_a_creation_answers_with_the_status_that_was_chosen(status: Any) -> None:
    with _speaking(Variants(created=status)) as ask:
        assert _draft(ask).status_code == status


@pytest.mark.parametrize(("deleted", "status", "length"), [("empty", 200, 0), ("none", 204, 0)])
def test_a_deletion_may_answer_with_nothing(deleted: Any, status: int, length: int) -> None:
    with _speaking(Variants(deleted=deleted)) as ask:
        _draft(ask)
        answer = ask("DELETE", "text-messages/70001/delete")
        assert (answer.status_code, len(answer.content)) == (status, length)
        assert ask("GET", "text-messages/70001").status_code == 404


def test_errors_may_come_as_a_list() -> None:
    with _speaking(Variants(errors="many")) as ask:
        answer = ask("GET", "text-messages/7")
        error = {"code": 404, "message": "Text message not found", "details": [], "type": "not_found"}
        assert (answer.status_code, answer.json()) == (404, {"errors": [error]})
        unauthorized = ask("GET", "text-messages/7", headers={"Authorization": "Bearer x"})
        assert unauthorized.json()["errors"][0]["code"] == 401


def test_a_send_may_answer_with_an_object_of_its_own() -> None:
    with _speaking(Variants(sent="success")) as ask:
        _draft(ask)
        answer = ask("POST", "text-messages/70001/send").json()
        assert answer == {"success": True, "status": "queued", "result": {}, "errors": []}


def test_a_send_may_fail_with_200() -> None:
    with _speaking(Variants(fails_with_200=True)) as ask:
        _draft(ask, REFUSED)
        answer = ask("POST", "text-messages/70001/send")
        problem = "The recipient is not a valid phone number"
        assert answer.status_code == 200
        assert answer.json() == {"success": False, "status": "failed", "result": {}, "errors": [problem]}
        assert ask("GET", "text-messages/70001").json()["textMessage"]["status"] == "draft"


def test_a_scheduled_message_may_show_as_a_draft() -> None:
    with _speaking(Variants(scheduled="draft")) as ask:
        fields = {"recipient": NUMBER, "content": "x", "scheduledFor": "2099-01-01T00:00:00Z"}
        assert ask("POST", "text-messages/new", json=fields).json()["textMessage"]["status"] == "draft"
