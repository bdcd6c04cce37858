from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import (
    Accepted,
    AuthenticationError,
    DeliveryReport,
    Doubt,
    InsufficientCreditError,
    InvalidMessageError,
    InvalidRecipientError,
    Message,
    NotFoundError,
    Provider,
    RejectedError,
    Source,
    Status,
    Submission,
    UnknownOutcomeError,
)
from smsgate.sandbox import Fault, Sandbox
from smsgate.testing import StubTransport, answer
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings

Open = Callable[..., Provider]

HELLO = Message("+27821234567", "Hello", reference="order-4711", campaign="codes")
NO_CREDIT, NO_NUMBER = "+27820000402", "+27820000400"


def status_of(provider: Provider, message_id: str) -> DeliveryReport:
    return evolve(provider.status(message_id), raw={})


def settled(message: Message) -> Doubt:
    return Doubt(message, datetime.now(UTC) - timedelta(hours=1))


def test_a_message_goes_out_and_is_followed_until_it_is_delivered(sandbox: Sandbox, provider: Provider) -> None:
    sent = provider.send(HELLO)
    assert [(text.to, text.text, text.reference, text.message_id) for text in sandbox.texts] == [
        ("+27821234567", "Hello", "order-4711", sent.message_id)
    ]
    assert sent == Accepted(message_id=sent.message_id, status=Status.QUEUED, raw=sent.raw)
    report = DeliveryReport(
        provider="zoom",
        message_id=sent.message_id,
        status=Status.SENT,
        raw_status="SENT",
        reference="order-4711",
        source=Source.POLLED,
    )
    assert status_of(provider, sent.message_id) == report
    sandbox.advance(timedelta(minutes=2))
    assert status_of(provider, sent.message_id) == evolve(report, status=Status.DELIVERED, raw_status="DELIVERED")


@pytest.mark.parametrize(
    ("number", "status", "word", "reason"),
    [
        ("+27820002001", Status.FAILED, "FAILED", None),
        ("+27820002002", Status.FAILED, "FAILED_REFUNDED", "refunded"),
        ("+27820002003", Status.FAILED, "FAILED_OPTOUT", "opted out"),
        ("+27820002004", Status.UNKNOWN, "UNKNOWN", None),
    ],
)
def test_each_end_of_a_message_has_its_status_and_reason(  # noqa: PLR0917 - cases and fixtures
    number: str, status: Status, word: str, reason: str | None, sandbox: Sandbox, provider: Provider
) -> None:
    sent = provider.send(Message(number, "Hello"))
    sandbox.advance(timedelta(minutes=2))
    report = provider.status(sent.message_id)
    assert (report.status, report.raw_status, report.reason) == (status, word, reason)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (NO_NUMBER, InvalidRecipientError),
        (NO_CREDIT, InsufficientCreditError),
        ("+27820000401", AuthenticationError),
        ("+27820000003", UnknownOutcomeError),  # a web page with status 200
        ("+27820001006", UnknownOutcomeError),  # no id
        ("+27820001500", UnknownOutcomeError),
    ],
)
def test_what_the_vendor_does_wrong_has_its_error(number: str, kind: type[Exception], provider: Provider) -> None:
    with pytest.raises(kind) as caught:
        provider.send(Message(number, "Hello"))
    assert type(caught.value) is kind


# Dates ----------------------------------------------------------------------------------------------------------------


def test_a_scheduled_message_waits_for_its_minute_and_never_leaves_before_it(
    sandbox: Sandbox, provider: Provider
) -> None:
    at = datetime(2096, 2, 3, 9, 21, 30, tzinfo=UTC)
    sent = provider.send(evolve(HELLO, send_at=at))
    assert sent.status is Status.SCHEDULED
    assert [text.at for text in sandbox.scheduled] == [datetime(2096, 2, 3, 9, 22, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("date_format", "time_zone", "written"),
    [
        ("yyyyMMddHHmm", "Africa/Johannesburg", "209602031121"),
        ("yyyyMMddHHmm", "UTC", "209602030921"),
        ("iso8601", "Africa/Johannesburg", "2096-02-03T11:21:00+02:00"),
    ],
)
def test_dates_are_written_in_the_zone_and_format_of_the_settings(
    date_format: str, time_zone: str, written: str
) -> None:
    settings = ZoomConnectSettings(email="ops@example.com", token="t0ken", date_format=date_format, time_zone=time_zone)
    stub = StubTransport([answer(200, {"messageId": "1"})])
    at = datetime(2096, 2, 3, 9, 21, tzinfo=UTC)
    Provider("zoom", ZoomConnect(settings, provider="zoom"), stub).send(evolve(HELLO, send_at=at))
    assert stub.requests[0].json == {
        "recipientNumber": "+27821234567",
        "message": "Hello",
        "campaign": "codes",
        "dateToSend": written,
        "dataField": "order-4711",
    }


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("date_format", "dd.MM.yyyy"),
        ("bulk_size", 0),
        ("bulk_size", 1001),
        ("messages_per_minute", 0),
        ("email", " "),
        ("token", "two\nlines"),
    ],
)
def test_a_setting_out_of_bounds_is_refused_by_name(setting: str, value: object, open_provider: Open) -> None:
    with pytest.raises(ValueError, match=setting) as caught:
        open_provider(**{setting: value})
    assert setting != "token" or "two" not in str(caught.value)


