"""Programs that simply end: the interpreter exits, says nothing, and what was begun is recorded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.separate_process import LONGEST, run_program, sent_texts, states

BEGIN = """
import sys, threading, time
from contextlib import suppress
from smsgate import JournalError
from tests.separate_process import open_gateway
from tests.plain_adapter import InBulk, message
folder = sys.argv[1]
gateway = open_gateway(folder)
def messages(count): return (message(str(each)) for each in range(count))
"""
ENDS = {
    "the first result of a bulk send is read": """
results = gateway.send_bulk(messages(1000), run="r")
next(results)
""",
    "the first result of a bulk send without a run is read": """
results = gateway.send_bulk(messages(1000))
next(results)
""",
    "a loop over results is left": """
for result in gateway.send_bulk(messages(1000), run="r"):
    break
""",
    "a loop over results is left by sys.exit": """
for result in gateway.send_bulk(messages(1000), run="r"):
    sys.exit()
""",
    "a bulk send in the vendor's own calls is left": """
gateway = open_gateway(folder, adapter=InBulk)
results = gateway.send_bulk(messages(1000), run="r")
next(results)
""",
    "a message is sent and the gateway not closed": """
gateway.send(message("0"))
""",
    "the gateway is dropped": """
gateway.send(message("0"))
del gateway
""",
    "a gateway is not used": """
""",
    "threads that are daemons are sending": """
def send(name):
    with suppress(JournalError):  # it is closed as the program ends
        for each in range(10_000):
            gateway.send(message(f"{name} {each}"))
for name in "abcd":
    threading.Thread(target=send, args=name, daemon=True).start()
time.sleep(0.2)
""",
    "a thread that is a daemon is sending many": """
threading.Thread(target=lambda: list(gateway.send_bulk(messages(1000), run="r")), daemon=True).start()
time.sleep(0.2)
""",
    "sys.exit in a thread that sends": """
def send():
    gateway.send(message("0"))
    sys.exit()
threading.Thread(target=send).start()
""",
    "a generator is in a cycle": """
class Cycle: pass
cycle = Cycle()
cycle.results, cycle.itself = gateway.send_bulk(messages(1000), run="r"), cycle
next(cycle.results)
""",
}


def check_recorded(folder: Path) -> None:
    """Every text that the vendor took is recorded as accepted, and nothing is in the middle."""
    recorded = states(folder)
    if (folder / "sent texts").exists():
        texts = sent_texts(folder)
        assert len({*texts}) == len(texts)
        assert {text: recorded.get(text) for text in texts} == dict.fromkeys(texts, "accepted")
    assert "intent" not in recorded.values()
    assert "unknown" not in recorded.values()


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS)
def test_the_interpreter_exits_and_what_was_begun_is_recorded(end: str, tmp_path: Path) -> None:
    ended = run_program(BEGIN + ENDS[end], tmp_path)
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", "")
    check_recorded(tmp_path)


@pytest.mark.slow
def test_the_interpreter_exits_after_the_first_event_of_a_poll(tmp_path: Path) -> None:
    ended = run_program(
        """
import sys
from datetime import timedelta
from tests.plain_adapter import Line, message, provider
from tests.receiving.polled_vendor import ManyStatusesPerCall, Vendor
from smsgate import Gateway, SqliteJournal
vendor = Vendor()
journal = SqliteJournal(sys.argv[1] + "/journal.db")
gateway = Gateway([provider("a", Line(vendor), ManyStatusesPerCall)], journal=journal)
for _ in range(3):
    vendor.statuses[gateway.send(message()).message_id] = "delivered"
events = gateway.poll(pause=timedelta())
print(next(events).status.value)
""",
        tmp_path,
    )
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", "delivered\n")


@pytest.mark.slow
def test_sys_exit_in_a_workers_transport_ends_the_program_once_the_rest_is_given(tmp_path: Path) -> None:
    ended = run_program(
        BEGIN
        + """
transport = gateway.provider("a").core._paced._transport.transport
ask = transport.ask
transport.ask = lambda request, headers: sys.exit(7) if request.json["text"] == "3" else ask(request, headers)
for result in gateway.send_bulk(messages(20), run="r", workers=2):
    print(result.message.text, result.outcome.value)
""",
        tmp_path,
    )
    given = dict(line.split(maxsplit=1) for line in ended.stdout.splitlines())
    assert (ended.returncode, ended.stderr) == (7, "")
    assert given["3"] == "unknown"
    assert [*given] == [f"{each}" for each in range(len(given))]
    recorded = states(tmp_path)
    assert recorded.pop("3") == "unknown"
    accepted = {text for text, state in recorded.items() if state == "accepted"}
    assert {*recorded.values()} <= {"accepted", "not sent"}
    assert accepted == {*sent_texts(tmp_path)} == {text for text, outcome in given.items() if outcome == "accepted"}


@pytest.mark.slow
def test_a_thread_that_outlives_the_main_thread_sends_all_and_all_is_recorded(tmp_path: Path) -> None:
    ended = run_program(
        BEGIN
        + """
def send():
    threading.main_thread().join()
    for result in gateway.send_bulk(messages(20), run="r", workers=4):
        print(result.message.text, result.outcome.value, flush=True)
    print(gateway.send(message("last")).outcome.value, flush=True)
threading.Thread(target=send).start()
""",
        tmp_path,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [*(f"{each} accepted" for each in range(20)), "accepted"]
    check_recorded(tmp_path)
    assert len(sent_texts(tmp_path)) == 21


@pytest.mark.slow
def test_the_errors_of_a_thread_that_outlives_the_main_thread_are_recorded(tmp_path: Path) -> None:
    """The main thread ends while the other one is in the middle of its bulk send, four messages in flight."""
    ended = run_program(
        BEGIN
        + """
begun = threading.Event()
def read():
    for each in range(40):
        if each == 12:
            begun.set()
            threading.main_thread().join()
        yield message(str(each))
def send():
    for result in gateway.send_bulk(read(), run="r", workers=4):
        print(result.message.text, result.outcome.value, flush=True)
threading.Thread(target=send).start()
begun.wait()
""",
        tmp_path,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [f"{each} accepted" for each in range(40)]
    check_recorded(tmp_path)


@pytest.mark.slow
def test_pytest_ends_with_a_gateway_that_no_fixture_closes(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        f"""
from tests.separate_process import open_gateway
from tests.plain_adapter import message
gateway = open_gateway({str(tmp_path)!r})
results = gateway.send_bulk((message(str(each)) for each in range(1000)), run="r")
def test_one():
    assert next(results).message_id
""",
        encoding="utf-8",
    )
    (tmp_path / "pytest.ini").write_text("[pytest]", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    check_recorded(tmp_path)
