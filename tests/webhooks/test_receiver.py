"""What becomes of a call that is admitted: read, weighed, handed on once, and answered so that the vendor may retry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from threading import Event as Signal

import pytest
from attrs import evolve

from smsgate import (
    DeliveryReport,
    Event,
    JournalError,
    OptOut,
    OptOutWords,
    Reply,
    Source,
    SqliteJournal,
    Status,
    VendorEvent,
    WebhookCall,
    WebhookError,
    WebhookReading,
)
from smsgate.webhooks import Receiver, WebhookAnswer
from smsgate_zoomconnect import ZoomConnect
from tests.virtual_time import VirtualTime
from tests.webhooks.calls import SECRET, Application, ago, digits, gateway, post, reply, report, zoom

SALES = f"/sales/{SECRET}"


@pytest.fixture(name="application")
def _application() -> Application:
    return Application()


@pytest.fixture(name="journal", params=["with a journal", "without a journal"])
def _journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteJournal | None]:
    if request.param == "without a journal":
        yield None
        return
    journal = SqliteJournal(str(tmp_path / "journal.db"))
    yield journal
    journal.close()


@pytest.fixture(name="receiver")
def _receiver(application: Application, journal: SqliteJournal | None) -> Receiver:
    return Receiver(gateway(journal=journal), application)


# What is delivered ---------------------------------------------------------------------------------------------------


def test_a_report_is_delivered_with_webhook_as_its_source(receiver: Receiver, application: Application) -> None:
    assert post(receiver, report()) == WebhookAnswer(200)
    assert application.event == DeliveryReport(
        provider="zoom",
        message_id="40124213",
        status=Status.DELIVERED,
        raw_status="DELIVERED",
        source=Source.WEBHOOK,
        raw={"messageId": "40124213", "status": "DELIVERED"},
    )


def test_a_reply_is_delivered(receiver: Receiver, application: Application) -> None:
    assert post(receiver, reply()) == WebhookAnswer(200)
    assert application.event == Reply(
        provider="zoom",
        message_id="5a757f2a",
        sender="+27821234567",
        text="Yes",
        source=Source.WEBHOOK,
        raw=json.loads(reply()),
    )


def test_an_opt_out_is_delivered_as_one(receiver: Receiver, application: Application) -> None:
    assert post(receiver, reply(text=OptOutWords().stop[0])) == WebhookAnswer(200)
    assert isinstance(application.event, OptOut)
    assert application.event.reply.source is Source.WEBHOOK


def test_what_the_vendor_reports_beside_is_delivered(receiver: Receiver, application: Application) -> None:
    assert post(receiver, b'{"event": "contact.created", "data": {}}', path=SALES) == WebhookAnswer(200)
    assert application.event == VendorEvent(
        provider="sales", kind="contact.created", raw={"event": "contact.created", "data": {}}, source=Source.WEBHOOK
    )


def test_a_query_is_read_as_the_utf_8_that_it_is_encoded_or_not(application: Application) -> None:
    receiver = Receiver(gateway(), application)
    for number, text in enumerate(["Ol%C3%A1+%F0%9F%91%8D", "Olá+👍".encode().decode("latin-1")]):
        query = f"from=%2B27821234567&messageId={number}&message={text}"
        assert post(receiver, query=query, headers={}) == WebhookAnswer(200)
        query = f"{query}0&secret={SECRET}".replace("Id=", "Id=1")
        assert post(receiver, path="/zoom", query=query, headers={}) == WebhookAnswer(200)
    assert [getattr(event, "text", None) for event in application.events] == ["Olá 👍", "Olá 👍0"] * 2


# What cannot be read -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (413, b" " * (64 * 1024 + 1), {"Content-Type": "application/json"}),
        (415, report(), {"Content-Type": "text/xml"}),
        (415, report(), {}),
        (400, report().replace(b"}", b', "status": "FAILED"}'), {"Content-Type": "application/json"}),
        (400, b"messageId=1&status=DELIVERED&status=FAILED", {"Content-Type": "application/x-www-form-urlencoded"}),
        (400, b'{"messageId": "\xff", "status": "DELIVERED"}', {"Content-Type": "application/json"}),
        (400, b"messageId=%ff&status=DELIVERED", {"Content-Type": "application/x-www-form-urlencoded"}),
        (400, b"{", {"Content-Type": "application/json"}),
        (400, b"[]", {"Content-Type": "application/json"}),
        (400, b"[" * 60_000, {"Content-Type": "application/json"}),
        (400, b"", {}),
    ],
)
def test_what_cannot_be_read_is_refused_in_fixed_words(
    receiver: Receiver, application: Application, status: int, body: bytes, headers: dict[str, str]
) -> None:
    assert post(receiver, body, headers=headers) == WebhookAnswer(status)
    assert application.events == []


@pytest.mark.parametrize("query", ["messageId=1&status=\xff", "messageId=1&status=%ff", "messageId=1&status=\xc3\x28"])
def test_a_query_that_is_not_utf_8_is_refused(receiver: Receiver, query: str) -> None:
    assert post(receiver, query=query, headers={}) == WebhookAnswer(400)


def test_a_query_and_a_body_that_differ_are_refused(receiver: Receiver) -> None:
    assert post(receiver, report("1"), query="messageId=2") == WebhookAnswer(400)


def test_nothing_of_a_call_is_in_its_answer(receiver: Receiver) -> None:
    canary = "canary\r\nSet-Cookie: a=b"
    bodies = [report(canary), report("1", canary), b'{"canary": 1, "canary": 2}', b"{" + canary.encode()]
    for body in bodies:
        for headers in ({"Content-Type": "application/json", "Canary": canary}, {"Content-Type": canary}):
            answer = post(receiver, body, headers=headers)
            assert "anary" not in f"{answer.text}{answer.headers}"
            assert set(answer.headers) <= {"Content-Type", "Cache-Control", "X-Content-Type-Options", "Retry-After"}


def test_the_log_says_why_in_one_line(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    post(receiver, b'{"a\\u001b[2J\\n": 1, "a\\u001b[2J\\n": 2}')
    [line] = caplog.messages
    assert line == "a call for zoom was answered 400: the JSON body has a field twice"
    assert caplog.records[0].name == "smsgate.webhooks"


@pytest.mark.parametrize(
    ("raised", "status"),
    [
        (WebhookError("no", status=400), 400),
        (WebhookError("no", status=403), 403),
        (WebhookError("no", status=418), 400),
        (WebhookError("no", status=502), 500),
        (KeyError("what a person wrote"), 500),
    ],
)
def test_whatever_an_adapter_raises_is_answered(
    application: Application, caplog: pytest.LogCaptureFixture, raised: Exception, status: int
) -> None:
    class Broken(ZoomConnect):
        def read_webhook(self, _: WebhookCall) -> WebhookReading:
            raise raised

    assert post(Receiver(gateway(zoom(kind=Broken)), application), report()) == WebhookAnswer(status)
    assert "what a person wrote" not in caplog.text


# Nonces --------------------------------------------------------------------------------------------------------------


def test_a_call_with_a_repeated_nonce_is_not_delivered_again(receiver: Receiver, application: Application) -> None:
    call = report(nonce="bbf12a28", **{"nonce-date": ago(minutes=1)})
    assert [post(receiver, call).status for _ in range(3)] == [200, 200, 200]
    assert len(application.events) == 1


def test_a_nonce_with_other_content_is_forged(receiver: Receiver, application: Application) -> None:
    assert post(receiver, report("1", nonce="bbf12a28")) == WebhookAnswer(200)
    assert post(receiver, report("2", nonce="bbf12a28")) == WebhookAnswer(403)
    assert post(receiver, report("2", nonce="other")) == WebhookAnswer(200)
    assert [getattr(event, "message_id", None) for event in application.events] == ["1", "2"]


def test_a_call_that_failed_may_come_again_with_its_nonce(receiver: Receiver, application: Application) -> None:
    call = report(nonce="bbf12a28")
    application.failures = [RuntimeError(), RuntimeError()]
    assert [post(receiver, call).status for _ in range(4)] == [500, 500, 200, 200]
    assert len(application.events) == 1


def test_a_nonce_is_worth_nothing_at_another_vendors(application: Application) -> None:
    two = zoom(), zoom()
    two[1].core.name = "other"
    receiver = Receiver(gateway(*two), application)
    for name in ("zoom", "other"):
        assert post(receiver, report(name, nonce="bbf12a28"), path=f"/{name}/{SECRET}") == WebhookAnswer(200)


def test_a_nonce_is_remembered_for_as_long_as_its_call_may_be_believed(application: Application) -> None:
    """One from the future may be for twice the time."""
    clock = VirtualTime(1_800_000_000.0)
    receiver = Receiver(gateway(max_age=60), application, clock=clock.clock)
    made = digits(datetime.fromtimestamp(clock.now + 60, UTC))
    assert post(receiver, report("1", nonce="n", **{"nonce-date": made})) == WebhookAnswer(200)
    clock.now += 120
    assert post(receiver, report("2", **{"nonce-date": made})) == WebhookAnswer(200)
    assert post(receiver, report("3", nonce="n", **{"nonce-date": made})) == WebhookAnswer(403)
    clock.now += 1
    assert post(receiver, report("4", **{"nonce-date": made})) == WebhookAnswer(403)
    assert [getattr(event, "message_id", None) for event in application.events] == ["1", "2"]


@pytest.mark.parametrize(
    ("span", "status"), [({"hours": 23}, 200), ({"hours": 25}, 403), ({"hours": -25}, 403), ({"hours": -1}, 200)]
)
def test_a_call_that_was_made_too_long_ago_is_not_believed(
    receiver: Receiver, application: Application, span: dict[str, float], status: int
) -> None:
    assert post(receiver, report(nonce="n", **{"nonce-date": ago(**span)})) == WebhookAnswer(status)
    assert len(application.events) == (status == 200)


def test_how_long_is_a_setting(application: Application) -> None:
    receiver = Receiver(gateway(max_age=60), application)
    assert post(receiver, report("1", **{"nonce-date": ago(seconds=50)})) == WebhookAnswer(200)
    assert post(receiver, report("2", **{"nonce-date": ago(seconds=70)})) == WebhookAnswer(403)


# Truth of statuses ---------------------------------------------------------------------------------------------------


def test_a_status_never_goes_back(receiver: Receiver, application: Application) -> None:
    for word in ("SENT", "DELIVERED", "SENT", "FAILED", "SCHEDULED", "DELIVERED"):
        assert post(receiver, report("1", word)) == WebhookAnswer(200)
    assert [getattr(event, "status", None) for event in application.events] == [Status.SENT, Status.DELIVERED]


# The application -----------------------------------------------------------------------------------------------------


def test_an_application_that_fails_gets_the_event_again(
    receiver: Receiver, application: Application, caplog: pytest.LogCaptureFixture
) -> None:
    application.failures = [RuntimeError("the database is down")]
    assert post(receiver, reply(text="a secret of the heart")) == WebhookAnswer(500)
    assert post(receiver, reply(text="a secret of the heart")) == WebhookAnswer(200)
    assert len(application.events) == 1
    assert caplog.messages == ["the application failed with Reply '5a757f2a'"]
    assert "the database is down" in caplog.text
    assert "heart" not in caplog.text
    assert "+2782" not in caplog.text


class Awaitable:
    """Waits for nothing and cannot be closed."""

    def __await__(self) -> Iterator[None]:
        return iter(())


@pytest.mark.parametrize("kind", ["coroutine", "Awaitable"])
def test_an_event_that_somebody_would_have_to_await_is_not_taken(
    journal: SqliteJournal | None, application: Application, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    async def handle(event: Event) -> None:
        application(event)

    opened = gateway(journal=journal)
    waiting = Receiver(opened, lambda event: handle(event) if kind == "coroutine" else Awaitable())
    assert post(waiting, report(nonce="n")) == WebhookAnswer(500)
    assert (
        f"on_event returned a {kind}, which nothing awaits here; use webhooks.asgi or a plain function" in caplog.text
    )
    assert post(Receiver(opened, application), report(nonce="n")) == WebhookAnswer(200)
    assert len(application.events) == 1


def test_a_journal_that_fails_is_not_the_vendors_last_try(receiver: Receiver, application: Application) -> None:
    application.failures = [JournalError("the disk is full")]
    answer = post(receiver, report())
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert post(receiver, report()) == WebhookAnswer(200)


def test_an_interrupted_application_gets_the_event_again(receiver: Receiver, application: Application) -> None:
    application.failures = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        post(receiver, report(nonce="n"))
    assert post(receiver, report(nonce="n")) == WebhookAnswer(200)
    assert len(application.events) == 1


@pytest.mark.parametrize("more", [{}, {"nonce": "n"}], ids=["without a nonce", "with a nonce"])
def test_sixteen_of_the_same_call_at_once_are_delivered_once(
    journal: SqliteJournal | None, application: Application, more: dict[str, str]
) -> None:
    receiver, together = Receiver(gateway(journal=journal), application), Barrier(16)

    def call(_: int) -> int:
        together.wait()
        return post(receiver, report(**more)).status

    with ThreadPoolExecutor(16) as threads:
        statuses = [*threads.map(call, range(16))]
    assert set(statuses) <= {200, 503}
    assert 200 in statuses
    assert len(application.events) == 1
    assert post(receiver, report(**more)) == WebhookAnswer(200)


def test_a_call_whose_event_is_in_hand_may_come_later(journal: SqliteJournal | None) -> None:
    in_hand, go_on = Signal(), Signal()

    def on_event(_: Event) -> None:
        in_hand.set()
        go_on.wait(30)

    receiver = Receiver(gateway(journal=journal), on_event)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(post, receiver, report(nonce="n"))
        in_hand.wait()
        assert post(receiver, report(nonce="n")) == WebhookAnswer(503)
        assert post(receiver, report()) == WebhookAnswer(503)
        assert post(receiver, report("2", nonce="n")) == WebhookAnswer(403)
        go_on.set()
        assert first.result() == WebhookAnswer(200)
    assert post(receiver, report(nonce="n")) == WebhookAnswer(200)


def test_events_of_one_call_are_delivered_until_one_fails(
    journal: SqliteJournal | None, application: Application
) -> None:
    class Chatty(ZoomConnect):
        def read_webhook(self, call: WebhookCall) -> WebhookReading:
            first, second = (super(Chatty, self).read_webhook(evolve(call, body=report(each))) for each in "12")
            return WebhookReading((*first.events, *second.events))

    receiver = Receiver(gateway(zoom(kind=Chatty), journal=journal), application)
    application.failures = [RuntimeError()]
    assert post(receiver, report()) == WebhookAnswer(500)
    assert application.events == []
    assert post(receiver, report()) == WebhookAnswer(200)
    assert [getattr(event, "message_id", None) for event in application.events] == ["1", "2"]
