"""`Sandbox.wait_for_text`: the test is in the sandbox's own process."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from smsgate.sandbox import Sandbox
from tests.sandbox.conftest import Ask

ANN, BEN = "+27821234567", "+27821234568"
LONG = 60.0


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def test_the_text_that_a_login_sends_has_its_code(sandbox: Sandbox, send: Ask) -> None:
    send(ANN, "Your code is 123-456")
    text = sandbox.wait_for_text(ANN, LONG)
    assert (text.phone, text.vendor, text.code(), text.code(digits=(6, 6))) == (ANN, "zoomconnect", "123456", "123456")


def test_a_text_without_a_code_is_a_lookup_error(sandbox: Sandbox, send: Ask) -> None:
    send(ANN, "Hello")
    with pytest.raises(LookupError, match=r"^the text has no codes of 4 to 8 digits: 'Hello'$"):
        sandbox.wait_for_text(ANN, LONG).code()


def test_each_wait_returns_the_next_text_to_its_phone(sandbox: Sandbox, send: Ask) -> None:
    for text, to in (("a", ANN), ("b", BEN), ("c", ANN)):
        send(to, text)
    assert [sandbox.wait_for_text(to, LONG).text for to in (ANN, ANN, BEN)] == ["a", "c", "b"]


def test_a_text_that_is_sent_during_the_wait_ends_it(sandbox: Sandbox, send: Ask, pool: ThreadPoolExecutor) -> None:
    waiting = pool.submit(sandbox.wait_for_text, ANN, LONG)
    send(ANN, "now")
    assert waiting.result(LONG).text == "now"


def test_threads_that_wait_for_one_phone_get_different_texts(
    sandbox: Sandbox, send: Ask, pool: ThreadPoolExecutor
) -> None:
    waiting = [pool.submit(sandbox.wait_for_text, ANN, LONG) for _ in range(8)]
    for number in range(8):
        send(ANN, str(number))
    assert sorted(one.result(LONG).text for one in waiting) == [*"01234567"]


def test_a_wait_in_vain_says_what_came_instead(sandbox: Sandbox, send: Ask) -> None:
    send(BEN)
    with pytest.raises(TimeoutError) as caught:
        sandbox.wait_for_text(ANN, 0.05, vendor="zoomconnect")
    came = f"no text to {ANN} by zoomconnect came within 0.05 s; texts that came: 1 to {BEN} by zoomconnect; "
    assert str(caught.value) == f"{came}the last request, POST /zoomconnect/app/api/rest/v1/sms/send, was answered 200"


def test_what_people_wrote_is_not_waited_for(sandbox: Sandbox) -> None:
    sandbox.receive("zoomconnect", ANN, "hi")
    with pytest.raises(TimeoutError, match=r"no other text came; no vendor got a request$"):
        sandbox.wait_for_text(ANN, 0)


def test_closing_ends_a_wait(pool: ThreadPoolExecutor) -> None:
    with Sandbox(vendors=["zoomconnect"]) as sandbox:
        waiting = pool.submit(sandbox.wait_for_text, ANN, LONG)
        while not sandbox._thread.call(lambda: len(sandbox._state.feed._changed._waiters)):
            assert not waiting.done()
    with pytest.raises(RuntimeError, match=r"^the sandbox was closed before a text came$"):
        waiting.result(LONG)


def test_a_sandbox_that_does_not_run_is_not_waited_for() -> None:
    with pytest.raises(RuntimeError, match=r"^the sandbox is not running; "):
        Sandbox(vendors=["zoomconnect"]).wait_for_text(ANN)


def test_the_sandboxs_own_thread_cannot_wait(sandbox: Sandbox, send: Ask) -> None:
    errors: list[RuntimeError] = []
    tried = Event()

    def wait(_text: object) -> None:
        try:
            sandbox.wait_for_text(ANN)
        except RuntimeError as error:
            errors.append(error)
        tried.set()

    sandbox.watch(text=wait)
    send(ANN)
    assert tried.wait(LONG)
    assert str(errors[0]).startswith("the sandbox's own thread cannot wait for a text; ")


@pytest.mark.parametrize("to", ["0821234567", "27821234567", "", "+0", "ann"])
def test_what_is_no_number_is_refused(sandbox: Sandbox, to: str) -> None:
    with pytest.raises(ValueError, match=r"^to must be a number in E\.164, such as \+27821234567, got "):
        sandbox.wait_for_text(to)


@pytest.mark.parametrize("within", [-1, math.nan, math.inf])
def test_an_impossible_time_is_refused(sandbox: Sandbox, within: float) -> None:
    with pytest.raises(ValueError, match=r"^within must be a number of seconds from 0, got "):
        sandbox.wait_for_text(ANN, within)


def test_an_unknown_vendor_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(LookupError, match=r"no vendor 'hooli'"):
        sandbox.wait_for_text(ANN, vendor="hooli")
