"""``on_unknown = "reconcile"``: the vendor is asked, and only its certain no lets the next one be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    ConfigError,
    Conversation,
    Doubt,
    Effect,
    Gateway,
    Message,
    NotSentError,
    OnUnknown,
    Outcome,
    Provider,
    ProviderError,
    Reconciles,
    Request,
    Route,
    Settings,
    SqliteJournal,
    Status,
    Submission,
    UnknownOutcomeError,
    UnsupportedError,
)
from smsgate.adapter.deadline import Deadline
from smsgate.engine import Threads, run
from smsgate.routing.breaker import Breaker
from smsgate.routing.hop import Hop
from smsgate.routing.limits import Limits
from smsgate.sending.failover import Failover
from smsgate.sending.prepared import PreparedSend
from smsgate.testing import StubTransport, answer
from smsgate.text import analyse
from tests.blocking_core import VirtualEngine
from tests.skipped_waits import skip_waits
from tests.virtual_time import VirtualTime

MESSAGE = Message("+27821234567", "Your code is 4711")
LOST = UnknownOutcomeError("the connection was cut", message_id="17")


class Forgetful(Adapter[Settings], Reconciles):
    """Loses the answer to every send, and finds what the test says."""

    name = "forgetful"
    Settings = Settings
    settling = timedelta(seconds=-1)

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        yield Request("POST", "send", json={"to": message.to}, effect=Effect.SENDS)
        return Accepted(message_id="1")

    def reconcile(self, doubt: Doubt) -> Conversation[Accepted | None]:
        found = yield Request("GET", "messages/{id}", ids={"id": doubt.message_id or "none"}, effect=Effect.READS)
        return Accepted(message_id="17") if found.json() else None


class SlowToShow(Forgetful):
    """Shows a message an hour after it took it."""

    settling = timedelta(hours=1)


def provider(adapter: type[Forgetful], *says: object) -> tuple[Provider, StubTransport]:
    transport = StubTransport(
        [LOST, *(each if isinstance(each, ProviderError) else answer(json=each) for each in says)]
    )
    settings = Settings(base_url="http://127.0.0.1")
    return Provider("first", adapter(settings, provider="first"), transport), transport


@pytest.fixture(autouse=True)
def _skipped_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor is asked again and again until the deadline: without waits."""
    skip_waits(monkeypatch)


@pytest.fixture(name="second")
def _second() -> tuple[Provider, StubTransport]:
    transport = StubTransport([answer(json={})])
    return Provider("second", Forgetful(Settings(base_url="http://127.0.0.1"), provider="second"), transport), transport


def gateway(first: Provider, second: Provider) -> Gateway:
    route = Route(name="both", providers=("first", "second"), on_unknown=OnUnknown.RECONCILE)
    return Gateway([first, second], route=route, deadline=1.2)


def test_a_message_that_is_found_is_accepted_and_the_next_vendor_is_not_asked(
    second: tuple[Provider, StubTransport],
) -> None:
    first, stub = provider(Forgetful, True)
    result = gateway(first, second[0]).send(MESSAGE)
    assert (result.outcome, result.provider, result.message_id) == (Outcome.ACCEPTED, "first", "17")
    assert [(attempt.outcome, attempt.error) for attempt in result.attempts] == [(Outcome.ACCEPTED, None)]
    assert result.notes == ("the outcome was unknown at first; the vendor has the message",)
    assert [request.quoted_path for request in stub.requests] == ["send", "messages/17"]
    assert second[1].requests == []


def test_a_message_that_is_certainly_absent_goes_to_the_next_vendor(second: tuple[Provider, StubTransport]) -> None:
    first, _ = provider(Forgetful, False)
    result = gateway(first, second[0]).send(MESSAGE)
    assert [(each.provider, each.outcome) for each in result.attempts] == [
        ("first", Outcome.NOT_SENT),
        ("second", Outcome.ACCEPTED),
    ]
    assert not result.may_be_duplicate


def test_a_message_that_is_certainly_absent_everywhere_is_not_sent() -> None:
    first, _ = provider(Forgetful, False)
    route = Route(name="one", providers=("first",), on_unknown=OnUnknown.RECONCILE)
    with Gateway([first], route=route, deadline=1.2) as gateway, pytest.raises(NotSentError) as caught:
        gateway.send(MESSAGE)
    result = caught.value.result
    assert result is not None
    assert (result.outcome, result.status) == (Outcome.NOT_SENT, Status.PENDING)
    assert [(each.outcome, each.error) for each in result.attempts] == [(Outcome.NOT_SENT, caught.value)]
    assert str(caught.value).endswith("its outcome was unknown; the vendor does not have the message")


@pytest.mark.parametrize("says", [[False, False], [UnknownOutcomeError("two fit"), ProviderError("500")]], ids=str)
def test_what_stays_unclear_until_the_deadline_is_unknown(
    says: list[object], second: tuple[Provider, StubTransport]
) -> None:
    first, _ = provider(SlowToShow, *says)
    with pytest.raises(UnknownOutcomeError, match="the connection was cut"):
        gateway(first, second[0]).send(MESSAGE)
    assert second[1].requests == []


def test_a_send_whose_outcome_the_vendor_cannot_know_is_unknown_at_once(second: tuple[Provider, StubTransport]) -> None:
    transport = StubTransport([LOST])
    time = VirtualTime()
    hop = Hop(Provider("first", _without_reconciling(), transport).core, Breaker(), None)
    route = Route(name="r", providers=("first", "second"), on_unknown=OnUnknown.RECONCILE)
    prepared = PreparedSend(MESSAGE, analyse(MESSAGE.text), route, [hop, Hop(second[0].core, Breaker(), None)])
    result = run(Failover(prepared, Limits(), Deadline(60.0, ends=float("inf")), VirtualEngine(time)).run())
    assert (result.outcome, time.slept, second[1].requests) == (Outcome.UNKNOWN, [], [])


