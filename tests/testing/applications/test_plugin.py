"""The plug-in in real runs of pytest: it is found by its entry point, and does nothing until a fixture is used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from smsgate.testing import Drill, SmsOutbox

ANN = "+27821234567"
INERT = """
import sys

def test_nothing_is_imported(pytestconfig):
    assert pytestconfig.pluginmanager.hasplugin("smsgate")
    heavy = {"aiohttp", "attr", "attrs", "cattrs", "phonenumbers", "requests", "urllib3"}
    assert heavy & {name.partition(".")[0] for name in sys.modules} == set()
    own = {name for name in sys.modules if name.startswith("smsgate")}
    ours = {"smsgate._version", "smsgate.testing", "smsgate.testing.applications"}
    assert own == {"smsgate", *ours, "smsgate.testing.applications.plugin"}
"""
APPLICATION = """
import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import anyio
import pytest

from smsgate import AsyncGateway, Gateway, Message, SmsgateError, UnknownOutcomeError
from smsgate.sandbox import Sandbox
from smsgate.testing import Drill, SmsOutbox

ANN = "+27821234567"
FEW = pytest.mark.smsgate_drill(faults=["no_fault", "drop_after"])


def login(gateway):
    try:
        gateway.send(Message(ANN, "Your code is 4711"))
    except UnknownOutcomeError:
        return "unknown"
    except SmsgateError:
        return "failed"
    return "sent"


@FEW
def test_good(smsgate_drill: Drill) -> None:
    getattr(smsgate_drill, f"said_{login(smsgate_drill.gateway)}")(ANN)


@FEW
def test_bad(smsgate_drill: Drill) -> None:
    while login(smsgate_drill.gateway) != "sent":
        pass


@FEW
def test_bad_that_fails(smsgate_drill: Drill) -> None:
    first = login(smsgate_drill.gateway)
    login(smsgate_drill.gateway)
    assert first == "sent"


@FEW
def test_marked() -> None:
    with Gateway.from_env() as gateway:
        login(gateway)


@FEW
@pytest.mark.anyio
async def test_async(smsgate_drill: Drill) -> None:
    async with smsgate_drill.async_gateway as gateway:
        try:
            await gateway.send(Message(ANN, "Your code is 4711"))
        except SmsgateError:
            return
        await gateway.send(Message(ANN, "Your code is 4711"))


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.parametrize("text", ["1111", "2222", "3333", "4444"])
def test_outbox(smsgate_outbox: SmsOutbox, text: str) -> None:
    async def send() -> None:
        async with AsyncGateway.from_env() as gateway:
            await gateway.send(gateway.message("082 123 4567", f"Your code is {text}"))

    asyncio.run(send())
    assert (smsgate_outbox.code("082 123 4567"), len(smsgate_outbox)) == (text, 1)


def test_outbox_of_another_process(smsgate_outbox: SmsOutbox) -> None:
    program = "from smsgate import *; Gateway.from_env().send(Message('+27821234567', 'Hi'))"
    subprocess.run([sys.executable, "-c", program], check=True)
    smsgate_outbox.assert_sent(ANN, containing="Hi")


@pytest.mark.parametrize("vendor", ["twilio", "zoomconnect", "twilio"])
def test_sandbox(smsgate_sandbox: Sandbox, vendor: str) -> None:
    assert smsgate_sandbox.texts == ()
    with Gateway.from_mapping({**smsgate_sandbox.settings(), "route": ["telnyx"]}) as gateway:
        gateway.send(Message(ANN, "Hi"))
    assert abs(smsgate_sandbox.texts[0].at - datetime.now(UTC)) < timedelta(days=1)
    smsgate_sandbox.reset()
    with Gateway.from_mapping({**smsgate_sandbox.settings(), "route": [vendor]}) as gateway:
        smsgate_sandbox.misbehave(vendor, "stall_after")
        assert login(gateway) == "unknown"
    assert smsgate_sandbox.wait_for_text(ANN).code() == "4711"
    with Gateway.from_env() as gateway:
        assert gateway.send(gateway.message("082 123 4567", "Hi")).provider == gateway.route[0].name
    assert [text.to for text in smsgate_sandbox.texts] == [ANN, ANN]
    smsgate_sandbox.advance(timedelta(days=30))
    smsgate_sandbox.misbehave("twilio", "stall_before", times=None)
