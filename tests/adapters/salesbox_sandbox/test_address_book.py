from collections.abc import Callable
from typing import Any

import pytest
import requests

from smsgate.sandbox import Sandbox

Ask = Callable[..., requests.Response]


def _make(ask: Ask, kind: str, **fields: Any) -> int:
    return int(ask("POST", f"{kind}s/new", json=fields).json()[kind]["id"])


def test_a_contact_has_exactly_the_documented_properties(ask: Ask) -> None:
    fields = {"name": "Ann", "email": "a@example.com", "phone": "+12019772861", "company": "A", "title": "Dr"}
    key = _make(ask, "contact", **fields)
    shown = ask("GET", f"contacts/{key}").json()["contact"]
    assert shown == {"id": key, **fields, "createdAt": shown["createdAt"], "modifiedAt": None}


def test_an_edit_of_a_contact_keeps_what_it_does_not_name(ask: Ask) -> None:
    key = _make(ask, "contact", name="Ann", phone="+12019772861")
    edited = ask("PATCH", f"contacts/{key}/edit", json={"name": "Anna"}).json()["contact"]
    assert (edited["name"], edited["phone"], edited["company"]) == ("Anna", "+12019772861", None)
    assert edited["modifiedAt"] is not None
    assert ask("GET", f"contacts/{key}").json()["contact"] == edited


def test_contacts_are_searched_sorted_and_paged(ask: Ask) -> None:
    ann, ben, cid = (_make(ask, "contact", name=name, company=f"of {name}") for name in ("Ann", "Ben", "Cid"))
    nameless = _make(ask, "contact", phone="+12019772861")

    def listed(**query: Any) -> list[int]:
        return [one["id"] for one in ask("GET", "contacts", params=query).json()["contacts"]]

    assert listed() == [ann, ben, cid, nameless]
    assert listed(orderBy="name", orderByDir="desc") == [cid, ben, ann, nameless]
    assert listed(search="OF B") == [ben]
    assert listed(page=2, limit=3) == [nameless]


def test_a_deleted_contact_is_gone_from_its_campaigns_too(ask: Ask, sandbox: Sandbox) -> None:
    contact, campaign = _make(ask, "contact", name="Ann"), _make(ask, "campaign", name="x")
    ask("POST", f"campaigns/{campaign}/contact/{contact}/add")
    assert ask("DELETE", f"contacts/{contact}/delete").json()["contact"]["id"] == contact
    assert ask("GET", f"contacts/{contact}").status_code == 404
    assert sandbox.members("salesbox", str(campaign)) == frozenset()


@pytest.mark.parametrize("fields", [{}, {"name": ""}, {"name": 7}, {"firstname": "Ann"}])
def test_a_wrong_contact_is_refused(ask: Ask, fields: dict[str, Any]) -> None:
    assert ask("POST", "contacts/new", json=fields).status_code == 400


def test_a_campaign_has_exactly_the_documented_properties(ask: Ask) -> None:
    fields = {"name": "x", "description": "y", "type": "sms", "status": "active"}
    dates = {"startDate": "2024-01-15T10:00:00+00:00", "endDate": "2024-01-15T10:00:00-03:00"}
    key = _make(ask, "campaign", **fields, **dates)
    shown = ask("GET", f"campaigns/{key}").json()["campaign"]
    assert shown == {
        "id": key,
        **fields,
        "createdAt": shown["createdAt"],
        "modifiedAt": None,
        "startDate": "2024-01-15T10:00:00+00:00",
        "endDate": "2024-01-15T13:00:00+00:00",
    }


def test_a_campaign_is_inactive_at_first_edited_listed_and_deleted(ask: Ask) -> None:
    first, second = _make(ask, "campaign", name="First"), _make(ask, "campaign", name="Second", description="about")
    edited = ask("PATCH", f"campaigns/{first}/edit", json={"status": "active"}).json()["campaign"]
    assert (edited["name"], edited["status"]) == ("First", "active")

    def listed(**query: Any) -> list[int]:
        return [one["id"] for one in ask("GET", "campaigns", params=query).json()["campaigns"]]

    assert listed(orderBy="name", orderByDir="desc") == [second, first]
    assert listed(status="active") == [first]
    assert listed(status="inactive") == listed(search="ABOUT") == [second]
    assert listed(status="completed") == []
    assert ask("DELETE", f"campaigns/{first}/delete").status_code == 200
    assert ask("GET", f"campaigns/{first}").status_code == 404


@pytest.mark.parametrize(
    "fields", [{}, {"description": "x"}, {"name": "x", "status": "completed"}, {"name": "x", "startDate": "now"}]
)
def test_a_wrong_campaign_is_refused(ask: Ask, fields: dict[str, Any]) -> None:
    assert ask("POST", "campaigns/new", json=fields).status_code == 400


def test_contacts_are_added_to_a_campaign_once_and_removed(ask: Ask, sandbox: Sandbox) -> None:
    campaign = _make(ask, "campaign", name="x")
    ann, ben = (_make(ask, "contact", name=name) for name in ("Ann", "Ben"))
    for contact in (ann, ann, ben):
        assert ask("POST", f"campaigns/{campaign}/contact/{contact}/add").json() == {"success": 1}
    assert sandbox.members("salesbox", str(campaign)) == {str(ann), str(ben)}
    page = ask("GET", f"campaigns/{campaign}/contacts", params={"limit": 1, "page": 2}).json()
    assert ([one["id"] for one in page["contacts"]], page["total"]) == ([ben], 2)
    for _ in range(2):
        assert ask("POST", f"campaigns/{campaign}/contact/{ann}/remove").json() == {"success": 1}
    assert sandbox.members("salesbox", str(campaign)) == {str(ben)}


def test_only_what_exists_is_added(ask: Ask) -> None:
    campaign, contact = _make(ask, "campaign", name="x"), _make(ask, "contact", name="Ann")
    assert ask("POST", f"campaigns/7/contact/{contact}/add").json()["error"]["message"] == "Campaign not found"
    assert ask("POST", f"campaigns/{campaign}/contact/7/add").json()["error"]["message"] == "Contact not found"


def test_a_campaign_sends_nothing_by_itself(ask: Ask, sandbox: Sandbox) -> None:
    campaign, contact = _make(ask, "campaign", name="x", status="active", type="sms"), _make(ask, "contact", name="Ann")
    ask("POST", f"campaigns/{campaign}/contact/{contact}/add")
    assert (sandbox.texts, sandbox.scheduled) == ((), ())