def test_not_there_counts_only_after_the_settling_time() -> None:
    first, _ = provider(SlowToShow)
    transport = StubTransport([answer(json=False), answer(json=False)])
    first = Provider("first", first.adapter, transport)
    with pytest.raises(UnknownOutcomeError, match="does not show the message"):
        first.reconcile(Doubt(MESSAGE, datetime.now(UTC)))
    assert first.reconcile(Doubt(MESSAGE, datetime.now(UTC) - timedelta(hours=2))) is None


def test_the_settling_time_counts_from_the_end_of_the_submission() -> None:
    first = Provider("first", provider(SlowToShow)[0].adapter, StubTransport([answer(json=False), answer(json=False)]))
    began, now = datetime.now(UTC) - timedelta(hours=2), datetime.now(UTC)
    with pytest.raises(UnknownOutcomeError, match="does not show the message"):
        first.reconcile(Doubt(MESSAGE, began, until=now))
    assert first.reconcile(Doubt(MESSAGE, began, until=now - timedelta(hours=1.9))) is None


class SetClock(Threads):
    """Shows the time that a test sets."""

    time = datetime(2030, 1, 1, tzinfo=UTC)

    def utc(self) -> datetime:
        return self.time


def test_not_there_is_the_word_of_the_moment_at_which_the_vendor_was_asked() -> None:
    clock = SetClock()

    def late(_: Request) -> Answer:
        clock.time += timedelta(minutes=1)
        return answer(json=False)

    first = Provider("first", provider(SlowToShow)[0].adapter, StubTransport(late)).core
    first.engine = clock
    doubt = Doubt(MESSAGE, clock.time - timedelta(minutes=59, seconds=30))
    with pytest.raises(UnknownOutcomeError, match="does not show the message"):
        run(first.reconcile(doubt))
    assert run(first.reconcile(doubt)) is None


def test_a_provider_that_cannot_reconcile_says_so() -> None:
    with pytest.raises(UnsupportedError, match=r"first .* has no reconcile"):
        Provider("first", _without_reconciling(), StubTransport()).reconcile(Doubt(MESSAGE, datetime.now(UTC)))


class SendOnly(Adapter[Settings]):
    """Sends, and can tell nothing afterwards."""

    name = "sendonly"
    Settings = Settings

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        yield Request("POST", "send", json={"to": message.to}, effect=Effect.SENDS)
        return Accepted(message_id="1")


def _without_reconciling() -> SendOnly:
    return SendOnly(Settings(base_url="http://127.0.0.1"), provider="first")


def reconciling(first: Provider, second: Provider, deadline: float = 60.0) -> Gateway:
    route = Route(name="both", providers=("first", "second"), on_unknown=OnUnknown.RECONCILE)
    return Gateway([first, second], route=route, deadline=deadline)


def slow(name: str, settling: float | None = None) -> Provider:
    settings = Settings(base_url="http://127.0.0.1", settling=settling)
    return Provider(name, SlowToShow(settings, provider=name), StubTransport())


def test_a_route_that_never_reaches_its_next_provider_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    with reconciling(slow("first"), slow("second")):
        pass
    assert [record.getMessage() for record in caplog.records] == [
        (
            "route 'both': on_unknown = \"reconcile\" finds a message that the vendor has, and never leads to the next "
            'provider: "not sent" is certain 3600 s after the submission, and the deadline is 60 s; set a longer '
            "deadline, or settling for a provider whose vendor shows messages sooner"
        )
    ]


def test_a_route_whose_provider_settles_in_time_is_not_reported(caplog: pytest.LogCaptureFixture) -> None:
    with reconciling(slow("first", settling=20), slow("second")):
        pass
    assert caplog.records == []


def test_reconcile_is_refused_where_no_provider_can_be_asked() -> None:
    with pytest.raises(ConfigError, match=r"route 'both' has on_unknown = .* none of its providers can be asked"):
        reconciling(
            Provider("first", _without_reconciling(), StubTransport()),
            Provider("second", _without_reconciling(), StubTransport()),
        )


def test_the_setting_settling_goes_before_the_adapters_own() -> None:
    settings = Settings(base_url="http://127.0.0.1", settling=0.2)
    transport = StubTransport([LOST, *[answer(json=False)] * 5])
    first = Provider("first", SlowToShow(settings, provider="first"), transport)
    second = Provider(
        "second", Forgetful(Settings(base_url="http://127.0.0.1"), provider="second"), StubTransport([answer(json={})])
    )
    with reconciling(first, second, deadline=30) as opened:
        assert opened.send(MESSAGE).provider == "second"


def test_an_unknown_outcome_says_from_when_not_sent_is_certain_and_how_to_ask_then(tmp_path: Path) -> None:
    transport = StubTransport([LOST, *[answer(json=False)] * 5])
    settings = Settings(base_url="http://127.0.0.1")
    first = Provider("first", SlowToShow(settings, provider="first"), transport)
    route = Route(name="one", providers=("first",), on_unknown=OnUnknown.RECONCILE)
    with (
        SqliteJournal(str(tmp_path / "journal.db")) as journal,
        Gateway([first], route=route, deadline=4, journal=journal) as opened,
        pytest.raises(UnknownOutcomeError) as caught,
    ):
        opened.send(MESSAGE)
    assert re.fullmatch(
        r"first: the connection was cut; reconciliation: the vendor does not show the message; \"not sent\" is certain "
        r"from .{19} UTC on; ask later with `smsgate unknown reconcile 1`",
        str(caught.value),
    )
    assert caught.value.message_id == "17"
