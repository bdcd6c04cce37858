"""A drill fails for an application that texts twice or says what is not true, in words, and passes a good one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from smsgate import Gateway, Message, NotSentError, SmsgateError, UnknownOutcomeError
from smsgate.sandbox import Fault
from smsgate.testing import Drill
from smsgate.testing.applications.drill.drill import Defaults
from smsgate.testing.applications.drill.faults import CALLS, DEFAULT, FAULTS
from smsgate.testing.applications.drill.plan import DrillPlan
from smsgate.testing.applications.marks import Asked
from smsgate.testing.applications.server import SandboxServer
from tests.sandbox.listener import listening

ANN, BEN = "+27821234567", "+27821234568"
TEXT = "Your code is 4711"
Application = Callable[[Drill], None]
PLAN = DrillPlan(invariants=("at_most_once",), faults=DEFAULT, vendor=None, texts=1)


@pytest.fixture
def report(tmp_path: Path) -> Callable[..., str]:
    """Run an application's test in one drill; return what was found against it."""

    def run(test: Application, fault: str, *invariants: str, texts: int = 1, vendor: str | None = None) -> str:
        plan = DrillPlan(invariants=invariants or PLAN.invariants, faults=(fault,), vendor=vendor, texts=texts)
        server = SandboxServer()
        drill = Drill(
            fault=fault, plan=plan, asked=Asked(), server=server, folder=tmp_path, defaults=Defaults(region="ZA")
        )
        try:
            test(drill)
            return drill.failure() or ""
        finally:
            drill.close()
            server.close()

    return run


@pytest.fixture
def failure(report: Callable[..., str]) -> Callable[..., str]:
    """Do the same, and return it in one line."""
    return lambda *given, **named: " ".join(report(*given, **named).split())


def good(drill: Drill) -> None:
    """Says what the error says."""
    try:
        drill.gateway.send(Message(ANN, TEXT))
    except UnknownOutcomeError:
        drill.said_unknown(ANN)
    except SmsgateError:
        drill.said_failed(ANN)
    else:
        drill.said_sent("082 123 4567")


def retries(drill: Drill) -> None:
    """Sends again whatever the error is."""
    for _ in range(3):
        try:
            drill.gateway.send(Message(ANN, TEXT))
        except SmsgateError:
            continue
        return drill.said_sent(ANN)
    return drill.said_failed(ANN)


def says_sent(drill: Drill) -> None:
    """Takes an unknown outcome for a success."""
    try:
        drill.gateway.send(Message(ANN, TEXT))
    except NotSentError:
        drill.said_failed(ANN)
    except SmsgateError:
        drill.said_sent(ANN)


def says_failed(drill: Drill) -> None:
    """Takes an unknown outcome for a failure."""
    try:
        drill.gateway.send(Message(ANN, TEXT))
    except SmsgateError:
        drill.said_failed(ANN)


def asks_the_vendor(drill: Drill) -> None:
    """Has no gateway, and sends again."""
    for _ in range(3):
        try:
            requests.post(
                f"{drill.account['base_url']}/messages",
                json={"to": ANN, "text": TEXT, "messaging_profile_id": drill.account["messaging_profile_id"]},
                headers={"Authorization": f"Bearer {drill.account['api_key']}"},
                timeout=0.4,
            ).raise_for_status()
        except requests.RequestException:
            continue
        return drill.said_sent(ANN)
    return drill.said_failed(ANN)


def silent(drill: Drill) -> None:
    """Says nothing of a text that it could not send."""
    with pytest.raises(SmsgateError):
        drill.gateway.send(Message(ANN, TEXT))


def test_every_fault_of_the_sandbox_can_be_drilled() -> None:
    assert set(FAULTS) - {"no_fault", "connection_refused"} - set(CALLS) == {str(fault) for fault in Fault}
    assert set(DEFAULT) <= set(FAULTS)


@pytest.mark.parametrize("fault", ["no_fault", "connection_refused", "rate_limited", "accept_late", "slow_drip"])
def test_a_good_application_passes(failure: Callable[..., str], fault: str) -> None:
    assert failure(good, fault, "at_most_once", "no_false_failed", "no_silent_loss") == ""


def test_an_application_that_sends_again_after_any_error_texts_twice(report: Callable[..., str]) -> None:
    assert report(retries, "rate_limited") == ""
    assert report(retries, "drop_after") == (
        """smsgate drill, drop_after: the connection is cut after the request; the text is
sent

at_most_once: +27821234567 got 2 texts, at most 1 expected

The rule: a person gets no text twice.
To change: send again only after a NotSentError: after an UnknownOutcomeError
the message may have been sent. With a journal, a Message(.., key=..) is sent
once however often it is asked for.

People got:
  to            text
  +27821234567  'Your code is 4711'
  +27821234567  'Your code is 4711'

The application said:
  to            word
  +27821234567  sent

Its gateway gave:
  to            outcome   error
  +27821234567  unknown   UnknownOutcomeError
  +27821234567  accepted

The vendor saw:
  request                   answer  fault
  POST /telnyx/v2/messages  none    drop_after
  POST /telnyx/v2/messages  200"""
    )
    assert report(retries, "drop_after", texts=2) == ""


