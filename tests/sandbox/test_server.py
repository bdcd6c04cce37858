import gc
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from smsgate.sandbox import Fault, Sandbox
from smsgate_zoomconnect_sandbox import ZoomConnect

Ask = Callable[..., requests.Response]


def _sandbox_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "smsgate-sandbox"]


def test_it_listens_on_loopback_only_and_has_the_base_url(sandbox: Sandbox) -> None:
    assert sandbox.url("zoomconnect") == f"http://127.0.0.1:{sandbox.port}/zoomconnect/app/api/rest/v1"


def test_its_credentials_are_fixed_and_obviously_fake(sandbox: Sandbox) -> None:
    assert sandbox.credentials("zoomconnect") == {"email": "sandbox@example.com", "token": "zoomconnect-sandbox-token"}


def test_a_vendor_that_it_does_not_have_is_named_beside_those_that_it_has(sandbox: Sandbox) -> None:
    with pytest.raises(LookupError, match=r"no vendor 'hooli' \(it has: .*zoomconnect\)"):
        sandbox.url("hooli")


def test_without_starting_it_has_no_address() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        Sandbox().url("zoomconnect")


def test_a_port_that_is_taken_is_an_os_error_and_leaves_no_thread(sandbox: Sandbox) -> None:
    second = Sandbox(port=sandbox.port)
    with pytest.raises(OSError, match="in use"):
        second.start()
    assert len(_sandbox_threads()) == 1
    with pytest.raises(RuntimeError, match="not running"):
        _ = second.port


def test_starting_twice_is_an_error(sandbox: Sandbox) -> None:
    with pytest.raises(RuntimeError, match="running already"):
        sandbox.start()


def test_closing_twice_does_nothing_and_it_can_be_started_again() -> None:
    sandbox = Sandbox()
    for _ in range(2):
        sandbox.start()
        sandbox.close()
        sandbox.close()
    assert _sandbox_threads() == []


def test_two_sandboxes_live_side_by_side_and_share_nothing(send: Ask, sandbox: Sandbox) -> None:
    with Sandbox() as other:
        assert other.port != sandbox.port
        send()
        answer = requests.post(
            f"{other.url('zoomconnect')}/sms/send.json",
            json={"recipientNumber": "+27831234567", "message": "x"},
            headers=dict(other.credentials("zoomconnect")),
            timeout=10,
        )
        assert [text.to for text in sandbox.texts] == ["+27821234567"]
        assert [text.to for text in other.texts] == ["+27831234567"]
        assert answer.json()["messageId"] != sandbox.texts[0].message_id


def test_what_went_on_air_can_be_read_after_closing(send: Ask, sandbox: Sandbox) -> None:
    send()
    sandbox.close()
    assert [text.to for text in sandbox.texts] == ["+27821234567"]


def test_closing_ends_a_stalled_request_at_once(session: requests.Session) -> None:
    sandbox = Sandbox(stall=600)
    sandbox.start()
    session.headers.update(sandbox.credentials("zoomconnect"))
    url = f"{sandbox.url('zoomconnect')}/sms/send"
    sandbox.misbehave("zoomconnect", Fault.STALL_AFTER)
    with ThreadPoolExecutor() as pool:
        stalled = pool.submit(session.post, url, json={"recipientNumber": "+27821234567", "message": "x"}, timeout=60)
        _wait_until(lambda: len(sandbox.texts) == 1)
        began = time.monotonic()
        sandbox.close()
        assert time.monotonic() - began < 5
        assert isinstance(stalled.exception(timeout=5), requests.ConnectionError)
    assert _sandbox_threads() == []


def test_a_silent_client_does_not_delay_closing() -> None:
    sandbox = Sandbox()
    sandbox.start()
    with socket.create_connection(("127.0.0.1", sandbox.port)) as silent:
        silent.sendall(b"POST /zoomconnect/app/api/rest/v1/sms/send HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
        began = time.monotonic()
        sandbox.close()
    assert time.monotonic() - began < 5


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files as Linux shows them")
def test_after_closing_no_file_or_socket_is_left_open() -> None:
    def run_once() -> None:
        with Sandbox() as sandbox:
            requests.get(sandbox.url("zoomconnect"), timeout=10).close()

    run_once()
    before = len(list(Path("/proc/self/fd").iterdir()))
    run_once()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_client_that_connects_as_it_closes_leaves_nothing_open() -> None:
    for _ in range(5):
        sandbox = Sandbox()
        sandbox.start()
        with socket.create_connection(("127.0.0.1", sandbox.port)):
            sandbox.close()
    gc.collect()  # what was left open would warn here, and a warning is an error


def test_after_closing_the_port_is_free(sandbox: Sandbox) -> None:
    port = sandbox.port
    sandbox.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_every_text_of_many_threads_is_counted_once(ask: Ask, sandbox: Sandbox) -> None:
    del ask
    headers = dict(sandbox.credentials("zoomconnect"))
    url = f"{sandbox.url('zoomconnect')}/sms/send"

    def send(turn: int) -> None:
        body = {"recipientNumber": "+27821234567", "message": "x", "dataField": str(turn)}
        requests.post(url, json=body, headers=headers, timeout=10).close()
        assert len(sandbox.texts) >= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(64)))
    assert sorted(int(text.reference or "") for text in sandbox.texts) == list(range(64))


def test_threads_may_read_while_another_closes() -> None:
    sandbox = Sandbox()
    sandbox.start()
    with ThreadPoolExecutor(4) as pool:
        reading = [pool.submit(lambda: [sandbox.texts for _ in range(50)]) for _ in range(3)]
        sandbox.close()
        assert all(read.result(timeout=10) == [()] * 50 for read in reading)


def test_a_reset_removes_texts_faults_and_accounts(send: Ask, ask: Ask, sandbox: Sandbox) -> None:
    send()
    sandbox.misbehave("zoomconnect", Fault.ERROR_BEFORE, times=None)
    sandbox.reset()
    assert sandbox.texts == ()
    assert ask("GET", "account/balance").json() == {"creditBalance": 1_000_000.0, "links": []}
    assert ask("GET", "messages/all").json()["totalElements"] == 0


def test_a_vendor_can_be_given_with_settings_of_its_own(session: requests.Session) -> None:
    with Sandbox(vendors=[ZoomConnect(credit=12.5)]) as sandbox:
        session.headers.update(sandbox.credentials("zoomconnect"))
        answer = session.get(f"{sandbox.url('zoomconnect')}/account/balance.json", timeout=10)
        assert answer.json() == {"creditBalance": 12.5, "links": []}


def _wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_the_settings_are_those_of_a_provider_for_each_vendor() -> None:
    with Sandbox(vendors=["twilio", "bulksms"]) as sandbox:
        providers = sandbox.settings()["providers"]
        assert [*providers] == ["twilio", "bulksms"]
        assert providers["twilio"] == {
            "adapter": "twilio",
            "base_url": sandbox.url("twilio"),
            **sandbox.credentials("twilio"),
            **sandbox.account("twilio"),
        }
