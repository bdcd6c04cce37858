"""The errors that pages show are what their programs raise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from smsgate import Gateway, Message, SmsgateError
from smsgate.sandbox import Sandbox
from smsgate.testing import Drill, SmsOutbox
from smsgate.testing.applications.drill.drill import Defaults
from smsgate.testing.applications.drill.plan import DrillPlan
from smsgate.testing.applications.marks import Asked
from smsgate.testing.applications.server import SandboxServer
from tests.docs.test_how_to import shape

ROOT = Path(__file__).parents[2]
PERSON = "+27821234567"
PLAIN = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
KINDS = re.compile(r"^```\w+\n.*?^```\n", re.MULTILINE | re.DOTALL)


def shown(page: str, begins: str) -> str:
    """Return the block of a page that begins so, and says of no kind what it is."""
    blocks = PLAIN.findall(KINDS.sub("", (ROOT / page).read_text("utf-8")))
    [block] = (block for block in blocks if block.startswith(begins))
    return str(block)


def raised(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}\n"


def test_a_text_that_does_not_come() -> None:
    page = shown("docs/how-to/test-a-login.md", "TimeoutError")
    with Sandbox(vendors=["twilio"]) as sandbox, Gateway.from_mapping(sandbox.settings()) as gateway:
        gateway.send(Message("+27821234568", "Your code is 4711"))
        with pytest.raises(TimeoutError) as error:
            sandbox.wait_for_text(PERSON, within=0.01)
    shortened = re.sub(r"(POST /twilio/2010-04-01)/[^,]+", r"\1/..", raised(error.value))
    assert shape(shortened) == shape(page)


def test_a_text_that_was_not_sent(tmp_path: Path) -> None:
    page = shown("docs/how-to/test-your-application.md", "AssertionError")
    outbox = SmsOutbox(Asked(), tmp_path, "ZA")
    outbox.gateway.send(Message(PERSON, "Your code is 471100"))
    with pytest.raises(AssertionError) as error:
        outbox.assert_sent(PERSON, containing="Welcome")
    outbox.close()
    assert raised(error.value) == page


def test_an_application_that_sends_again_after_any_error(tmp_path: Path) -> None:
    page = shown("docs/how-to/test-your-application.md", "smsgate drill, drop_after")
    plan = DrillPlan(invariants=("at_most_once",), faults=("drop_after",), vendor=None, texts=1)
    server = SandboxServer()
    drill = Drill(
        fault="drop_after", plan=plan, asked=Asked(), server=server, folder=tmp_path, defaults=Defaults(region="ZA")
    )
    for code in (471100, 815162):
        try:
            drill.gateway.send(Message(PERSON, f"Your code is {code}"))
        except SmsgateError:
            continue
        drill.said_sent(PERSON)
    found = drill.failure()
    drill.close()
    server.close()
    assert found is not None
    assert f"{found.rstrip()}\n" == page