def test_a_text_that_leaves_after_the_client_has_stopped_waiting_is_counted(failure: Callable[..., str]) -> None:
    assert "got 2 texts" in failure(retries, "accept_late")


def test_an_application_that_says_sent_of_an_unknown_outcome_is_wrong_where_no_text_is_out(
    failure: Callable[..., str],
) -> None:
    assert failure(says_sent, "drop_after") == ""
    found = failure(says_sent, "drop_before")
    assert f'no_false_sent: {ANN} got no text, and the application said "sent"' in found
    assert 'To change: say "sent" only where `send` returns' in found
    assert "People got: nothing" in found


def test_an_application_that_says_failed_of_an_unknown_outcome_is_wrong_where_the_text_is_out(
    failure: Callable[..., str],
) -> None:
    assert failure(says_failed, "error_after") == ""
    found = failure(says_failed, "error_after", "no_false_failed")
    assert f'no_false_failed: {ANN} got 1 text, and the application said "failed"' in found
    assert "an UnknownOutcomeError is no failure" in found


def test_an_application_that_says_nothing_of_a_lost_text_is_wrong(failure: Callable[..., str]) -> None:
    assert failure(silent, "no_credit") == ""
    found = failure(silent, "no_credit", "no_silent_loss")
    assert f"no_silent_loss: {ANN} got no text, and the application said nothing of it" in found
    assert "smsgate_drill.said_failed(to)" in found


def test_an_application_that_asks_the_vendor_itself_learns_why_it_cannot_know(failure: Callable[..., str]) -> None:
    assert failure(asks_the_vendor, "connection_refused") == ""
    found = failure(asks_the_vendor, "error_after")
    assert f"at_most_once: {ANN} got 2 texts" in found
    assert f"the application asks the vendor itself (python-requests/{requests.__version__})" in found
    assert "Send through a Gateway" in found


def test_bulk_results_and_scheduled_texts_count(failure: Callable[..., str]) -> None:
    def sends_in_bulk(drill: Drill) -> None:
        later = Message(BEN, TEXT, send_at=datetime.now(UTC) + timedelta(hours=2))
        results = [*drill.gateway.send_bulk([Message(ANN, TEXT), Message(BEN, TEXT), later])]
        assert drill.results == results

    found = failure(sends_in_bulk, "no_fault")
    assert f"at_most_once: {BEN} got 2 texts" in found
    assert f"at_most_once: {ANN}" not in found
    assert "@pytest.mark.smsgate_drill(texts=2)" in found


def test_a_drill_that_proves_nothing_fails(failure: Callable[..., str]) -> None:
    def sends_nothing(drill: Drill) -> None:
        del drill

    def reads(drill: Drill) -> None:
        drill.gateway.provider(drill.vendor).balance()

    def elsewhere(drill: Drill) -> None:
        with Gateway.from_mapping({**drill.sandbox.settings(), "route": ["telnyx"]}) as gateway:
            gateway.send(Message(ANN, TEXT))

    assert "the drill proves nothing: the application made no request" in failure(sends_nothing, "no_fault")
    assert "the drill proves nothing: no request of the application met the fault" in failure(reads, "drop_after")
    assert "the application reached the vendor, at another address" in failure(elsewhere, "connection_refused")
    assert "the drill proves nothing: no webhook call was made" in failure(good, "calls_twice")


@pytest.mark.parametrize("fault", CALLS)
def test_webhook_calls_come_twice_late_or_early(failure: Callable[..., str], fault: str) -> None:
    def answers_each_reply(drill: Drill) -> None:
        with listening() as listener:
            drill.sandbox.call_back(drill.vendor, listener.url())
            good(drill)
            drill.sandbox.receive(drill.vendor, BEN, "Hi")
            drill.sandbox.advance(timedelta(seconds=1))
            drill.settle()
            for call in listener.all():
                if "message.received" in call.body:
                    drill.gateway.send(Message(BEN, "We are open"))

    found = failure(answers_each_reply, fault)
    assert ("at_most_once: +27821234568 got 2 texts" in found) == (fault == "calls_twice")
    assert ("act once for each event" in found) == (fault == "calls_twice")


def test_a_vendor_that_is_not_there_is_an_error_with_the_nearest(failure: Callable[..., str]) -> None:
    with pytest.raises(SmsgateError, match=r"no vendor 'telnix' .*; did you mean 'telnyx'"):
        failure(good, "no_fault", vendor="telnix")
    assert failure(good, "drop_after", vendor="twilio") == ""
