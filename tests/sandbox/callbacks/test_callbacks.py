import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
import requests

from smsgate.sandbox import Fault, Sandbox
from smsgate_zoomconnect_sandbox import ZoomConnect
from tests.sandbox.listener import Listener

Ask = Callable[..., requests.Response]

ZOOM = "zoomconnect"
MINUTE = timedelta(minutes=1)
PERSON = "+27821234567"


@pytest.fixture
def sandbox(listener: Listener) -> Iterator[Sandbox]:
    """Deliver after a minute, which tests let pass with `advance`."""
    with Sandbox(vendors=[ZoomConnect(delivery=MINUTE)], stall=0.05) as sandbox:
        sandbox.call_back(ZOOM, listener.url())
        yield sandbox


def _texts(listener: Listener) -> list[str]:
    return [json.loads(heard.body)["message"] for heard in listener.all()]


def _say(sandbox: Sandbox, *texts: str) -> None:
    for text in texts:
        sandbox.receive(ZOOM, PERSON, text)
    sandbox.settle()


# Where to ------------------------------------------------------------------------------------------------------------


def test_a_report_arrives_by_itself_when_it_is_due(listener: Listener, session: requests.Session) -> None:
    with Sandbox() as sandbox:
        sandbox.call_back(ZOOM, listener.url())
        body = {"recipientNumber": PERSON, "message": "hi"}
        url = f"{sandbox.url(ZOOM)}/sms/send.json"
        sent = session.post(url, json=body, headers=dict(sandbox.credentials(ZOOM)), timeout=10).json()
        assert json.loads(listener.next().body)["messageId"] == sent["messageId"]


def test_a_vendor_without_webhooks_says_so() -> None:
    sandbox = Sandbox()
    with pytest.raises(LookupError, match="salesbox has no webhooks"):
        sandbox.call_back("salesbox", "http://127.0.0.1:9/")


def test_a_kind_or_style_that_a_vendor_does_not_have_is_named_beside_those_that_it_has(sandbox: Sandbox) -> None:
    with pytest.raises(LookupError, match=r"no webhook for 'delivered' \(it has: report, reply\)"):
        sandbox.call_back(ZOOM, "http://127.0.0.1:9/", kind="delivered")
    with pytest.raises(ValueError, match=r"style 'xml' \(it has: json, form, query\)"):
        sandbox.call_back(ZOOM, "http://127.0.0.1:9/", style="xml")


@pytest.mark.parametrize("host", ["example.com", "192.168.0.1", "[2001:db8::1]", "localhost.example.com", "0.0.0.0"])
def test_nothing_leaves_the_machine_and_the_error_contains_no_secret(sandbox: Sandbox, host: str) -> None:
    with pytest.raises(ValueError, match=rf"must be on this machine, got host '{host.strip('[]')}'") as caught:
        sandbox.call_back(ZOOM, f"http://{host}/CANARY?CANARY")
    assert "CANARY" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:80",
        "ftp://127.0.0.1/",
        "http:///path",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/\r\nX: 1",
        "http://127.0.0.1/#part",
        "http://[::1/",
    ],
)
def test_an_invalid_url_is_refused(sandbox: Sandbox, url: str) -> None:
    with pytest.raises(ValueError, match=r"write it as http://127\.0\.0\.1"):
        sandbox.call_back(ZOOM, url)


def test_a_redirect_is_not_followed(sandbox: Sandbox, listener: Listener) -> None:
    listener.answers.append(307)
    _say(sandbox, "hi")
    assert [heard.path for heard in listener.all()] == ["/hook"]
    assert [call.status for call in sandbox.calls(ZOOM)] == [307]


