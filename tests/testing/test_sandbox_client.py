"""A test's client of a sandbox in another process; here the sandbox is in this one, and asked over its socket."""

import asyncio
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Barrier, Thread

import pytest
import requests

from smsgate.sandbox import DeliveryOutcome, Fault, Sandbox
from smsgate.testing import NoCodeError, NoTextError, SandboxClient, SandboxError, SandboxText
from tests.sandbox.listener import Listener, listening

ANN, BEN = "+27821234567", "+27821234568"
LONG = 60.0
TOKEN = "CANARY-a-token-of-some-length"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=["zoomconnect", "bulksms"]) as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> SandboxClient:
    return SandboxClient(_url(sandbox))


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def _url(sandbox: Sandbox) -> str:
    return f"http://127.0.0.1:{sandbox.port}"


def _send(sandbox: Sandbox, text: str = "Your code is 4711", to: str = ANN) -> requests.Response:
    return requests.post(
        f"{sandbox.url('zoomconnect')}/sms/send",
        json={"recipientNumber": to, "message": text, "dataField": "7"},
        headers={**sandbox.credentials("zoomconnect"), "Accept": "application/json"},
        timeout=30,
    )


def test_the_text_that_a_login_sends_has_its_code(sandbox: Sandbox, client: SandboxClient) -> None:
    message_id = _send(sandbox).json()["messageId"]
    text = client.wait_for_text(ANN, within=LONG)
    assert text == SandboxText(
        number=1,
        vendor="zoomconnect",
        to=ANN,
        text="Your code is 4711",
        message_id=message_id,
        at=sandbox.texts[0].at,
        sender=None,
        reference="7",
        codes=("4711",),
    )
    assert text.code() == "4711"


def test_each_wait_returns_the_next_text_to_its_phone(sandbox: Sandbox, client: SandboxClient) -> None:
    for text, to in (("a", ANN), ("b", BEN), ("c", ANN)):
        _send(sandbox, text, to)
    assert [client.wait_for_text(to, LONG).text for to in (ANN, ANN, BEN)] == ["a", "c", "b"]


def test_texts_from_before_the_client_was_made_are_not_waited_for(sandbox: Sandbox) -> None:
    _send(sandbox, "old")
    client = SandboxClient(_url(sandbox))
    with pytest.raises(NoTextError):
        client.wait_for_text(ANN, within=0)
    _send(sandbox, "new")
    assert client.wait_for_text(ANN, LONG).text == "new"
    assert [text.text for text in client.texts()] == ["old", "new"]


def test_a_text_that_is_sent_during_the_wait_ends_it(sandbox: Sandbox, client: SandboxClient) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.wait_for_text, ANN, LONG)
        _send(sandbox)
        assert waiting.result(LONG).code() == "4711"


def test_threads_that_wait_for_one_phone_get_different_texts(sandbox: Sandbox, client: SandboxClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(client.wait_for_text, ANN, LONG) for _ in range(8)]
        for number in range(8):
            _send(sandbox, str(number))
        assert sorted(one.result(LONG).text for one in waiting) == [*"01234567"]


def test_two_clients_do_not_take_each_others_texts(sandbox: Sandbox) -> None:
    clients = [SandboxClient(_url(sandbox)) for _ in range(2)]
    _send(sandbox)
    assert [client.wait_for_text(ANN, LONG).number for client in clients] == [1, 1]


def test_a_text_of_another_vendor_is_passed_over(sandbox: Sandbox, client: SandboxClient) -> None:
    _send(sandbox)
    with pytest.raises(NoTextError, match=f"^no text to {ANN[1:]} by bulksms came within 0 s; texts that came: 1 to"):
        client.wait_for_text(ANN[1:], within=0, vendor="bulksms")
    assert client.wait_for_text(ANN, LONG, vendor="zoomconnect").number == 1