"""
MISSPELT = """
import pytest

@pytest.mark.smsgate_drill(invariant="at_most_onc")
def test_a(smsgate_drill): ...

@pytest.mark.smsgate_drill(faults=["drop_afer"])
def test_b(smsgate_drill): ...

@pytest.mark.smsgate_drill(fault="drop_after")
def test_c(smsgate_drill): ...

@pytest.mark.smsgate_drill("at_most_once")
def test_d(smsgate_drill): ...
"""


def run(folder: Path, test: str, *arguments: str) -> str:
    """Run pytest on a test in a folder of its own; return what it prints."""
    (folder / "test_it.py").write_text(test, encoding="utf-8")
    (folder / "pytest.ini").write_text(
        "[pytest]\nfilterwarnings = error\naddopts = --strict-markers\nsmsgate_region = ZA\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", *arguments]
    environ = {name: value for name, value in os.environ.items() if name != "CI"}  # where pytest prints more
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=180)
    return done.stdout + done.stderr


@pytest.mark.slow
def test_a_run_without_its_fixtures_imports_nothing(tmp_path: Path) -> None:
    shown = run(tmp_path, INERT)
    assert "1 passed" in shown, shown


@pytest.mark.slow
def test_the_fixtures_work_in_two_workers_and_on_asyncio(tmp_path: Path) -> None:
    shown = run(tmp_path, APPLICATION, "-n", "2", "-q", "-rfE")
    failed = re.findall(r"^(?:FAILED|ERROR) test_it.py::(\S+)", shown, re.MULTILINE)
    assert sorted(failed) == [
        "test_async[no_fault]",
        "test_bad[drop_after]",
        "test_bad_that_fails[drop_after]",
        "test_bad_that_fails[no_fault]",
    ], shown
    assert shown.count("at_most_once: +27821234567 got 2 texts") == 4
    assert shown.count(" Captured smsgate drill call ") == 1, (
        "a test that fails by itself has the drill's words as well"
    )


@pytest.mark.slow
def test_what_a_mark_cannot_mean_is_an_error_of_the_collection(tmp_path: Path) -> None:
    shown = run(tmp_path, MISSPELT, "--collect-only", "--continue-on-collection-errors")
    assert "smsgate_drill has no invariant 'at_most_onc'; did you mean 'at_most_once'?" in shown, shown


@pytest.mark.smsgate_drill(faults=["no_fault", "error_after"], vendor="twilio")
def test_a_drill_is_given_a_vendor_and_faults(smsgate_drill: Drill, request: pytest.FixtureRequest) -> None:
    assert (smsgate_drill.vendor, smsgate_drill.fault) == ("twilio", request.node.callspec.id)
    smsgate_drill.gateway.plan(smsgate_drill.gateway.message(ANN, "Hi"))
    if smsgate_drill.fault == "no_fault":
        smsgate_drill.gateway.send(smsgate_drill.gateway.message(ANN, "Hi"))
    else:
        with pytest.raises(Exception, match="twilio"):
            smsgate_drill.gateway.send(smsgate_drill.gateway.message(ANN, "Hi"))


@pytest.mark.smsgate(limits={"max_segments": 2}, journal=True)
class TestMarks:
    @pytest.mark.smsgate(limits={"max_segments": 1})
    def test_the_nearest_mark_wins(self, smsgate_outbox: SmsOutbox) -> None:
        assert smsgate_outbox.settings["limits"] == {"max_segments": 1}
        assert "journal" in smsgate_outbox.settings