def test_a_removed_url_is_no_longer_called(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.call_back(ZOOM, None)
    _say(sandbox, "hi")
    assert (listener.all(), sandbox.calls(ZOOM)) == ([], ())


def test_a_reset_removes_urls_disturbances_calls_and_waiting_notifications(
    sandbox: Sandbox, send: Ask, listener: Listener
) -> None:
    _say(sandbox, "before")
    sandbox.disturb(ZOOM, hold=True)
    _say(sandbox, "held")
    send()
    sandbox.reset()
    assert sandbox.calls(ZOOM) == ()
    _say(sandbox, "unheard")
    sandbox.call_back(ZOOM, listener.url())
    sandbox.advance(MINUTE)
    sandbox.release(ZOOM)
    _say(sandbox, "after")
    assert _texts(listener) == ["before", "after"]


# What is kept of it --------------------------------------------------------------------------------------------------


def test_every_call_is_recorded_with_its_answer(sandbox: Sandbox, listener: Listener) -> None:
    listener.answers.append(201)
    reply_id = sandbox.receive(ZOOM, PERSON, "hi")
    sandbox.settle()
    [call], [heard] = sandbox.calls(ZOOM), listener.all()
    assert (call.vendor, call.kind, call.message_id, call.method) == (ZOOM, "reply", reply_id, "POST")
    assert (call.url, call.content_type, call.body) == (listener.url(), heard.content_type, heard.body)
    assert (call.attempt, call.status, call.error, call.acknowledged) == (1, 201, None, True)


def test_a_secret_in_the_url_is_not_in_the_repr_of_a_call(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.call_back(ZOOM, listener.url("/CANARY"))
    _say(sandbox, "hi")
    assert "CANARY" not in repr(sandbox.calls(ZOOM))


def test_a_call_to_a_closed_port_ends_in_an_error(sandbox: Sandbox) -> None:
    with socket.socket() as taken:  # bound, and not listened on
        taken.bind(("127.0.0.1", 0))
        sandbox.call_back(ZOOM, f"http://127.0.0.1:{taken.getsockname()[1]}/CANARY")
        _say(sandbox, "hi")
    [call] = sandbox.calls(ZOOM)
    assert (call.status, call.error, call.acknowledged) == (None, "ClientConnectorError", False)


def test_an_answer_is_waited_for_no_longer_than_patience_lasts(listener: Listener) -> None:
    gone = Event()
    listener.meanwhile.append(lambda: gone.wait(20))
    with Sandbox(patience=0.05) as sandbox:
        sandbox.call_back(ZOOM, listener.url())
        _say(sandbox, "hi")
        gone.set()
        [call] = sandbox.calls(ZOOM)
    assert (call.status, call.error) == (None, "TimeoutError")


# What goes wrong -----------------------------------------------------------------------------------------------------


def test_calls_have_the_order_of_the_events(sandbox: Sandbox, listener: Listener) -> None:
    _say(sandbox, *map(str, range(20)))
    assert _texts(listener) == [str(turn) for turn in range(20)]


def test_calls_are_made_twice(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.disturb(ZOOM, copies=2)
    _say(sandbox, "a", "b")
    assert _texts(listener) == ["a", "a", "b", "b"]


def test_calls_are_late_by_the_sandboxs_clock(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.disturb(ZOOM, delay=timedelta(hours=1))
    _say(sandbox, "a")
    sandbox.advance(timedelta(minutes=59))
    sandbox.settle()
    assert _texts(listener) == []
    sandbox.advance(MINUTE)
    sandbox.settle()
    assert _texts(listener) == ["a"]


def test_every_few_calls_are_made_in_reversed_order(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.disturb(ZOOM, reorder=2)
    _say(sandbox, "a", "b", "c")
    assert _texts(listener) == ["b", "a"]
    _say(sandbox, "d")
    assert _texts(listener) == ["d", "c"]


def test_a_report_is_overtaken_by_the_reply_to_its_text(sandbox: Sandbox, send: Ask, listener: Listener) -> None:
    sandbox.disturb(ZOOM, reorder=2)
    message_id = send().json()["messageId"]
    sandbox.advance(MINUTE)
    reply_id = sandbox.receive(ZOOM, PERSON, "thanks", message_id=message_id)
    sandbox.settle()
    assert [json.loads(heard.body)["messageId"] for heard in listener.all()] == [reply_id, message_id]


def test_waiting_calls_are_released_in_their_order(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.disturb(ZOOM, hold=True)
    _say(sandbox, "a", "b", "c")
    assert _texts(listener) == []
    sandbox.release(ZOOM)
    assert _texts(listener) == ["a", "b", "c"]


def test_waiting_calls_are_released_in_any_order_and_the_rest_still_waits(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.disturb(ZOOM, hold=True, copies=2)
    _say(sandbox, "a", "b", "c")
    sandbox.release(ZOOM, [2, 0])
    assert _texts(listener) == ["c", "c", "a", "a"]
    sandbox.disturb(ZOOM)
    _say(sandbox, "d")
    assert _texts(listener) == ["d"]
    sandbox.release(ZOOM)
    assert _texts(listener) == ["b"]


@pytest.mark.parametrize("order", [[1], [0, 0], [-1]])
def test_only_waiting_calls_can_be_released(sandbox: Sandbox, listener: Listener, order: list[int]) -> None:
    sandbox.disturb(ZOOM, hold=True)
    _say(sandbox, "a")
    with pytest.raises(ValueError, match="places of the 1 waiting"):
        sandbox.release(ZOOM, order)
    sandbox.release(ZOOM, [0])
    assert _texts(listener) == ["a"]


def test_calls_are_lost_and_the_loss_is_recorded(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.disturb(ZOOM, lose=1)
    _say(sandbox, "a", "b")
    assert _texts(listener) == ["b"]
    assert [(call.status, call.error, call.acknowledged) for call in sandbox.calls(ZOOM)] == [
        (None, "lost", False),
        (200, None, True),
    ]
    sandbox.disturb(ZOOM, lose=None)
    _say(sandbox, *"cdef")
    assert _texts(listener) == []


def test_a_notification_without_a_url_is_neither_kept_nor_lost(sandbox: Sandbox, listener: Listener) -> None:
    sandbox.call_back(ZOOM, None, kind="reply")
    sandbox.disturb(ZOOM, hold=True)
    _say(sandbox, "a")
    sandbox.disturb(ZOOM, lose=1)
    _say(sandbox, "b")
    sandbox.call_back(ZOOM, listener.url())
    sandbox.release(ZOOM)
    _say(sandbox, "lost", "c")
    assert _texts(listener) == ["c"]


@pytest.mark.parametrize(
    "settings",
    [
        {"copies": 0},
        {"reorder": 0},
        {"lose": -1},
        {"delay": -MINUTE},
        {"early": True, "delay": MINUTE},
        {"early": True, "hold": True},
        {"early": True, "reorder": 2},
    ],
)
def test_an_impossible_disturbance_is_refused(sandbox: Sandbox, settings: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"at least 1|not be negative|early cannot be combined"):
        sandbox.disturb(ZOOM, **settings)  # type: ignore[arg-type]


# Early ---------------------------------------------------------------------------------------------------------------


def test_a_report_is_answered_before_the_request_that_it_is_about(
    sandbox: Sandbox, send: Ask, listener: Listener
) -> None:
    statuses: list[str] = []

    def confirm() -> None:
        [text] = sandbox.texts
        answer = requests.get(
            f"{sandbox.url(ZOOM)}/messages/{text.message_id}.json", headers=dict(sandbox.credentials(ZOOM)), timeout=10
        )
        statuses.append(answer.json()["messageStatus"])

    sandbox.disturb(ZOOM, early=True)
    listener.meanwhile.append(confirm)
    sent = send().json()["messageId"]
    [heard] = listener.all()  # it was there before the answer was
    assert json.loads(heard.body)["messageId"] == sent
    assert statuses == ["DELIVERED"]
    sandbox.advance(MINUTE)
    sandbox.settle()
    assert listener.all() == []


def test_every_text_of_a_bulk_request_is_reported_before_its_answer(
    sandbox: Sandbox, ask: Ask, listener: Listener
) -> None:
    sandbox.disturb(ZOOM, early=True, copies=2)
    texts = [{"recipientNumber": PERSON, "message": text} for text in "abc"]
    sent = ask("POST", "sms/send-bulk", json={"sendSmsRequests": texts}).json()["sendSmsResponses"]
    ids = [json.loads(heard.body)["messageId"] for heard in listener.all()]
    assert ids == [one["messageId"] for one in sent for _ in range(2)]


def test_a_report_arrives_although_the_answer_is_lost(sandbox: Sandbox, send: Ask, listener: Listener) -> None:
    sandbox.disturb(ZOOM, early=True)
    sandbox.misbehave(ZOOM, Fault.DROP_AFTER)
    with pytest.raises(requests.ConnectionError):
        send()
    assert [json.loads(heard.body)["status"] for heard in listener.all()] == ["DELIVERED"]


def test_a_scheduled_text_is_not_reported_early(sandbox: Sandbox, send: Ask, listener: Listener) -> None:
    sandbox.disturb(ZOOM, early=True)
    send(dateToSend="209901010000")
    sandbox.settle()
    assert listener.all() == []
    sandbox.advance(timedelta(days=40_000))
    sandbox.settle()
    assert len(listener.all()) == 1


def test_early_reports_may_be_lost_and_need_a_url(sandbox: Sandbox, send: Ask, listener: Listener) -> None:
    sandbox.disturb(ZOOM, early=True, lose=1)
    send()
    sandbox.call_back(ZOOM, None)
    send()
    assert listener.all() == []
    assert [call.error for call in sandbox.calls(ZOOM)] == ["lost"]


# The end -------------------------------------------------------------------------------------------------------------


def test_closing_gives_up_a_call_that_is_not_answered(listener: Listener) -> None:
    asked, over = Event(), Event()
    listener.meanwhile.extend((asked.set, lambda: over.wait(20)))
    sandbox = Sandbox(patience=600)
    sandbox.start()
    sandbox.call_back(ZOOM, listener.url())
    sandbox.receive(ZOOM, PERSON, "hi")
    with ThreadPoolExecutor() as pool:
        assert asked.wait(20)
        settled = pool.submit(sandbox.settle)
        pool.submit(sandbox.close).result(timeout=20)
        over.set()
        assert settled.exception(timeout=20) is None or isinstance(settled.exception(), RuntimeError)
    assert sandbox.calls(ZOOM) == ()


def test_closing_gives_up_an_early_call_and_the_request_that_waits_for_it(listener: Listener) -> None:
    asked, over = Event(), Event()
    listener.meanwhile.extend((asked.set, lambda: over.wait(20)))
    sandbox = Sandbox(patience=600)
    sandbox.start()
    sandbox.call_back(ZOOM, listener.url())
    sandbox.disturb(ZOOM, early=True)
    url, headers = f"{sandbox.url(ZOOM)}/sms/send", dict(sandbox.credentials(ZOOM))
    with ThreadPoolExecutor() as pool:
        body = {"recipientNumber": PERSON, "message": "hi"}
        sending = pool.submit(requests.post, url, json=body, headers=headers, timeout=20)
        assert asked.wait(20)
        pool.submit(sandbox.close).result(timeout=20)
        over.set()
        assert sending.exception(timeout=20) is None or isinstance(sending.exception(), requests.ConnectionError)
    assert len(sandbox.texts) == 1


def test_what_falls_due_while_it_is_closed_is_sent_when_it_runs_again(listener: Listener) -> None:
    sandbox = Sandbox()
    sandbox.call_back(ZOOM, listener.url())
    sandbox.receive(ZOOM, PERSON, "early")
    sandbox.disturb(ZOOM, hold=True)
    sandbox.advance(MINUTE)
    sandbox.release(ZOOM)
    assert listener.all() == []
    with sandbox:
        assert json.loads(listener.next().body)["message"] == "early"