def test_a_wait_in_vain_says_what_came_instead(sandbox: Sandbox, client: SandboxClient) -> None:
    _send(sandbox, to=BEN)
    with pytest.raises(TimeoutError) as caught:
        client.wait_for_text(ANN, within=0.05)
    came = f"texts that came: 1 to {BEN} by zoomconnect"
    last = "the last request, POST /zoomconnect/app/api/rest/v1/sms/send, was answered 200"
    assert str(caught.value) == f"no text to {ANN} came within 0.05 s; {came}; {last}"


def test_a_wait_goes_on_after_a_reset(sandbox: Sandbox, client: SandboxClient) -> None:
    _send(sandbox)
    client.wait_for_text(ANN, LONG)
    client.reset()
    assert client.texts() == ()
    _send(sandbox, "after it")
    assert client.wait_for_text(ANN, LONG).text == "after it"


def test_a_longer_list_than_a_page_is_read_whole(client: SandboxClient, sandbox: Sandbox) -> None:
    numbers = [f"+2782123{place:04}" for place in range(1001)]
    requests.post(
        f"{sandbox.url('zoomconnect')}/sms/send-bulk",
        json={"sendSmsRequests": [{"recipientNumber": number, "message": "hi"} for number in numbers]},
        headers=sandbox.credentials("zoomconnect"),
        timeout=60,
    )
    assert [text.to for text in client.texts()] == numbers
    assert [text.to for text in client.texts(to=numbers[7], vendor="zoomconnect")] == [numbers[7]]
    assert client.texts(vendor="bulksms") == ()


@pytest.mark.parametrize("within", [-1.0, float("nan"), float("inf")])
def test_an_impossible_time_is_refused(client: SandboxClient, within: float) -> None:
    with pytest.raises(ValueError, match="within must be a number of seconds from 0, got "):
        client.wait_for_text(ANN, within)


def test_a_code_must_be_the_only_one(sandbox: Sandbox, client: SandboxClient) -> None:
    for text in ("Hello", "4711 or 4712", "123-456, for order 99"):
        _send(sandbox, text)
    none, two, one = (client.wait_for_text(ANN, LONG) for _ in range(3))
    with pytest.raises(NoCodeError, match=r"^the text has no code of 4 to 8 digits: 'Hello'$"):
        none.code()
    with pytest.raises(LookupError, match=r"^the text has several codes of 4 to 8 digits \(4711, 4712\); say with"):
        two.code()
    assert (one.code(), one.code(digits=(6, 6))) == ("123456", "123456")


def test_a_reply_reaches_the_application_before_it_returns(
    sandbox: Sandbox, client: SandboxClient, listener: Listener
) -> None:
    client.call_back("zoomconnect", listener.url(), kind="reply")
    _send(sandbox)
    reply_id = client.reply(client.wait_for_text(ANN, LONG), "STOP")
    [heard] = [json.loads(call.body) for call in listener.all()]
    assert (heard["messageId"], heard["message"], heard["from"]) == (reply_id, "STOP", ANN)


def test_a_report_reaches_the_application_before_advance_returns(
    sandbox: Sandbox, client: SandboxClient, listener: Listener
) -> None:
    client.call_back("zoomconnect", listener.url(), kind="report")
    client.end_texts("zoomconnect", "failed")
    _send(sandbox)
    client.advance(timedelta(minutes=1))
    assert [json.loads(call.body)["status"] for call in listener.all()] == ["FAILED"]


def test_the_report_on_a_text_that_is_ended_reaches_the_application_before_it_returns(
    sandbox: Sandbox, client: SandboxClient, listener: Listener
) -> None:
    client.call_back("zoomconnect", listener.url(), kind="report")
    client.end_texts("zoomconnect", DeliveryOutcome.STAYS_SENT)
    _send(sandbox)
    text = client.wait_for_text(ANN, LONG)
    client.end(text, "failed")
    [report] = [json.loads(call.body) for call in listener.all()]
    assert (report["messageId"], report["status"]) == (text.message_id, "FAILED")


def test_a_vendor_misbehaves_and_behaves(sandbox: Sandbox, client: SandboxClient) -> None:
    client.misbehave("zoomconnect", "rate_limited", times=2, path="sms/*")
    assert _send(sandbox).status_code == 429
    client.behave()
    assert _send(sandbox).status_code == 200
    client.misbehave("zoomconnect", Fault.UNAVAILABLE)
    assert [_send(sandbox).status_code for _ in range(2)] == [503, 200]