# Bulk -----------------------------------------------------------------------------------------------------------------


def test_bulk_goes_in_chunks_and_each_message_has_its_own_outcome(sandbox: Sandbox, open_provider: Open) -> None:
    provider = open_provider(bulk_size=2, messages_per_minute=60)
    numbers = ["+27821234567", NO_CREDIT, NO_NUMBER, "+27821234568", "+27821234569"]
    results = list(provider.send_bulk(Message(number, "Hello") for number in numbers))
    assert [type(result) for result in results] == [
        Accepted,
        InsufficientCreditError,
        InvalidRecipientError,
        Accepted,
        Accepted,
    ]
    ids = [result.message_id for result in results if isinstance(result, Accepted)]
    assert [(text.to, text.message_id) for text in sandbox.texts] == [
        (number, id_) for number, id_ in zip((numbers[0], numbers[3], numbers[4]), ids, strict=True)
    ]


def test_a_lost_answer_leaves_its_chunk_unknown_and_no_other(sandbox: Sandbox, open_provider: Open) -> None:
    provider = open_provider(bulk_size=2)
    sandbox.misbehave("zoomconnect", Fault.DROP_AFTER, path="sms/send-bulk")
    results = list(provider.send_bulk([HELLO] * 3))
    assert [type(result) for result in results] == [UnknownOutcomeError, UnknownOutcomeError, Accepted]
    assert len(sandbox.texts) == 3


def test_one_answer_of_a_bulk_call_without_id_and_error_is_unknown_alone() -> None:
    said = [{"messageId": "1", "error": None}, {"messageId": None, "error": None}, {"error": "Message is too long"}]
    settings = ZoomConnectSettings(email="ops@example.com", token="t0ken")
    stub = StubTransport([answer(200, {"sendSmsResponses": said})])
    results = list(Provider("zoom", ZoomConnect(settings, provider="zoom"), stub).send_bulk([HELLO] * 3))
    assert [type(result) for result in results] == [Accepted, UnknownOutcomeError, RejectedError]


@pytest.mark.parametrize("wish", [{"sender": "ACME"}, {"validity": timedelta(hours=1)}])
def test_what_the_vendor_does_not_take_is_refused_before_any_request(
    wish: dict[str, object], provider: Provider, asked: list[str]
) -> None:
    with pytest.raises(InvalidMessageError, match=next(iter(wish))):
        provider.send(evolve(HELLO, **wish))  # type: ignore[arg-type]
    assert asked == []


# Reconciliation -------------------------------------------------------------------------------------------------------


def test_a_message_whose_answer_was_lost_is_found_by_its_reference(sandbox: Sandbox, provider: Provider) -> None:
    with pytest.raises(UnknownOutcomeError):
        provider.send(evolve(HELLO, to="+27820001500"))
    doubt = settled(evolve(HELLO, to="+27820001500"))
    assert provider.reconcile(doubt) == Accepted(message_id=sandbox.texts[0].message_id)


