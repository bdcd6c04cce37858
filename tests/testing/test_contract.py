"""The kit passes sound adapters of one, two and four calls a send, and catches each way to break one."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, ClassVar

import pytest
from attrs import evolve, field, frozen

from smsgate import (
    Accepted,
    Adapter,
    Answer,
    Balance,
    Contact,
    Conversation,
    DeliveryReport,
    Effect,
    InsufficientCreditError,
    ListsOptOuts,
    ListsReplies,
    Message,
    NotFoundError,
    NotSentError,
    Page,
    ProviderError,
    ReadsWebhooks,
    Reply,
    Request,
    SendsMedia,
    Settings,
    Source,
    Status,
    Submission,
    TellsManyStatuses,
    TellsStatus,
    VendorOptOut,
    WebhookCall,
    WebhookError,
    WebhookReading,
    composed,
)
from smsgate.testing import AdapterContract, Answers, Refusal, WebhookExample, answer, json_call


@frozen(kw_only=True)
class OneSettings(Settings):
    base_url: str = "https://one.example"
    token: str = field(repr=False)


@frozen
class Text:
    id: str
    state: str


class One(Adapter[OneSettings], TellsStatus):
    """One call sends."""

    name = "one"
    Settings = OneSettings

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.settings.token}"}

    def body(self, message: Message) -> dict[str, object]:
        return {**message.extra.get(self.name, {}), "to": message.to, "text": message.text}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        answer = yield Request("POST", "texts", json=self.body(message), effect=Effect.SENDS)
        return Accepted(message_id=answer.read(Text).id)

    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        reply = (yield Request("GET", "texts/{id}", ids={"id": message_id})).read(Text)
        status = {"sent": Status.SENT}.get(reply.state, Status.UNKNOWN)
        return DeliveryReport(provider=self.provider, message_id=reply.id, status=status, raw_status=reply.state)


class Two(One):
    """A draft is made, then sent."""

    @composed
    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        draft = (yield Request("POST", "drafts", json=self.body(message), effect=Effect.CHANGES)).read(Text)
        answer = yield Request("POST", "texts/{id}/send", ids={"id": draft.id}, effect=Effect.SENDS)
        if answer.body:  # it may be empty; what is there has to be the vendor's and no captive portal's
            answer.json()
        return Accepted(message_id=draft.id)


class Four(One):
    """A contact is looked for and made, a conversation opened, and the text sent into it."""

    @composed
    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        yield Request("GET", "contacts", query={"number": message.to})
        contact = (yield Request("POST", "contacts", json={"number": message.to}, effect=Effect.CHANGES)).read(Text)
        thread = (yield Request("POST", "threads", json={"contact": contact.id}, effect=Effect.IDEMPOTENT)).read(Text)
        ids = {"id": thread.id}
        answer = yield Request("POST", "threads/{id}", ids=ids, json=self.body(message), effect=Effect.SENDS)
        return Accepted(message_id=answer.read(Text).id)


class WithMedia(One, SendsMedia):
    """It sends pictures."""

    media_at_most = 3

    def body(self, message: Message) -> dict[str, object]:
        return {**super().body(message), "media": [each.url for each in message.media]}


@frozen
class Texts:
    texts: list[Text]
    next: str | None = None


class WithOptOuts(One, ListsOptOuts):
    """It lists whom it does not text."""

    effect = Effect.READS

    def list_opt_outs(self, cursor: str | None) -> Conversation[Page[VendorOptOut]]:
        answer = yield Request("GET" if self.effect is Effect.READS else "POST", "blocks", effect=self.effect)
        return answer.page(str, answer.read(list[object])).read(lambda number: VendorOptOut(number=number))


class WithReplies(One, ReadsWebhooks, ListsReplies, TellsManyStatuses):
    """It has webhooks, and can be asked."""

    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        fields = call.fields()
        match fields:
            case {"id": str(id_), "state": str(state)} if id_:
                return WebhookReading((self.report(id_, state, fields),))
        raise WebhookError("no report")

    def report(self, id_: str, state: str, raw: Mapping[str, object]) -> DeliveryReport:
        return DeliveryReport(
            provider=self.provider,
            message_id=id_,
            status={"sent": Status.SENT}.get(state, Status.UNKNOWN),
            raw_status=state,
            source=Source.WEBHOOK,
            raw=raw,
        )

    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        answer = yield Request("GET", "replies", query={"since": since.isoformat(), "cursor": cursor or ""})
        texts = answer.read(Texts)
        return Page(tuple(self.reply(text) for text in texts.texts if text.state != "sent"), texts.next)

    def reply(self, text: Text) -> Reply:
        return Reply(provider=self.provider, message_id=text.id, sender="+27821234567", text=text.state)

    def statuses(self, message_ids: Sequence[str]) -> Conversation[Sequence[DeliveryReport]]:
        reports: list[DeliveryReport] = []
        for message_id in dict.fromkeys(message_ids):
            with suppress(NotFoundError):
                reports.append((yield from self.status(message_id)))
        return reports


TEXT = answer(200, {"id": "4711", "state": "sent"})
TOLD = {"id": "4711", "state": "sent"}


class Contract(AdapterContract):
    settings: ClassVar = {"token": "t0ken-of-the-tests"}
    secrets = ("token",)
    message_id = "4711"
    statuses: ClassVar = {"sent": Status.SENT}
    refusals: ClassVar = {"no credit": Refusal({"POST *": answer(402, {})}, InsufficientCreditError)}

    def with_status(self, word: str) -> Answers:
        return {"GET texts/*": answer(200, {"id": "4711", "state": word})}

    def test_the_adapter_is_found_by_its_name(self) -> None:
        """Adapters of a test are published nowhere."""


class TestOne(Contract):
    adapter = One
    recorded: ClassVar = {"POST texts": TEXT, "GET texts/*": TEXT}


class TestTwo(Contract):
    adapter = Two
    any_2xx_accepts = True
    recorded: ClassVar = {"POST drafts": TEXT, "POST texts/4711/send": answer(204, text=""), "GET texts/*": TEXT}


class TestFour(Contract):
    adapter = Four
    recorded: ClassVar = {"POST *": TEXT, "GET contacts": answer(200, []), "GET texts/*": TEXT}


class TestSendsMedia(Contract):
    adapter = WithMedia
    recorded: ClassVar = {"POST texts": TEXT, "GET texts/*": TEXT}


class TestListsOptOuts(Contract):
    adapter = WithOptOuts
    recorded: ClassVar = {"POST texts": TEXT, "GET texts/*": TEXT, "* blocks": answer(200, ["+27821234567"])}


class TestListsReplies(Contract):
    adapter = WithReplies
    recorded: ClassVar = {
        "POST texts": TEXT,
        "GET texts/*": TEXT,
        "GET replies": answer(200, {"texts": [{"id": "4712", "state": "Yes"}]}),
    }
    endless: ClassVar = {
        "replies": {"GET replies": answer(200, {"texts": [{"id": "4712", "state": "Yes"}], "next": "2"})}
    }
    filtered: ClassVar = {"replies": {"GET replies": answer(200, {"texts": [TOLD], "next": "2"})}}
    webhooks: ClassVar = {
        "a report": WebhookExample(
            json_call(TOLD),
            DeliveryReport(provider="", message_id="4711", status=Status.SENT, raw_status="sent"),
        )
    }


# Broken in one way each -----------------------------------------------------------------------------------------------


class ForgetsToSaySo(One):
    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        answer = yield Request("POST", "texts", json=self.body(message), effect=Effect.IDEMPOTENT)
        return Accepted(message_id=answer.read(Text).id)


class SaysSoTooEarly(Two):
    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        draft = (yield Request("POST", "drafts", json=self.body(message), effect=Effect.SENDS)).read(Text)
        yield Request("POST", "texts/{id}/send", ids={"id": draft.id}, effect=Effect.SENDS)
        return Accepted(message_id=draft.id)


class BelievesAnything(One):
    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        yield Request("POST", "texts", json=self.body(message), effect=Effect.SENDS)
        return Accepted(message_id="4711")


class TakesFailureForRefusal(One):
    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        return NotSentError("it failed") if answer.status >= 500 else None


class HidesNothing(One):
    def explain(self, request: Request, answer: Answer) -> ProviderError | None:
        logging.getLogger("hooli").warning("failed with %s", dict(self.headers()))
        return None


class PutsTheTokenIntoThePath(One):
    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        yield Request("GET", "texts/{id}", ids={"id": self.settings.token})
        return DeliveryReport(provider=self.provider, message_id=message_id, status=Status.SENT, raw_status="sent")


class PutsTheIdIntoThePath(One):
    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        reply = (yield Request("GET", f"texts/{message_id}".replace("?", "").replace("#", ""))).read(Text)
        return DeliveryReport(provider=self.provider, message_id=reply.id, status=Status.SENT, raw_status=reply.state)


class KnowsOneStatus(One):
    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        reply = (yield Request("GET", "texts/{id}", ids={"id": message_id})).read(Text)
        return DeliveryReport(provider=self.provider, message_id=reply.id, status=Status.SENT, raw_status=None)


class BreaksOnOddAnswers(One):
    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        reply: Any = (yield Request("GET", "texts/{id}", ids={"id": message_id})).json()
        word = reply["state"]
        status = {"sent": Status.SENT}.get(word, Status.UNKNOWN)
        return DeliveryReport(provider=self.provider, message_id=reply["id"], status=status, raw_status=word)


class NamesTheWrongProvider(One):
    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        report = yield from super().status(message_id)
        return DeliveryReport(provider="one", message_id=report.message_id, status=report.status, raw_status="sent")


class DropsExtraFields(One):
    def body(self, message: Message) -> dict[str, object]:
        return {"to": message.to, "text": message.text}


class DropsAllMediaButTheFirst(WithMedia):
    def body(self, message: Message) -> dict[str, object]:
        return {**super().body(message), "media": [each.url for each in message.media[:1]]}


class WritesWhatItDoesNotDeclare(One):
    def balance(self) -> Conversation[Balance]:
        raise NotImplementedError

    def list_contacts(self, cursor: str | None, search: str | None) -> Conversation[Page[Contact]]:
        raise NotImplementedError


class BelievesFields(WithReplies):
    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        fields: Any = call.fields()
        return WebhookReading((self.report(fields["id"], fields["state"], fields),))


class FailsDeepInside(WithReplies):
    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        fields = call.fields()
        match fields:
            case {"id": str(id_) | int(id_), "state": str(state)}:
                return WebhookReading((self.report(id_.strip(), state, fields),))  # type: ignore[union-attr]
        raise WebhookError("no report")


class RefusesItsOwnVendor(WithReplies):
    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        raise WebhookError(f"{call.method} is refused")


class TakesNothingForAReport(WithReplies):
    def read_webhook(self, call: WebhookCall) -> WebhookReading:
        try:
            return super().read_webhook(call)
        except WebhookError:
            return WebhookReading(())


class ClaimsToHaveAsked(WithReplies):
    def report(self, id_: str, state: str, raw: Mapping[str, object]) -> DeliveryReport:
        return evolve(super().report(id_, state, raw), source=Source.POLLED)


class NamesTheWrongProviderInAWebhook(WithReplies):
    def report(self, id_: str, state: str, raw: Mapping[str, object]) -> DeliveryReport:
        return evolve(super().report(id_, state, raw), provider=self.name)


class KeepsNothingRaw(WithReplies):
    def report(self, id_: str, state: str, raw: Mapping[str, object]) -> DeliveryReport:
        return evolve(super().report(id_, state, raw), raw={})


class ShowsTheTokenInAReport(WithReplies):
    def report(self, id_: str, state: str, raw: Mapping[str, object]) -> DeliveryReport:
        return evolve(super().report(id_, state, raw), reference=self.settings.token)


class MissesWhatIsGone(WithReplies):
    def statuses(self, message_ids: Sequence[str]) -> Conversation[Sequence[DeliveryReport]]:
        return [(yield from self.status(message_ids[0]))]


class ReportsTwice(WithReplies):
    def statuses(self, message_ids: Sequence[str]) -> Conversation[Sequence[DeliveryReport]]:
        reports = yield from super().statuses(message_ids)
        return [*reports, *reports]


class EndsAtAPageOfWhichNothingIsLeft(WithReplies):
    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        page = yield from super().list_replies(since, cursor)
        return page if page.items else Page(())


class MakesUpCursors(WithReplies):
    def list_replies(self, since: datetime, cursor: str | None) -> Conversation[Page[Reply]]:
        page = yield from super().list_replies(since, cursor)
        return Page((), f"{cursor}2") if cursor else page


class WritesToListOptOuts(WithOptOuts):
    effect = Effect.CHANGES


BROKEN = {
    WritesToListOptOuts: "test_opt_outs_are_listed_by_reading_alone",
    ForgetsToSaySo: "test_exactly_one_request_of_a_send_says_that_it_sends",
    SaysSoTooEarly: "test_exactly_one_request_of_a_send_says_that_it_sends",
    BelievesAnything: "test_an_answer_that_cannot_be_read_is_unknown_once_a_text_may_be_out",
    TakesFailureForRefusal: "test_a_failure_of_the_vendor_is_unknown_only_once_a_text_may_be_out",
    HidesNothing: "test_no_error_shows_a_secret",
    PutsTheTokenIntoThePath: "test_no_request_and_no_result_shows_a_secret",
    PutsTheIdIntoThePath: "test_no_id_leaves_its_step_of_the_path",
    KnowsOneStatus: "test_an_unmapped_word_is_unknown_and_kept",
    BreaksOnOddAnswers: "test_answers_that_cannot_be_read_are_typed_errors",
    NamesTheWrongProvider: "test_what_is_declared_works",
    DropsExtraFields: "test_text_number_and_extra_fields_reach_the_vendor",
    DropsAllMediaButTheFirst: "test_as_many_media_as_the_vendor_takes_reach_it_without_a_text_and_more_are_refused",
    WritesWhatItDoesNotDeclare: "test_nothing_is_written_without_being_declared",
    BelievesFields: "test_whatever_is_called_is_read_or_refused",
    FailsDeepInside: "test_a_call_with_something_odd_in_one_place_is_read_or_refused",
    RefusesItsOwnVendor: "test_a_call_of_the_vendors_is_read",
    TakesNothingForAReport: "test_a_call_that_says_nothing_is_refused",
    ClaimsToHaveAsked: "test_a_call_of_the_vendors_is_read",
    NamesTheWrongProviderInAWebhook: "test_a_call_of_the_vendors_is_read",
    KeepsNothingRaw: "test_what_a_call_says_is_kept_raw",
    ShowsTheTokenInAReport: "test_a_call_with_something_odd_in_one_place_is_read_or_refused",
    MissesWhatIsGone: "test_statuses_of_unknown_messages_are_left_out",
    ReportsTwice: "test_statuses_say_what_status_says",
    EndsAtAPageOfWhichNothingIsLeft: "test_a_page_of_which_nothing_is_left_does_not_end_a_list",
    MakesUpCursors: "test_a_list_that_goes_in_a_circle_ends",
}


def arguments(test: str, caplog: pytest.LogCaptureFixture) -> Iterator[dict[str, Any]]:
    """Give the arguments of a test in the kit."""
    match test:
        case "test_a_failure_of_the_vendor_is_unknown_only_once_a_text_may_be_out":
            yield {"failed_with": 500}
        case "test_no_error_shows_a_secret":
            yield from ({"able": able, "caplog": caplog} for able in ("send", "status"))
        case _ if "webhook" in getattr(AdapterContract, test).__annotations__:
            yield {"webhook": "a report"}
        case _ if {"paged", "filtered"} & {*getattr(AdapterContract, test).__annotations__}:
            yield dict.fromkeys({*getattr(AdapterContract, test).__annotations__} - {"return"}, "replies")
        case _ if "word" in getattr(AdapterContract, test).__annotations__:
            yield {"word": "sent"}
        case _ if "able" in getattr(AdapterContract, test).__annotations__:
            yield {"able": "status"}
        case _:
            yield {}


RAISES_TYPE_ERRORS = {BreaksOnOddAnswers, BelievesFields}
FACTS: Mapping[type[One], type[Contract]] = {
    Two: TestTwo,
    WithOptOuts: TestListsOptOuts,
    WithReplies: TestListsReplies,
    One: TestOne,
}


@pytest.mark.parametrize("adapter", BROKEN, ids=lambda adapter: adapter.__name__)
def test_the_kit_catches_an_adapter_that(adapter: type[One], caplog: pytest.LogCaptureFixture) -> None:
    facts = next(facts for kind, facts in FACTS.items() if issubclass(adapter, kind))
    kit = type("Kit", (facts,), {"adapter": adapter})()
    test = BROKEN[adapter]

    def inherited() -> None:
        for given in arguments(test, caplog):
            getattr(kit, test)(**given)

    with pytest.raises(BaseException) as caught:  # noqa: PT011 - whatever fails a test
        inherited()
    assert not isinstance(caught.value, TypeError) or adapter in RAISES_TYPE_ERRORS, caught.value


def test_an_ability_to_read_webhooks_without_an_example_is_reported() -> None:
    kit = type("Kit", (TestListsReplies,), {"webhooks": {}})()
    with pytest.raises(AssertionError, match=r"Kit\.webhooks: needed with ReadsWebhooks"):
        kit.test_a_webhook_comes_with_examples()


def test_replies_of_which_none_is_recorded_are_reported() -> None:
    kit = type("Kit", (TestListsReplies,), {"recorded": {"GET replies": answer(200, {"texts": []})}})()
    with pytest.raises(AssertionError, match="record an answer with a reply"):
        kit.test_replies_are_listed()


def test_a_request_without_a_recorded_answer_fails_the_test_even_after_a_send() -> None:
    kit = type("Kit", (TestOne,), {"recorded": {}})()
    with pytest.raises(pytest.fail.Exception, match="nothing is recorded for 'POST texts'"):
        kit.outcome("send")


def test_the_error_of_an_adapter_without_an_entry_point_says_what_its_package_needs() -> None:
    class Kit(AdapterContract):
        adapter = One

    with pytest.raises(pytest.fail.Exception, match=f"with an entry point '{One.name}' in the group smsgate.adapters"):
        Kit().test_the_adapter_is_found_by_its_name()
