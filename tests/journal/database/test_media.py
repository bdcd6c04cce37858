"""Media are kept, compared and removed as the text that they go with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from smsgate import (
    ConflictError,
    Event,
    Gateway,
    JournalSettings,
    KeepText,
    Media,
    OptOut,
    Outcome,
    RejectedError,
    Reply,
    Source,
)
from smsgate.journal.message_record import content
from tests.journal.database.test_erasure import dump
from tests.plain_adapter import LOST, TO, Line, WithMedia, gateway, message

URL = "https://cdn.example.com/picture.png?token=s3cr3t-4711"
MEDIA = (Media(URL, "image/png"), Media("https://cdn.example.com/film"))
LONG = "x" * 400


class Wall:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> float:
        return self.now.timestamp()


@pytest.fixture(name="line")
def _line() -> Line:
    return Line()


@pytest.fixture(name="wall")
def _wall() -> Wall:
    return Wall()


@pytest.fixture(name="opened")
def _opened(path: str, line: Line, wall: Wall) -> Iterator[Gateway]:
    with gateway(path, line, adapter=WithMedia, clock=wall) as opened:
        yield opened


def sent(line: Line) -> list[object]:
    return [request.json["media"] for request in line.requests if isinstance(request.json, dict)]


@pytest.mark.parametrize("text", [LONG, ""])
def test_a_message_is_read_back_with_its_media(opened: Gateway, line: Line, text: str) -> None:
    album = message(text, key="k", media=MEDIA)
    result = opened.send(album)
    [entry] = opened.journal.find(to=TO)
    assert entry.message == album
    again = opened.send(album)
    assert (again.outcome, again.message_id, again.segments) == (Outcome.ACCEPTED, result.message_id, 1)
    assert sent(line) == [[each.url for each in MEDIA]]


@pytest.mark.parametrize("media", [(), MEDIA[:1], MEDIA[::-1], (Media(URL), MEDIA[1])])
def test_the_same_key_with_other_media_is_a_conflict(opened: Gateway, line: Line, media: tuple[Media, ...]) -> None:
    opened.send(message(key="k", media=MEDIA))
    with pytest.raises(ConflictError, match="the key 'k' belongs to another message"):
        opened.send(message(key="k", media=media))
    assert len(sent(line)) == 1


def test_a_message_without_media_is_the_one_that_an_earlier_version_knew() -> None:
    known: list[object] = [TO, "Your code is 4711", None, None, None, None, None, {}]
    assert content(message()) == json.dumps(known, sort_keys=True).encode()
    assert content(message(media=MEDIA)) != content(message(media=MEDIA[:1])) != content(message())


def test_an_unknown_message_is_sent_again_with_its_media(opened: Gateway, line: Line) -> None:
    line.says = LOST
    [*opened.send_bulk([message("", media=MEDIA)])]
    line.says = Line().says
    [entry] = opened.unknowns.list()
    assert entry.result().segments == 1
    assert opened.unknowns.resend(entry.id).outcome is Outcome.ACCEPTED
    assert sent(line) == [[each.url for each in MEDIA]] * 2


@pytest.mark.parametrize("is_erased", [False, True])
def test_a_message_that_is_resolved_counts_as_one(opened: Gateway, line: Line, *, is_erased: bool) -> None:
    line.says = LOST
    [*opened.send_bulk([message(LONG, media=MEDIA)])]
    if is_erased:
        opened.journal.erase(TO)
    [entry] = opened.unknowns.list()
    opened.unknowns.resolve(entry.id, Outcome.NOT_SENT)
    resolved = opened.journal.get(entry.id)
    assert resolved.recorded is not None
    assert (resolved.message is None, resolved.recorded.segments) == (is_erased, 1)


def test_what_is_queued_has_its_media_when_it_is_sent(opened: Gateway, line: Line) -> None:
    media = [[each.url] for each in MEDIA]
    opened.enqueue([message(LONG + str(number), media=urls) for number, urls in enumerate(media)], run="r")
    opened.runs.runner().work(until_empty=True)
    assert sorted(map(str, sent(line))) == sorted(map(str, media))
    assert opened.runs.status("r").segments == 2


@pytest.mark.parametrize("keep", [KeepText.HASH, KeepText.NONE])
def test_a_journal_that_keeps_no_texts_keeps_no_media(path: str, keep: KeepText) -> None:
    quoting = RejectedError(f"cannot fetch {URL}", code="s3cr3t-4711")
    with gateway(JournalSettings(path=path, text=keep), Line(quoting), adapter=WithMedia) as opened:
        for _ in range(2):
            with pytest.raises(RejectedError) as raised:
                opened.send(message(LONG, key="k", media=MEDIA))
        result = raised.value.result
    assert (result and result.outcome, raised.value.code) == (Outcome.REJECTED, None)
    assert result is not None
    assert result.segments == 1
    left = dump(path)
    assert [each for each in ("cdn.example.com", "s3cr3t", "image/png") if each in left] == []


def test_media_are_removed_with_their_text(opened: Gateway, line: Line, wall: Wall, path: str) -> None:
    line.says = RejectedError(f"cannot fetch {URL}", code="s3cr3t-4711")
    [*opened.send_bulk([message("", media=MEDIA), message(LONG, media=MEDIA)])]
    assert "s3cr3t" in dump(path)
    wall.now += timedelta(days=2)
    opened.journal.prune(keep="90d", keep_text="1d")
    left = dump(path)
    assert [each for each in ("cdn.example.com", "s3cr3t", "image/png") if each in left] == []
    again = [entry.result(message("", media=MEDIA)).segments for entry in opened.journal.find(to=TO)]
    assert again == [1, 1]


def test_media_are_erased_with_their_person(opened: Gateway, line: Line, path: str) -> None:
    line.says = RejectedError(f"cannot fetch {URL}", code="s3cr3t-4711")
    [*opened.send_bulk([message("", media=MEDIA)])]
    opened.journal.erase(TO)
    left = dump(path)
    assert [each for each in ("cdn.example.com", "s3cr3t", "image/png") if each in left] == []


# Replies -------------------------------------------------------------------------------------------------------------


def test_a_reply_of_media_alone_is_delivered_once_with_its_media(opened: Gateway) -> None:
    """The vendor's list may have other addresses than its webhook, or none: that makes no other reply of it."""
    opened.send(message())
    came = Reply(provider="a", message_id="r1", sender=TO, text="", media=MEDIA, in_reply_to="1")
    taken: list[Event] = []
    for event in (came, evolve(came, media=MEDIA[:1]), evolve(came, media=(), source=Source.POLLED)):
        opened.incoming.deliver(event, taken.append)
    [delivered] = taken
    assert isinstance(delivered, Reply)
    assert (delivered.text, delivered.media) == ("", MEDIA)
    assert delivered.entry is not None
    assert delivered.entry.message == message()


def test_a_stop_with_media_is_an_opt_out_with_its_media(opened: Gateway) -> None:
    taken: list[Event] = []
    came = Reply(provider="a", message_id="r1", sender=TO, text="STOP", media=MEDIA)
    opened.incoming.deliver(came, taken.append)
    assert taken == [OptOut(reply=came, word="STOP")]
    assert TO in opened.opt_outs
