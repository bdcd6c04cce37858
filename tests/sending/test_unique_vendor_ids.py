"""One id of a vendor's belongs to one message, however equal two messages are and whatever process asks for them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event

import pytest
from attrs import field, frozen

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    ConflictError,
    Conversation,
    DeliveryReport,
    Doubt,
    Effect,
    Gateway,
    KeepText,
    Matches,
    Message,
    OnUnknown,
    Outcome,
    Provider,
    ProviderError,
    Reconciles,
    Request,
    Route,
    SendResult,
    Settings,
    SmsgateError,
    SqliteJournal,
    State,
    Status,
    Submission,
    UnknownOutcomeError,
)
from smsgate.journal import JournalSettings
from smsgate.sandbox import Fault, Sandbox
from smsgate.testing import StubTransport, answer
from smsgate_salesmsg_sandbox import Salesmsg as SandboxSalesmsg
from tests.skipped_waits import skip_waits

TO, TEXT = "+12019772861", "Your code is 4711"


class ByText(Adapter[Settings], Reconciles):
    """Shows what its vendor has of a text, by ids that no message of ours has."""

    name = "bytext"
    Settings = Settings
    settling = timedelta(seconds=-1)

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        said = yield Request("POST", "send", json={"text": message.text}, effect=Effect.SENDS)
        return Accepted(message_id=str(said.json()))

    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | Matches | None]:
        shown = yield Request("GET", "texts", query={"to": doubt.message.to}, effect=Effect.READS)
        ids = shown.read(list[str])
        return Matches(tuple(Accepted(message_id=each) for each in ids)) if ids else None


@frozen
class Slow:
    """An answer that comes late."""

    asked: Event = field(factory=Event)
    answered: Event = field(factory=Event)


class Vendor:
    """Loses the answer to every send but those that get an id; what it shows is set by the test."""

    def __init__(self, *ids: str | None) -> None:
        self.answers = list(ids)
        self.shown: list[str] = []
        self.together: Barrier | None = None
        """Where sends wait for each other, so that all of them are on their way."""
        self.slow: Slow | None = None
        """When the answers come that are not lost."""
        self.lost_under: str | None = None
        """The id that is known of a send whose answer is lost."""

    def ask(self, request: Request, _: Mapping[str, str]) -> Answer:
        """Answer as a `Transport` does; without a lock, so that sends can wait for each other."""
        if request.method == "GET":
            return answer(json=self.shown)
        if self.together is not None:
            self.together.wait(30)
        id_ = self.answers.pop(0)
        if id_ is not None and self.slow is not None:
            self.slow.asked.set()
            self.slow.answered.wait(30)
        if id_ is None:
            raise UnknownOutcomeError("the connection was cut", message_id=self.lost_under)
        return answer(json=id_)

    def close(self) -> None:
        """Close nothing."""


def gateway(vendor: Vendor, journal: SqliteJournal | None, deadline: float = 4.0) -> Gateway:
    adapter = ByText(Settings(base_url="http://127.0.0.1"), provider="first")
    provider = Provider("first", adapter, vendor)
    route = Route(name="one", providers=("first",), on_unknown=OnUnknown.RECONCILE)
    return Gateway([provider], route=route, deadline=deadline, journal=journal)


def send(opened: Gateway, text: str = TEXT) -> SendResult:
    try:
        return opened.send(Message(TO, text))
    except SmsgateError as error:
        if not isinstance(error.result, SendResult):
            raise
        return error.result


@pytest.fixture(name="journal", params=["full", "hash", "none", "no journal"])
def _journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteJournal | None]:
    if request.param == "no journal":
        yield None
        return
    settings = JournalSettings(path=str(tmp_path / "journal.db"), text=KeepText(request.param))
    with SqliteJournal(settings) as journal:
        yield journal


@pytest.fixture(autouse=True)
def _skipped_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor is asked again and again until the deadline: without waits."""
    skip_waits(monkeypatch)