def test_a_scheduled_message_is_found_too(sandbox: Sandbox, provider: Provider) -> None:
    later = evolve(HELLO, to="+27820001500", send_at=datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(UnknownOutcomeError):
        provider.send(later)
    found = provider.reconcile(settled(later))
    assert found == Accepted(message_id=sandbox.scheduled[0].message_id, status=Status.SCHEDULED)


def test_a_message_that_the_vendor_never_had_is_not_there(provider: Provider) -> None:
    with pytest.raises(UnknownOutcomeError):
        provider.send(evolve(HELLO, to="+27820000500"))
    assert provider.reconcile(settled(evolve(HELLO, to="+27820000500"))) is None


def test_not_there_says_nothing_before_the_vendor_had_time(provider: Provider) -> None:
    with pytest.raises(UnknownOutcomeError, match="does not show the message"):
        provider.reconcile(Doubt(HELLO, datetime.now(UTC)))


def test_only_the_whole_reference_to_the_same_number_is_the_message(provider: Provider) -> None:
    provider.send(evolve(HELLO, reference="order-47110"))
    provider.send(evolve(HELLO, to="+27821234568"))
    provider.send(evolve(HELLO, reference="ORDER-4711"))
    assert provider.reconcile(settled(HELLO)) is None


def test_an_older_message_with_the_same_reference_is_another() -> None:
    since = datetime(2026, 5, 4, 12, tzinfo=UTC)
    listed = [
        {"messageId": "1", "messageStatus": "SENT", "userDataField": "order-4711", "dateTimeSent": sent}
        for sent in ("2026-05-04T13:49:00+02:00", "202605041100", "20260504110000", 1777885000000)
    ]
    said = answer(200, {"totalPages": 1, "webServiceMessages": listed})
    settings = ZoomConnectSettings(email="ops@example.com", token="t0ken")
    provider = Provider("zoom", ZoomConnect(settings, provider="zoom"), StubTransport([said]))
    assert provider.reconcile(Doubt(HELLO, since)) is None


@pytest.mark.parametrize("reference", [None, "x" * 51])
def test_without_a_reference_that_comes_back_whole_it_is_unknown(
    reference: str | None, provider: Provider, asked: list[str]
) -> None:
    with pytest.raises(UnknownOutcomeError, match="reference of at most 50"):
        provider.reconcile(settled(evolve(HELLO, reference=reference)))
    assert asked == []


def test_two_messages_of_one_reference_leave_it_open(provider: Provider) -> None:
    provider.send(HELLO)
    provider.send(HELLO)
    with pytest.raises(UnknownOutcomeError, match="2 messages have the reference 'order-4711'"):
        provider.reconcile(settled(HELLO))


def test_a_message_of_the_same_reference_that_another_entry_has_is_not_it(provider: Provider) -> None:
    first, second = provider.send(HELLO).message_id, provider.send(HELLO).message_id
    found = provider.reconcile(evolve(settled(HELLO), taken=frozenset({first})))
    assert found == Accepted(message_id=second)
    assert provider.reconcile(evolve(settled(HELLO), taken=frozenset({first, second}))) is None


def test_what_has_the_id_of_the_submission_is_the_message_whatever_the_clocks_and_other_entries_say(
    sandbox: Sandbox, provider: Provider
) -> None:
    lost = evolve(HELLO, to="+27820001500", reference=None)
    with pytest.raises(UnknownOutcomeError):
        provider.send(lost)
    [text] = sandbox.texts
    given = str(text.reference)
    fast = datetime.now(UTC) + timedelta(hours=1)
    doubt = Doubt(lost, fast, None, fast - timedelta(days=1), Submission(given, reference=given))
    assert provider.reconcile(doubt) == Accepted(message_id=text.message_id)
    taken = evolve(doubt, taken=frozenset({text.message_id}))
    assert provider.reconcile(taken) == Accepted(message_id=text.message_id)


def test_a_message_without_a_reference_is_found_by_its_submission(sandbox: Sandbox, provider: Provider) -> None:
    lost = evolve(HELLO, to="+27820001500", reference=None)
    for each in (lost, evolve(lost, reference="another")):
        with pytest.raises(UnknownOutcomeError):
            provider.send(each)
    [text, _] = sandbox.texts
    given = str(text.reference)
    doubt = evolve(settled(lost), submission=Submission(given, reference=given))
    assert provider.reconcile(doubt) == Accepted(message_id=text.message_id)
    assert provider.reconcile(evolve(doubt, submission=Submission("other", reference="other"))) is None
    with pytest.raises(UnknownOutcomeError, match="reference of at most 50"):  # the id was not sent
        provider.reconcile(evolve(doubt, submission=Submission(given)))


def test_the_status_of_an_unknown_id_is_not_found(provider: Provider) -> None:
    with pytest.raises(NotFoundError):
        provider.status("5a757c7b7736b6c1d340ffff")


def test_a_date_in_iso_8601_is_taken_in_single_and_in_bulk(sandbox: Sandbox, open_provider: Open) -> None:
    provider = open_provider(date_format="iso8601")
    at = datetime(2096, 2, 3, 9, 21, tzinfo=UTC)
    assert provider.send(evolve(HELLO, send_at=at)).status is Status.SCHEDULED
    assert [type(result) for result in provider.send_bulk([evolve(HELLO, send_at=at)])] == [Accepted]
    assert [text.at for text in sandbox.scheduled] == [at, at]
