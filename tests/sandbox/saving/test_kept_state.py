"""A sandbox that is started again with its file continues as if nothing had happened, at each vendor."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from smsgate import Gateway, Message, Provider
from smsgate.model.errors import ConfigError
from smsgate.sandbox import DeliveryOutcome, Fault, Sandbox, Vendor
from smsgate.sandbox.installed import installed_vendors
from smsgate_salesmsg_sandbox import Salesmsg
from tests.sandbox.listener import Listener, listening

PERSON, OTHER = "+27821234567", "+27821234568"
SENDERS = {"telnyx": "+13125550001", "vonage": "27600000000"}
VENDORS = ("bulksms", "salesbox", "salesmsg", "telnyx", "twilio", "vonage", "zoomconnect")
REPORTING = ("bulksms", "telnyx", "twilio", "vonage", "zoomconnect")


def slow_vendors() -> list[Vendor]:
    """Return vendors whose texts take half an hour, so that only the clock delivers one; no token expires."""
    others = [each for each in installed_vendors() if each.name != "salesmsg"]
    slow: list[Vendor] = [type(each)(delivery=timedelta(minutes=30)) for each in others]  # type: ignore[call-arg]
    return [*slow, Salesmsg(delivery=timedelta(minutes=30), token_life=timedelta(days=30))]


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.json"


def started(path: Path) -> Sandbox:
    return Sandbox(vendors=slow_vendors(), state=path)


@pytest.fixture(name="listener")
def _listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@contextmanager
def opened(sandbox: Sandbox, vendor: str) -> Iterator[Provider]:
    account = {**sandbox.credentials(vendor), **sandbox.account(vendor)}
    account |= {"campaigns_as_groups": True} if vendor == "salesbox" else {}
    settings = {"adapter": vendor, "base_url": sandbox.url(vendor), "rate": "unlimited", **account}
    with Gateway.from_mapping({"providers": {"main": settings}}) as gateway:
        yield gateway.provider("main")


def send(sandbox: Sandbox, vendor: str, to: str = PERSON) -> str:
    with opened(sandbox, vendor) as provider:
        message_id = provider.send(Message(to, "Hello", sender=SENDERS.get(vendor))).message_id
    assert message_id is not None
    return message_id


def own(message_id: str) -> str:
    """Return the id that the vendor itself gave; the adapter of Salesmsg puts the conversation before it."""
    return message_id.rpartition(":")[2]


def raw_status(sandbox: Sandbox, vendor: str, message_id: str) -> str | None:
    with opened(sandbox, vendor) as provider:
        return provider.status(message_id).raw_status


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_older_message_is_still_there_and_is_delivered_in_its_time(path: Path, vendor: str) -> None:
    with started(path) as sandbox:
        delivered, ended, waiting = (send(sandbox, vendor, number) for number in (PERSON, OTHER, PERSON))
        sandbox.end(vendor, own(ended), DeliveryOutcome.EXPIRED)
        before = [raw_status(sandbox, vendor, each) for each in (delivered, ended, waiting)]
        texts, calls = sandbox.texts, sandbox.calls(vendor)
    with started(path) as sandbox:
        assert sandbox.texts == texts
        assert sandbox.calls(vendor) == calls
        assert [raw_status(sandbox, vendor, each) for each in (delivered, ended, waiting)] == before
        sandbox.advance(timedelta(hours=1))
        fresh = send(sandbox, vendor)
        assert fresh not in {delivered, ended, waiting}
        sandbox.advance(timedelta(hours=1))
        after = [raw_status(sandbox, vendor, each) for each in (fresh, delivered, ended)]
        assert after[0] == after[1] != before[0]
        assert after[2] == before[1]
    with started(path) as sandbox:
        assert raw_status(sandbox, vendor, delivered) == after[1]
        assert len(sandbox.texts) == 4


@pytest.mark.parametrize("vendor", REPORTING)
def test_a_report_that_was_planned_is_sent_after_the_restart_and_no_other(
    path: Path, listener: Listener, vendor: str
) -> None:
    with started(path) as sandbox:
        sandbox.call_back(vendor, listener.url("/hook?secret=CANARY"))
        ended, planned = send(sandbox, vendor), send(sandbox, vendor)
        sandbox.advance(timedelta(minutes=20))
        sandbox.end(vendor, own(ended), DeliveryOutcome.STAYS_SENT)
        sandbox.settle()
        before = len(listener.all())
        assert len(sandbox.calls(vendor)) == before
    with started(path) as sandbox:
        sandbox.settle()
        assert listener.all() == []
        sandbox.advance(timedelta(hours=1))
        sandbox.settle()
        [call] = listener.all()
        assert call.path.startswith("/hook?secret=CANARY")
        assert [each.message_id for each in sandbox.calls(vendor)][before:] == [own(planned)]


def test_a_scheduled_text_waits_over_the_restart_and_one_whose_moment_passed_is_sent(path: Path) -> None:
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=30)
    with started(path) as sandbox, opened(sandbox, "bulksms") as provider:
        provider.send(Message(PERSON, "Later", send_at=at))
        provider.send(Message(PERSON, "Much later", send_at=at + timedelta(days=2)))
    document = json.loads(path.read_text("utf-8"))
    document["state"]["ahead"] = timedelta(days=1).total_seconds()  # as if a day had passed
    path.write_text(json.dumps(document), "utf-8")
    with started(path) as sandbox:
        assert [(text.text, text.at) for text in sandbox.texts] == [("Later", at)]
        assert [text.text for text in sandbox.scheduled] == ["Much later"]
        sandbox.advance(timedelta(days=2))
        assert [text.text for text in sandbox.texts] == ["Later", "Much later"]


def test_faults_endings_requests_replies_and_the_clock_are_kept(path: Path) -> None:
    with started(path) as sandbox:
        sandbox.misbehave("twilio", Fault.HTML, times=3, path="Messages/*")
        sandbox.end_texts("telnyx", DeliveryOutcome.EXPIRED)
        sandbox.receive("twilio", PERSON, "Yes")
        send(sandbox, "telnyx")
        sandbox.advance(timedelta(days=3))
        state = sandbox._state
        kept = (state.faults.ordered, state.endings, state.requests.all(), state.network.conversations.all())
        first = kept[3][0].number
    with started(path) as sandbox:
        state = sandbox._state
        found = (state.faults.ordered, state.endings, state.requests.all(), state.network.conversations.all())
        assert found == kept
        assert state.clock.ahead == timedelta(days=3)
        assert state.network.conversations.get(first) == kept[3][0]
        sandbox.misbehave("vonage", Fault.HTML)
        assert [each.number for each in state.faults.ordered] == [1, 2]
        message_id = send(sandbox, "telnyx")
        assert state.requests.all()[-1].number == len(kept[2]) + 1
        sandbox.advance(timedelta(hours=1))
        assert raw_status(sandbox, "telnyx", message_id) == "expired"


def test_address_books_groups_templates_and_counters_are_kept(path: Path) -> None:
    with started(path) as sandbox:
        for vendor in ("salesbox", "salesmsg", "zoomconnect"):
            with opened(sandbox, vendor) as provider:
                contact = provider.contacts.create(PERSON, first_name="Ann")
                group = provider.groups.create("Friends")
                provider.groups.add(group.id, contact.id)
        template = sandbox.add_template("zoomconnect", "Greeting", "Hello Ann")
        books = [book(sandbox, vendor) for vendor in ("salesbox", "salesmsg", "zoomconnect")]
        counts = sandbox.counts("salesmsg")
    with started(path) as sandbox:
        assert sandbox.counts("salesmsg") == counts
        assert [book(sandbox, vendor) for vendor in ("salesbox", "salesmsg", "zoomconnect")] == books
        assert sandbox.add_template("zoomconnect", "Another", "Hello") == str(int(template) + 1)


def book(sandbox: Sandbox, vendor: str) -> object:
    with opened(sandbox, vendor) as provider:
        groups = [(group.id, group.name, sandbox.members(vendor, group.id)) for group in provider.groups.list()]
        return [(contact.id, contact.number) for contact in provider.contacts.list()], groups


def test_a_person_who_said_stop_and_a_key_that_was_used_are_remembered(path: Path) -> None:
    with started(path) as sandbox:
        sandbox.receive("twilio", PERSON, "STOP")
        answers = [keyed(sandbox)]
    with started(path) as sandbox:
        answers.append(keyed(sandbox))
        assert answers[0] == answers[1]
        assert sandbox.counts("bulksms") == {"repeated": 1}
        known = sandbox.credentials("twilio")
        form = {"To": PERSON, "From": "+15005550006", "Body": "Hello"}
        auth = (known["account_sid"], known["auth_token"])
        refused = requests.post(f"{sandbox.url('twilio')}/Messages.json", data=form, auth=auth, timeout=10)
        assert refused.json()["code"] == 21610


def keyed(sandbox: Sandbox) -> object:
    given = sandbox.credentials("bulksms")
    entry = {"to": [{"type": "INTERNATIONAL", "address": PERSON}], "body": "Hello"}
    auth, key = (given["token_id"], given["token_secret"]), {"deduplication-id": "4711"}
    return requests.post(f"{sandbox.url('bulksms')}/messages", json=[entry], params=key, auth=auth, timeout=10).json()


def test_messages_of_a_contact_that_was_deleted_stay_and_so_do_tokens(path: Path) -> None:
    with started(path) as sandbox:
        message_id = send(sandbox, "salesmsg")
        issued = sandbox.change_account("salesmsg", "issue_oauth_tokens")
        with opened(sandbox, "salesmsg") as provider:
            [contact] = provider.contacts.list()
            provider.contacts.delete(contact.id)
        url = sandbox.url("salesmsg")
    with started(path) as sandbox:
        sandbox.end("salesmsg", own(message_id), DeliveryOutcome.DELIVERED)
        headers = {"Authorization": f"Bearer {issued['access_token']}"}
        answer = requests.get(f"{sandbox.url('salesmsg')}/contacts", headers=headers, timeout=10)
        assert (answer.status_code, answer.json()["data"]) == (200, [])
        assert url.partition("/pub")[2] == sandbox.url("salesmsg").partition("/pub")[2]


def test_reset_clears_the_file_too(path: Path) -> None:
    with started(path) as sandbox:
        send(sandbox, "twilio")
        sandbox.call_back("twilio", "http://127.0.0.1:9/CANARY")
    assert "CANARY" in path.read_text("utf-8")
    with started(path) as sandbox:
        sandbox.reset()
    assert "CANARY" not in path.read_text("utf-8")
    with started(path) as sandbox:
        assert sandbox.texts == ()


def test_only_the_owner_may_read_the_file(path: Path) -> None:
    path.touch(mode=0o644)
    with started(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_sandbox_is_refused_until_the_first_is_closed(path: Path) -> None:
    with started(path):
        link = path.with_name("link.json")
        link.symlink_to(path)
        for name in (path, link, os.path.relpath(path)):
            with pytest.raises(ConfigError, match="another sandbox uses it"):
                Sandbox(state=name)
    with Sandbox(state=link) as sandbox:
        send(sandbox, "twilio")
    assert link.is_symlink()
    with Sandbox(state=path) as sandbox:
        assert len(sandbox.texts) == 1


def test_a_sandbox_that_is_started_again_continues_with_its_file(path: Path) -> None:
    sandbox = started(path)
    for number in (1, 2, 3):
        with sandbox:
            send(sandbox, "twilio")
            assert len(sandbox.texts) == number


def test_an_account_of_a_vendor_that_is_not_served_is_no_obstacle_until_it_was_used(path: Path) -> None:
    with Sandbox(state=path):
        pass
    with Sandbox(state=path, vendors=["twilio"]) as sandbox:
        send(sandbox, "twilio")
    with pytest.raises(ConfigError, match="it has texts or requests of 'twilio', which this sandbox does not serve"):
        Sandbox(state=path, vendors=["telnyx"])
    with Sandbox(state=path) as sandbox:
        assert len(sandbox.texts) == 1