@pytest.fixture(name="never_asked")
def _never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a message unknown at once: the vendor would be asked after the deadline only."""
    monkeypatch.setattr("smsgate.sending.reconciliation.FIRST_LOOK", 1000.0)


def test_an_id_that_another_message_was_accepted_under_is_not_taken(journal: SqliteJournal | None) -> None:
    vendor = Vendor("17", None)
    with gateway(vendor, journal, deadline=30) as opened:
        assert send(opened).message_id == "17"
        vendor.shown = ["17"]
        result = send(opened)
    assert (result.outcome, result.message_id) == (Outcome.NOT_SENT, None)


def test_of_two_equal_messages_in_doubt_neither_takes_the_one_text_that_is_there(
    journal: SqliteJournal | None,
) -> None:
    vendor = Vendor(None, None)
    with gateway(vendor, journal, deadline=4) as opened, ThreadPoolExecutor(2) as pool:
        vendor.shown, vendor.together = ["17"], Barrier(2)
        results = [each.result() for each in [pool.submit(send, opened) for _ in range(2)]]
    assert [each.outcome for each in results] == [Outcome.UNKNOWN, Outcome.UNKNOWN]
    assert all("1 text at the vendor may be this message" in str(each.error) for each in results)
    assert all("2 messages of smsgate have no id yet" in str(each.error) for each in results)


def test_two_equal_messages_in_doubt_take_a_text_each_where_two_are_there(journal: SqliteJournal | None) -> None:
    vendor = Vendor(None, None)
    with gateway(vendor, journal, deadline=3_000) as opened, ThreadPoolExecutor(2) as pool:
        vendor.shown, vendor.together = ["17", "18"], Barrier(2)
        results = [each.result() for each in [pool.submit(send, opened) for _ in range(2)]]
    assert [each.outcome for each in results] == [Outcome.ACCEPTED, Outcome.ACCEPTED]
    assert {each.message_id for each in results} == {"17", "18"}


def test_a_message_in_doubt_takes_no_text_while_an_equal_one_may_still_be_answered(
    journal: SqliteJournal | None,
) -> None:
    vendor = Vendor("17", None)
    with gateway(vendor, journal, deadline=8) as opened, ThreadPoolExecutor(1) as pool:
        vendor.shown, vendor.slow = ["17", "18"], Slow()
        other = pool.submit(send, opened)
        assert vendor.slow.asked.wait(30)
        result = send(opened)
        vendor.slow.answered.set()
    assert result.outcome is Outcome.UNKNOWN
    assert other.result().message_id == "17"


def test_a_text_that_no_message_explains_leaves_it_open(journal: SqliteJournal | None) -> None:
    vendor = Vendor(None)
    with gateway(vendor, journal, deadline=4) as opened:
        vendor.shown = ["17", "18"]
        result = send(opened)
    assert result.outcome is Outcome.UNKNOWN
    assert "2 texts at the vendor may be this message" in str(result.error)


def test_a_message_that_stayed_unknown_still_counts_for_the_next_one(journal: SqliteJournal | None) -> None:
    vendor = Vendor(None, None)
    with gateway(vendor, journal) as opened:
        vendor.shown = ["17", "18"]
        assert send(opened).outcome is Outcome.UNKNOWN
        vendor.shown = ["17"]
        assert send(opened).outcome is Outcome.UNKNOWN


def test_another_text_to_the_same_person_is_no_rival(tmp_path: Path) -> None:
    vendor = Vendor(None, None)
    with SqliteJournal(str(tmp_path / "journal.db")) as journal, gateway(vendor, journal) as opened:
        vendor.shown = ["17", "18"]
        assert send(opened, "Hello").outcome is Outcome.UNKNOWN
        vendor.shown = ["19"]
        assert send(opened).message_id == "19"


def _settled(path: str, shown: list[str], entry_id: int, barrier: Barrier) -> None:
    """Reconcile one entry in a process of its own."""
    vendor = Vendor()
    vendor.shown = shown
    with SqliteJournal(path) as journal, gateway(vendor, journal) as opened:
        barrier.wait(60)
        try:
            opened.unknowns.reconcile(entry_id)
        except UnknownOutcomeError:
            return


@pytest.mark.threads("it starts processes of its own")
@pytest.mark.parametrize(("shown", "accepted"), [(["17"], 0), (["17", "18"], 2)])
@pytest.mark.usefixtures("never_asked")
def test_processes_that_reconcile_equal_messages_at_once_give_each_id_once(
    tmp_path: Path, shown: list[str], accepted: int
) -> None:
    path = str(tmp_path / "journal.db")
    with SqliteJournal(path) as journal, gateway(Vendor(None, None), journal, deadline=30) as opened:
        ids = [_entry(opened, send(opened)) for _ in range(2)]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    barrier = context.Barrier(2)
    children = [context.Process(target=_settled, args=(path, shown, each, barrier)) for each in ids]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    with SqliteJournal(path) as journal:
        entries = [journal.find(each) for each in ids]
    assert [each.state for each in entries].count(State.ACCEPTED) == accepted
    taken = [each.result().message_id for each in entries if each.state is State.ACCEPTED]
    assert len(set(taken)) == len(taken) == accepted


@pytest.mark.usefixtures("never_asked")
def test_an_id_that_another_entry_has_cannot_be_given_by_hand(tmp_path: Path) -> None:
    vendor = Vendor("17", None)
    with SqliteJournal(str(tmp_path / "journal.db")) as journal, gateway(vendor, journal, deadline=30) as opened:
        send(opened)
        unknown = _entry(opened, send(opened))
        with pytest.raises(ConflictError, match="first's id '17' belongs to entry 1"):
            opened.unknowns.resolve(unknown, Outcome.ACCEPTED, provider="first", message_id="17")
        assert opened.unknowns.get(unknown).state is State.UNKNOWN
        opened.unknowns.resolve(unknown, Outcome.ACCEPTED, provider="first", message_id="18")


@pytest.mark.usefixtures("never_asked")
def test_a_report_settles_no_second_entry_that_is_in_doubt_under_the_same_id(tmp_path: Path) -> None:
    vendor = Vendor("17", None)
    vendor.lost_under = "17"
    with SqliteJournal(str(tmp_path / "journal.db")) as journal, gateway(vendor, journal, deadline=30) as opened:
        send(opened)
        report = DeliveryReport(provider="first", message_id="17", status=Status.DELIVERED, raw_status="DELIVERED")
        opened.incoming.deliver(report, lambda _: None)
        unknown = _entry(opened, send(opened))
        assert opened.unknowns.get(unknown).state is State.UNKNOWN


def test_a_salesmsg_text_that_is_there_once_is_given_to_one_message_at_most(tmp_path: Path) -> None:
    with Sandbox(vendors=[SandboxSalesmsg()], stall=0.2) as sandbox:
        settings = {
            "journal": str(tmp_path / "journal.db"),
            "on_unknown": "reconcile",
            "deadline": 2,
            "providers": {
                "sales": {
                    "adapter": "salesmsg",
                    "base_url": sandbox.url("salesmsg"),
                    "rate": "unlimited",
                    **sandbox.credentials("salesmsg"),
                    **sandbox.account("salesmsg"),
                }
            },
        }
        with Gateway.from_mapping(settings) as opened:
            results = [opened.send(Message(TO, "Hello"))]
            for fault in (Fault.DROP_BEFORE, Fault.DROP_AFTER):
                sandbox.misbehave("salesmsg", fault, times=1, path="messages/*")
                results.append(send(opened))
            for entry in opened.unknowns.list():
                with pytest.raises(UnknownOutcomeError, match="2 messages of smsgate have no id yet"):
                    opened.unknowns.reconcile(entry.id)
        assert [text.text for text in sandbox.texts] == ["Hello", TEXT]
    assert [each.outcome for each in results] == [Outcome.ACCEPTED, Outcome.UNKNOWN, Outcome.UNKNOWN]


def _entry(opened: Gateway, result: SendResult) -> int:
    """Return the id of the entry that was unknown last."""
    assert result.outcome is Outcome.UNKNOWN
    return max(each.id for each in opened.unknowns.list())


class Noting(ByText):
    """Shows nothing, and notes what it is asked."""

    def __init__(self, settings: Settings, *, provider: str) -> None:
        super().__init__(settings, provider=provider)
        self.doubts: list[Doubt] = []

    def reconcile(self, doubt: Doubt) -> Conversation[None]:
        self.doubts.append(doubt)
        yield Request("GET", "texts", effect=Effect.READS)


@pytest.mark.parametrize("journal", [True, False])
def test_a_vendor_is_asked_with_the_ids_that_other_messages_to_this_number_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, journal: bool
) -> None:
    skip_waits(monkeypatch)
    adapter = Noting(Settings(base_url="http://vendor"), provider="a")
    answers: list[Answer | ProviderError] = [answer(json="m1"), answer(json="m2"), UnknownOutcomeError("no answer")]
    says = iter(answers)
    stub = StubTransport(lambda request: next(says) if request.method == "POST" else answer(json=[]))
    with Gateway(
        [Provider("a", adapter, stub)],
        route=Route(name="default", providers=("a",), on_unknown=OnUnknown.RECONCILE),
        journal=SqliteJournal(JournalSettings(path=str(tmp_path / "j.db"))) if journal else None,
    ) as gateway:
        gateway.send(Message(TO, TEXT))
        gateway.send(Message("+27821234567", TEXT))
        with pytest.raises(SmsgateError):
            gateway.send(Message(TO, TEXT))
    assert {doubt.taken for doubt in adapter.doubts} == {frozenset({"m1"})}
    assert all(doubt.submission is not None for doubt in adapter.doubts)
