"""The submission that a vendor is given is the one in the journal, and the one that it is asked about later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Conversation,
    DeliveryReport,
    Doubt,
    Effect,
    Gateway,
    Message,
    OnUnknown,
    Outcome,
    Provider,
    ProviderError,
    Reconciles,
    Request,
    Route,
    Settings,
    SqliteJournal,
    State,
    Status,
    Submission,
    UnknownOutcomeError,
)
from smsgate.journal import JournalSettings
from smsgate.testing import StubTransport, Unpaced, answer

TO, TEXT = "+27821234567", "Your code is 4711"
LOST = UnknownOutcomeError("no answer")


class Referenced(Adapter[Settings], Reconciles):
    """Its vendor shows a text by the reference that it was given."""

    name = "referenced"
    sends_references = True
    Settings = Settings
    settling = timedelta(seconds=-1)

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        body = {"number": submission.number, "reference": submission.reference}
        return Accepted(message_id=str((yield Request("POST", "texts", json=body, effect=Effect.SENDS)).json()))

    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | None]:
        if doubt.reference is None:
            raise UnknownOutcomeError("it has no reference")
        shown = (yield Request("GET", "texts", query={"reference": doubt.reference})).json()
        return Accepted(message_id=str(shown)) if shown else None


class Vendor:
    """Loses every answer; what it has, it has by reference."""

    def __init__(self, name: str = "a", **settings: Any) -> None:
        self.stub = StubTransport(self.say)
        adapter = Referenced(Settings(base_url="http://vendor", **settings), provider=name)
        self.provider = Provider(name, adapter, self.stub, pace_store=Unpaced())
        self.has: list[str | None] = []
        self.says: Answer | ProviderError = LOST

    @property
    def sent(self) -> list[Any]:
        return [request.json for request in self.stub.requests if request.effect is Effect.SENDS]

    def say(self, request: Request) -> Answer | ProviderError:
        if request.effect is Effect.SENDS:
            self.has.append(self.sent[-1]["reference"])
            return self.says
        return answer(json="m1" if request.query["reference"] in self.has else None)


def gateway(path: Path, *vendors: Vendor, **settings: Any) -> Gateway:
    return Gateway(
        [each.provider for each in vendors], journal=SqliteJournal(JournalSettings(path=str(path))), **settings
    )


def unknown(path: Path, vendor: Vendor) -> int:
    """Send a message whose answer is lost; return its entry."""
    with gateway(path, vendor) as opened:
        [result] = opened.send_bulk([Message(TO, TEXT)])
        [entry] = opened.unknowns.list()
    [submission] = [each.submission for each in entry.asked]
    assert submission is not None
    assert [each.submission for each in result.attempts] == [submission.id]
    assert [each["number"] for each in vendor.sent] == [submission.number]
    return entry.id


def test_a_lost_message_without_a_reference_is_found_by_its_submission(tmp_path: Path) -> None:
    entry_id = unknown(tmp_path / "j.db", first := Vendor())
    later = Vendor()
    later.has = first.has
    with gateway(tmp_path / "j.db", later) as opened:
        found = opened.unknowns.reconcile(entry_id)
        assert (found.state, found.recorded and found.recorded.message_id) == (State.ACCEPTED, "m1")


def test_a_lost_message_that_the_vendor_does_not_show_by_its_submission_was_not_sent(tmp_path: Path) -> None:
    entry_id = unknown(tmp_path / "j.db", Vendor())
    with gateway(tmp_path / "j.db", Vendor()) as opened:
        assert opened.unknowns.reconcile(entry_id).state is State.NOT_SENT


def test_references_that_are_turned_on_later_prove_nothing_of_earlier_messages(tmp_path: Path) -> None:
    entry_id = unknown(tmp_path / "j.db", Vendor(references=False))
    with gateway(tmp_path / "j.db", Vendor()) as opened:
        with pytest.raises(UnknownOutcomeError, match="it has no reference"):
            opened.unknowns.reconcile(entry_id)
        assert opened.unknowns.get(entry_id).state is State.UNKNOWN


def test_references_that_are_turned_off_later_still_find_earlier_messages(tmp_path: Path) -> None:
    entry_id = unknown(tmp_path / "j.db", first := Vendor())
    later = Vendor(references=False)
    later.has = first.has
    with gateway(tmp_path / "j.db", later) as opened:
        assert opened.unknowns.reconcile(entry_id).state is State.ACCEPTED


def test_a_message_that_is_sent_again_by_hand_is_another_submission(tmp_path: Path) -> None:
    vendor = Vendor()
    entry_id = unknown(tmp_path / "j.db", vendor)
    with gateway(tmp_path / "j.db", vendor) as opened, pytest.raises(UnknownOutcomeError):
        opened.unknowns.resend(entry_id)
    first, second = vendor.sent
    assert first["reference"] != second["reference"]
    assert first["number"] != second["number"]


def test_each_provider_that_is_asked_gets_a_submission_of_its_own(tmp_path: Path) -> None:
    first, second = Vendor("a"), Vendor("b", references=False)
    with gateway(
        tmp_path / "j.db",
        first,
        second,
        route=Route(name="default", providers=("a", "b"), on_unknown=OnUnknown.FAILOVER),
    ) as opened:
        [result] = opened.send_bulk([Message(TO, TEXT)])
        [entry] = opened.unknowns.list()
    assert result.outcome is Outcome.UNKNOWN
    given = {each.provider: each.submission for each in entry.asked}
    assert given["a"] is not None
    assert given["b"] is not None
    assert (given["a"].reference, given["b"].reference) == (given["a"].id, None)
    assert [each.submission for each in result.attempts] == [given["a"].id, given["b"].id]
    assert [first.sent[0]["number"], second.sent[0]["number"]] == [given["a"].number, given["b"].number]


def refusing(code: int) -> Vendor:
    """Return a vendor that refuses what is sent."""
    vendor = Vendor()
    vendor.says = answer(code, {})
    return vendor


@pytest.mark.parametrize("code", [400, 402])
def test_a_message_that_could_not_be_sent_again_is_as_unknown_as_before(tmp_path: Path, code: int) -> None:
    entry_id = unknown(tmp_path / "j.db", first := Vendor())
    with gateway(tmp_path / "j.db", refusing(code)) as opened:
        with pytest.raises(ProviderError) as caught:
            opened.unknowns.resend(entry_id)
        assert not isinstance(caught.value, UnknownOutcomeError)
        entry = opened.unknowns.get(entry_id)
    assert entry.state is State.UNKNOWN
    assert isinstance(entry.result().error, UnknownOutcomeError)
    assert [each.submission and each.submission.id for each in entry.asked] == [
        each["reference"] for each in first.sent
    ]
    later = Vendor()
    later.has = first.has
    with gateway(tmp_path / "j.db", later) as opened:
        assert opened.unknowns.reconcile(entry_id).state is State.ACCEPTED


@pytest.mark.parametrize("known", [None, "v1"])
def test_a_report_on_what_was_lost_settles_a_message_that_could_not_be_sent_again(
    tmp_path: Path, known: str | None
) -> None:
    """By its submission, or by the id that the vendor gave it before the answer was lost."""
    first, lost = Vendor(), UnknownOutcomeError("no answer")
    lost.message_id, first.says = known, lost
    entry_id = unknown(tmp_path / "j.db", first)
    with gateway(tmp_path / "j.db", refusing(402)) as opened:
        with pytest.raises(ProviderError):
            opened.unknowns.resend(entry_id)
        named = None if known else first.sent[0]["reference"]
        report = DeliveryReport(
            message_id="v1", status=Status.DELIVERED, raw_status="D", provider="a", submission=named
        )
        opened.incoming.record(report)
        assert opened.unknowns.get(entry_id).state is State.ACCEPTED


def test_a_message_that_is_lost_twice_is_looked_for_by_both_submissions(tmp_path: Path) -> None:
    entry_id = unknown(tmp_path / "j.db", first := Vendor())
    with gateway(tmp_path / "j.db", second := Vendor()) as opened:
        with pytest.raises(UnknownOutcomeError):
            opened.unknowns.resend(entry_id)
        given = [each.submission and each.submission.reference for each in opened.unknowns.get(entry_id).asked]
    assert given == [each["reference"] for each in (*first.sent, *second.sent)]
    later = Vendor()
    later.has = first.has
    with gateway(tmp_path / "j.db", later) as opened:
        assert opened.unknowns.reconcile(entry_id).state is State.ACCEPTED
