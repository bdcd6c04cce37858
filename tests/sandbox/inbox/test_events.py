from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse
from threading import Thread

import pytest

from smsgate.sandbox import Fault, Sandbox

ANN = "+27821234567"
NONE: Mapping[str, str] = {}


def opened(
    sandbox: Sandbox, stack: ExitStack, after: int | None = None, headers: Mapping[str, str] = NONE
) -> HTTPResponse:
    connection = stack.enter_context(closing(HTTPConnection("127.0.0.1", sandbox.port, timeout=20)))
    connection.request("GET", "/events" if after is None else f"/events?after={after}", headers=dict(headers))
    return connection.getresponse()


def next_notice(stream: HTTPResponse) -> int:
    """Wait for the next notice, and return its number; 0 if the stream has ended."""
    while line := stream.readline():
        if found := re.fullmatch(rb"id: (\d+)\n", line):
            return int(found[1])
    return 0


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def changes(sandbox: Sandbox) -> int:
    return sandbox._state.feed.number


def test_a_text_is_a_notice_to_each_page_that_is_open(sandbox: Sandbox, stack: ExitStack) -> None:
    streams = [opened(sandbox, stack, changes(sandbox)) for _ in range(3)]
    assert streams[0].headers["Content-Type"] == "text/event-stream"
    assert [stream.readline() for stream in streams] == [b"retry: 2000\n"] * 3
    before = changes(sandbox)
    sandbox.receive("zoomconnect", ANN, "secret words")
    assert [next_notice(stream) > before for stream in streams] == [True] * 3


def test_a_notice_says_nothing_but_that_something_has_changed(sandbox: Sandbox, stack: ExitStack) -> None:
    stream = opened(sandbox, stack, changes(sandbox))
    sandbox.receive("zoomconnect", ANN, "secret words")
    lines = [stream.readline() for _ in range(6)]
    number = changes(sandbox)
    assert b"".join(lines) == f"retry: 2000\n\nid: {number}\nevent: changed\ndata: {number}\n\n".encode()


def test_a_page_learns_what_it_has_missed(sandbox: Sandbox, stack: ExitStack) -> None:
    before = changes(sandbox)
    sandbox.receive("zoomconnect", ANN, "while it was away")
    streams = [opened(sandbox, stack, before), opened(sandbox, stack, headers={"Last-Event-ID": str(before)})]
    assert [next_notice(stream) for stream in streams] == [changes(sandbox)] * 2


def test_a_page_of_an_earlier_run_learns_of_the_next_change(sandbox: Sandbox, stack: ExitStack) -> None:
    stream = opened(sandbox, stack, 10**9)
    stream.readline()
    sandbox.receive("zoomconnect", ANN, "hi")
    assert next_notice(stream) == changes(sandbox)


@pytest.mark.parametrize(
    "change",
    [
        lambda sandbox: sandbox.advance(timedelta(hours=1)),
        lambda sandbox: sandbox.call_back("zoomconnect", None),
        lambda sandbox: sandbox.misbehave("zoomconnect", Fault.HTML),
        lambda sandbox: sandbox.behave(),
        lambda sandbox: sandbox.end_texts("zoomconnect"),
        lambda sandbox: sandbox.reset(),
    ],
    ids=["time", "a webhook", "a fault", "no fault", "ends", "a reset"],
)
def test_each_change_that_a_page_shows_is_a_notice(
    sandbox: Sandbox, stack: ExitStack, change: Callable[[Sandbox], None]
) -> None:
    stream, before = opened(sandbox, stack, changes(sandbox)), changes(sandbox)
    change(sandbox)
    assert next_notice(stream) > before


def test_many_changes_are_few_notices(sandbox: Sandbox, stack: ExitStack) -> None:
    stream = opened(sandbox, stack, changes(sandbox))
    for place in range(500):
        sandbox.receive("zoomconnect", ANN, str(place))
    last, notices = changes(sandbox), 1
    while next_notice(stream) < last:
        notices += 1
        assert notices < 250


def test_the_sandbox_closes_while_pages_are_open(stack: ExitStack) -> None:
    with Sandbox() as sandbox:
        streams = [opened(sandbox, stack, changes(sandbox)) for _ in range(8)]
        closer = Thread(target=sandbox.close)
        closer.start()
        closer.join(20)
        assert not closer.is_alive()
    assert [next_notice(stream) for stream in streams] == [0] * 8


def test_the_fifth_page_of_a_browser_ends_the_stream_of_the_first(sandbox: Sandbox, stack: ExitStack) -> None:
    other = opened(sandbox, stack, changes(sandbox), headers={"User-Agent": "another browser"})
    streams = [opened(sandbox, stack, changes(sandbox)) for _ in range(5)]
    assert next_notice(streams[0]) == 0
    sandbox.receive("zoomconnect", ANN, "hi")
    assert [next_notice(stream) > 0 for stream in (other, *streams[1:])] == [True] * 5
