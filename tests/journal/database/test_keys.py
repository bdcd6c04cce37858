"""A key is sent once: by threads, by processes, today and tomorrow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from multiprocessing.context import ForkServerContext
from threading import Event

import pytest
from attrs import evolve

from smsgate import (
    ConflictError,
    Gateway,
    InvalidMessageError,
    JournalSettings,
    Limits,
    Message,
    NotSentError,
    OnUnknown,
    Outcome,
    RejectedError,
    Request,
    Route,
    UnknownOutcomeError,
)
from smsgate.sandbox import Sandbox
from tests.journal.database.campaign import send_one
from tests.journal_at import journal_at
from tests.plain_adapter import DOWN, LOST, NO, OK, InBulk, Line, Said, gateway, message, provider

DAY = 24 * 60 * 60.0


def test_the_same_key_returns_the_stored_result_and_sends_nothing(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        first = opened.send(message(key="order-17"))
        again = opened.send(message(key="order-17"))
    with gateway(path, line) as opened:
        tomorrow = opened.send(message(key="order-17"))
    assert first.message_id == "1"
    assert again == tomorrow == evolve(first, raw={})
    assert line.texts == ["Your code is 4711"]


@pytest.mark.parametrize(
    "other",
    [
        message("Your code is 4712", key="k"),
        Message("+27831234567", "Your code is 4711", key="k"),
        message(key="k", reference="17"),
        message(key="k", campaign="17"),
        message(key="k", sender="17"),
        message(key="k", extra={"plain": {"a": 1}}),
    ],
    ids=["text", "to", "reference", "campaign", "sender", "extra"],
)
def test_the_same_key_with_other_content_is_a_conflict_and_nothing_is_sent(path: str, other: Message) -> None:
    line = Line()
    with gateway(path, line) as opened:
        opened.send(message(key="k"))
        with pytest.raises(
            ConflictError, match="the key 'k' belongs to another message, which was started at 20"
        ) as raised:
            opened.send(other)
    assert raised.value.result is not None
    assert raised.value.result.outcome is Outcome.REJECTED
    assert line.texts == ["Your code is 4711"]


def test_the_way_a_message_takes_is_not_its_content(path: str) -> None:
    first, second = Line(DOWN), Line()
    with gateway(path, first, second) as opened:
        with pytest.raises(NotSentError):
            opened.send(message(key="k", provider="a"))
        assert opened.send(message(key="k", provider="b")).provider == "b"


def test_messages_without_a_key_are_each_sent(path: str) -> None:
    line = Line()
    with gateway(path, line) as opened:
        for _ in range(3):
            opened.send(message())
    assert len(line.texts) == 3


def test_what_was_certainly_not_sent_is_sent_when_it_comes_again(path: str) -> None:
    line = Line(DOWN)
    with gateway(path, line) as opened:
        with pytest.raises(NotSentError, match="no connection"):
            opened.send(message(key="k"))
        line.says = OK
        assert opened.send(message(key="k")).outcome is Outcome.ACCEPTED


def test_what_a_vendor_refused_keeps_its_refusal(path: str) -> None:
    line = Line(NO)
    with gateway(path, line) as opened:
        with pytest.raises(RejectedError, match="a: the text was refused") as first:
            opened.send(message(key="k"))
        line.says = OK
        with pytest.raises(RejectedError, match="a: the text was refused") as again:
            opened.send(message(key="k"))
    assert len(line.requests) == 1
    assert vars(first.value) | {"result": None} == vars(again.value) | {"result": None}


def test_what_was_refused_here_is_judged_anew(path: str) -> None:
    line = Line()
    strict = Gateway([provider("a", line)], journal=journal_at(path), limits=Limits(max_price=Decimal(1)))
    with strict, pytest.raises(InvalidMessageError, match="max_price"):
        strict.send(message(key="k"))
    with gateway(path, line) as opened:
        assert opened.send(message(key="k")).outcome is Outcome.ACCEPTED


def test_what_is_unknown_stays_unknown_and_is_not_sent_again(path: str) -> None:
    line = Line(LOST)
    with gateway(path, line) as opened:
        for _ in range(2):
            with pytest.raises(UnknownOutcomeError, match="the connection was cut") as raised:
                opened.send(message(key="k"))
            assert raised.value.message_id == "17"
    assert len(line.requests) == 1


def test_a_stored_result_has_every_attempt(path: str) -> None:
    route = Route(name="r", providers=("a", "b"), on_unknown=OnUnknown.FAILOVER)
    with gateway(path, Line(LOST), Line(), route=route) as opened:
        first = opened.send(message(key="k"))
        again = opened.send(message(key="k"))
    assert again.may_be_duplicate
    assert [(each.provider, each.outcome, str(each.error)) for each in again.attempts] == [
        (each.provider, each.outcome, str(each.error)) for each in first.attempts
    ]


def test_threads_with_one_key_send_once_and_all_get_its_result(path: str) -> None:
    begun = Event()

    def slowly(_: Request) -> Said:
        begun.wait(5)
        return OK

    line = Line(slowly)
    with gateway(path, line) as opened, ThreadPoolExecutor(8) as pool:
        sending = [pool.submit(opened.send, message(key="k")) for _ in range(8)]
        begun.set()
        assert {each.result().message_id for each in sending} == {"1"}
    assert len(line.requests) == 1


def test_a_wait_for_another_that_is_too_long_ends_as_unknown(path: str) -> None:
    waited = Event()

    def slowly(_: Request) -> Said:
        waited.wait(30)
        return OK

    line = Line(slowly)
    with gateway(path, line) as opened, ThreadPoolExecutor(1) as pool:
        first = pool.submit(opened.send, message(key="k"))
        while not line.requests:
            pass
        with pytest.raises(UnknownOutcomeError, match="no answer is recorded"):
            opened.send(message(key="k"), deadline=3.0)
        waited.set()
        assert first.result().outcome is Outcome.ACCEPTED
        assert opened.send(message(key="k")).message_id == first.result().message_id


def test_processes_with_one_key_send_once(
    processes: ForkServerContext, sandbox: Sandbox, vendor: dict[str, str], path: str
) -> None:
    sending = [processes.Process(target=send_one, args=(vendor, path, "order-17")) for _ in range(4)]
    for process in sending:
        process.start()
    for process in sending:
        process.join()
    assert [process.exitcode for process in sending] == [0, 0, 0, 0]
    assert len(sandbox.texts) == 1


def test_a_key_expires_once_its_message_has_ended(path: str) -> None:
    now = [1_800_000_000.0]
    line = Line()
    settings = JournalSettings(path=path, key_days=2)
    with gateway(settings, line, clock=lambda: now[0]) as opened:
        opened.send(message(key="k"))
        now[0] += 1.9 * DAY
        opened.send(message(key="k"))
        assert len(line.requests) == 1
        now[0] += 0.2 * DAY
        opened.send(message("another text", key="k"))
        assert line.texts == ["Your code is 4711", "another text"]


def test_the_key_of_an_unknown_message_never_expires(path: str) -> None:
    now = [1_800_000_000.0]
    line = Line(LOST)
    with gateway(JournalSettings(path=path, key_days=2), line, clock=lambda: now[0]) as opened:
        for _ in range(2):
            with pytest.raises(UnknownOutcomeError):
                opened.send(message(key="k"))
            now[0] += 1000 * DAY
    assert len(line.requests) == 1


def test_without_a_journal_a_key_is_refused() -> None:
    line = Line()
    refused = pytest.raises(InvalidMessageError, match="a key needs a journal, and this gateway has none")
    with gateway(None, line) as opened, refused:
        opened.send(message(key="k"))
    assert line.requests == []


def test_a_key_that_comes_twice_in_one_bulk_call_is_sent_once_and_the_others_get_its_result(path: str) -> None:
    line = Line()
    messages = [message("a"), message("b", key="b"), message("b", key="b"), message("c"), message("b", key="b")]
    with gateway(path, line, adapter=InBulk) as opened:
        results = [*opened.send_bulk(messages)]
    assert [result.outcome for result in results] == [Outcome.ACCEPTED] * 5
    assert line.texts == ["a", "b", "c"]
    assert len({result.message_id for result in results if result.message.key == "b"}) == 1
