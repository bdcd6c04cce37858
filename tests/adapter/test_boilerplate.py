"""What smsgate does for every adapter: the account's name, tables of words, pages, fields that are left out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from inspect import signature
from typing import TypeVar

import pytest
from attrs import field, frozen

from smsgate import (
    Accepted,
    Balance,
    Contact,
    Conversation,
    Extras,
    InsufficientCreditError,
    InvalidRecipientError,
    MalformedAnswerError,
    Matches,
    OptedOutError,
    Page,
    RejectedError,
    Request,
    Status,
    StatusTable,
    UnsupportedError,
    fields,
    given,
    number_or_text,
    operation,
    read_pages,
    refusal_kind,
)
from smsgate.adapter.stamp import stamped
from smsgate.testing import answer
from tests.stub_provider import Pigeon, PigeonSettings

T = TypeVar("T")


@frozen
class PersonReply:
    raw: fields.Raw
    id: fields.Id
    first_name: str | None = fields.named("givenName", None)
    number: str = field(init=False, default="+27821234567")


@frozen
class Team:
    provider: str
    balances: tuple[Balance, ...]
    computed: int = field(init=False, default=1)


def test_the_accounts_name_is_put_into_each_part_of_what_an_adapter_returns() -> None:
    balance = Balance(amount=Decimal(1), unit="EUR")
    named = Balance(provider="zoom", amount=Decimal(1), unit="EUR")
    assert stamped([balance], "zoom") == [named]
    assert stamped(Page((balance,), "2", 1), "zoom") == Page((named,), "2", 1)
    assert stamped(Team("", (balance,)), "zoom") == Team("zoom", (named,))


def test_a_name_that_an_adapter_gave_stays_and_so_does_what_has_none() -> None:
    mine = Contact(provider="mine", id="1", number=None)
    assert stamped(mine, "zoom") is mine
    accepted = Accepted(message_id="1", raw={"provider": ""})
    assert stamped(accepted, "zoom") is accepted
    assert stamped(Balance, "zoom") is Balance


def test_a_new_word_for_a_status_is_unknown() -> None:
    table = StatusTable(seen=Status.DELIVERED, lost=Status.FAILED, gone=Status.FAILED)
    assert [table.of(word) for word in ("seen", "new", None)] == [Status.DELIVERED, Status.UNKNOWN, Status.UNKNOWN]
    assert table.words(Status.FAILED, "the vendor") == ["lost", "gone"]
    with pytest.raises(UnsupportedError, match=r"^the vendor has no status queued \(it has: delivered, failed\)$"):
        table.words(Status.QUEUED, "the vendor")


def test_a_refusal_is_classified_by_the_first_words_that_fit() -> None:
    words = {r"\bopted out\b": OptedOutError, r"\bnumber\b": InvalidRecipientError}
    assert refusal_kind("Insufficient credits, number", words) is InsufficientCreditError
    assert refusal_kind("The number has OPTED  out", words) is OptedOutError
    assert refusal_kind("Bad number", words) is InvalidRecipientError
    assert refusal_kind("no reason", words) is RejectedError


def test_fields_without_a_value_are_left_out() -> None:
    assert given({"a": None, "b": "", "c": 0}) == {"b": "", "c": 0}


@pytest.mark.parametrize(("text", "number"), [("082 123 4567", "+27821234567"), ("INFO", "INFO"), ("", None)])
def test_a_number_that_cannot_be_read_stays_as_the_vendor_has_it(text: str, number: str | None) -> None:
    assert number_or_text(text, "ZA") == number


def test_matches_are_sorted_into_certain_and_doubtful_ones() -> None:
    one, two = Accepted(message_id="1"), Accepted(message_id="2")
    assert Matches.of([(one, True), (two, False)]) == Matches((one,), ("2",))
    assert Matches.of([]) is None


def run(conversation: Conversation[T]) -> T:
    """Answer whatever is asked."""
    try:
        next(conversation)
        while True:
            conversation.send(answer(200, {}))
    except StopIteration as end:
        result: T = end.value
        return result


def pages(cursors: Sequence[str | None]) -> Conversation[Page[int]]:
    remaining = iter(enumerate(cursors))

    def fetch(_: str | None) -> Conversation[Page[int]]:
        yield Request("GET", "texts")
        place, cursor = next(remaining)
        return Page((place,), cursor, place)

    return read_pages(fetch, most=3, enough=lambda page: 7 in page.items)


def test_pages_are_read_to_the_last_or_to_the_limit() -> None:
    assert run(pages(["a", None])) == Page((0, 1), None, 1)
    assert run(pages(["a", "b", "c", None])) == Page((0, 1, 2), "c", 3)


def test_a_list_that_repeats_a_cursor_is_refused() -> None:
    with pytest.raises(MalformedAnswerError, match="repeats the cursor 'a'"):
        run(pages(["a", "a", None]))


def test_a_value_is_made_of_what_a_reply_has_under_the_same_names() -> None:
    reply = answer(200, {"id": 7, "givenName": "Ada", "other": 1}).read(PersonReply)
    assert fields.into(Contact, reply, title="Lady") == Contact(
        id="7", number="+27821234567", first_name="Ada", title="Lady", raw={"id": 7, "givenName": "Ada", "other": 1}
    )


class Mine(Extras[Pigeon]):
    @operation
    def look_up(self, number: str, *, twice: bool = False) -> Conversation[int]:
        """Ask about a number."""
        for _ in range(1 + twice):
            yield Request("GET", "numbers", query={"number": number})
        return 1 + twice


def test_an_operation_of_a_vendor_is_written_as_a_conversation_and_called_as_a_function() -> None:
    driven: list[str] = []

    def converse(operation: str, conversation: Conversation[T]) -> T:
        driven.append(operation)
        return run(conversation)

    pigeon = Pigeon(PigeonSettings(), provider="zoom")
    mine = Mine(converse, pigeon)
    assert mine.look_up("27821234567", twice=True) == 2
    assert mine.adapter is pigeon
    assert driven == ["look_up"]
    assert str(signature(Mine.look_up)) == "(self, number: 'str', *, twice: 'bool' = False) -> 'int'"
    assert Mine.look_up.__doc__ == "Ask about a number."