def test_on_asyncio_a_wait_runs_in_a_thread(sandbox: Sandbox, client: SandboxClient) -> None:
    async def login() -> str:
        waiting = asyncio.create_task(asyncio.to_thread(client.wait_for_text, ANN, LONG))
        await asyncio.to_thread(_send, sandbox)
        return (await waiting).code()

    assert asyncio.run(login()) == "4711"


def test_where_no_sandbox_listens_the_error_says_how_to_start_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with pytest.raises(
        SandboxError, match=f"^no sandbox listens at {url}; start one with: smsgate sandbox --port {port}$"
    ):
        SandboxClient(url)


def test_a_sandbox_that_was_closed_is_missed(sandbox: Sandbox, client: SandboxClient) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.wait_for_text, ANN, LONG)
        sandbox.close()
        with pytest.raises(SandboxError, match=r"no sandbox listens at|no sandbox of smsgate|cannot be asked"):
            waiting.result(LONG)


@pytest.mark.parametrize("token", [None, "CANARY-that-is-not-the-token"])
def test_a_wrong_token_is_refused_in_one_line_without_it(token: str | None) -> None:
    with Sandbox(vendors=["bulksms"], token=TOKEN) as sandbox:
        with pytest.raises(SandboxError) as caught:
            SandboxClient(_url(sandbox), token=token)
        assert str(caught.value).startswith("the token is missing or wrong; ")
        assert "SandboxClient(token=..)" in str(caught.value)
        assert "CANARY" not in str(caught.value)
        client = SandboxClient(_url(sandbox), token=TOKEN)
        assert client.texts() == ()
        assert repr(client) == f"SandboxClient('{_url(sandbox)}')"


@pytest.mark.parametrize("answer", [b"<html>", b'{"error": 7}', b"[]", b'{"message": "Not Found"}'])
def test_another_server_is_not_taken_for_a_sandbox(answer: bytes) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        Thread(target=server.handle_request, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(SandboxError, match=f"^what answers at {url} is no sandbox of smsgate; give the port"):
            SandboxClient(url)


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8730", "https://127.0.0.1:8730", "http://127.0.0.1:8730/CANARY", "http://127.0.0.1:x"]
)
def test_what_is_no_url_of_a_sandbox_is_refused(url: str) -> None:
    with pytest.raises(SandboxError, match=r"^the URL of a sandbox is such as http://127.0.0.1:8730: ") as caught:
        SandboxClient(url)
    assert "CANARY" not in str(caught.value)


def test_what_the_sandbox_refuses_is_an_error_in_its_words(client: SandboxClient) -> None:
    with pytest.raises(SandboxError, match=r"^the sandbox has no vendor 'hooli' \(it has: bulksms, zoomconnect\)$"):
        client.misbehave("hooli", "html")
    with pytest.raises(SandboxError, match=r"^fault must be one of refuse_number, "):
        client.misbehave("bulksms", "htlm")
    with pytest.raises(SandboxError, match=r'^to must be a number in E.164, such as .*, got "082 123 4567"$'):
        client.wait_for_text("082 123 4567")


def test_a_sandbox_that_was_started_anew_is_noticed(client: SandboxClient) -> None:
    client._start = 5  # the texts of the sandbox before
    with pytest.raises(SandboxError, match=r"started anew; .*make a new one"):
        client.wait_for_text(ANN, LONG)


def test_many_threads_use_one_client(sandbox: Sandbox, client: SandboxClient) -> None:
    phones = [f"+278212345{place:02}" for place in range(20)]
    together = Barrier(len(phones))

    def login(phone: str) -> str:
        together.wait(LONG)
        _send(sandbox, f"Your code is {phone[-4:]}", phone)
        return client.wait_for_text(phone, LONG).code()

    with ThreadPoolExecutor(len(phones)) as pool:
        assert [*pool.map(login, phones)] == [phone[-4:] for phone in phones]
