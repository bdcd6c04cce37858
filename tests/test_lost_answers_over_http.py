"""A route Twilio, BulkSMS, Telnyx on real sockets, whose answers get lost: no text is sent twice, and none is lost.

The vendors are the sandbox's; each history is drawn from a seed, which is printed where it fails. The simulation has
more of them, with deaths and calls (`tests/simulation/route`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from attrs import evolve, frozen

from smsgate import (
    Config,
    Entry,
    Gateway,
    JournalSettings,
    Message,
    OnUnknown,
    Outcome,
    SendResult,
    UnknownOutcomeError,
)
from smsgate.sandbox import Fault, Sandbox
from smsgate_bulksms_sandbox import BulkSms
from smsgate_telnyx_sandbox import Telnyx
from smsgate_twilio_sandbox import Twilio
from tests.simulation.planted_bugs import failover_on_unknown
from tests.simulation.route.planted_bugs import telnyx_absence_believed
from tests.skipped_waits import skip_waits
from tests.stub_provider import send_result

ROUTE = ("twilio", "bulksms", "telnyx")
LOST = (Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.TRUNCATED, Fault.STALL_AFTER, Fault.NO_ID, Fault.WRONG_SHAPE)
"""The text is out, and no answer says so."""
NOT_SENT = (Fault.NO_CREDIT, Fault.UNAUTHORIZED, Fault.REFUSE_NUMBER)
FAILING_OVER = (Fault.NO_CREDIT, Fault.UNAUTHORIZED)
UNCLEAR = (Fault.DROP_BEFORE, Fault.STALL_BEFORE, Fault.UNAVAILABLE)
"""No text is out, and no answer says that either."""
PlayAll = Callable[[range], None]
READS = (Fault.DROP_AFTER, Fault.ERROR_BEFORE, Fault.TRUNCATED)
STALL = 0.05
HISTORIES, PARTS, MOST = 25, 2, 200
"""Histories of one test, its tests, and the histories within which a planted bug is found."""
SOAK_HISTORIES, SOAK_PARTS = 500, 4


@frozen
class Plan:
    """What a seed draws."""

    seed: int
    on_unknown: OnUnknown
    faults: tuple[tuple[str, Fault, int], ...]
    """Of requests that send: the vendor, and how often."""
    reads: tuple[tuple[str, Fault], ...]
    messages: tuple[Message, ...]

    @classmethod
    def of(cls, seed: int) -> Plan:
        chance = random.Random(seed)
        refusing = ROUTE[: chance.choice((0, 0, 1, 2))]
        faults = [(vendor, chance.choice(FAILING_OVER), 9) for vendor in refusing]
        for vendor in ROUTE[len(refusing) :]:
            for _ in range(chance.choice((0, 1, 1, 2))):
                fault = chance.choice(chance.choice((LOST, NOT_SENT, UNCLEAR)))
                faults.append((vendor, fault, chance.randint(1, 2)))
        reads = tuple((vendor, chance.choice(READS)) for vendor in ROUTE if chance.random() < 0.3)
        texts = [f"text {number} of {seed}" for number in range(chance.choice((1, 2, 3)))]
        messages = tuple(Message(f"+278{chance.choice((2, 3))}{1_000_000 + seed}", text, key=text) for text in texts)
        return cls(seed, chance.choice((OnUnknown.HOLD, OnUnknown.RECONCILE)), tuple(faults), reads, messages)


@pytest.fixture(name="sandbox", scope="module")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox(stall=STALL, vendors=[Twilio(), BulkSms(), Telnyx()]) as sandbox:
        yield sandbox


@pytest.fixture(name="config", scope="module")
def _config(sandbox: Sandbox) -> Config:
    providers = {
        vendor: {
            "adapter": vendor,
            "base_url": sandbox.url(vendor),
            "rate": "unlimited",
            "settling": 0.0,
            "reuse_within": 0.0,
            **sandbox.credentials(vendor),
            **sandbox.account(vendor),
        }
        for vendor in ROUTE
    }
    settings = {"providers": providers, "route": list(ROUTE), "deadline": 20, "breaker": {"failures": 100}}
    return Config.from_mapping(settings)


def play(sandbox: Sandbox, config: Config, plan: Plan) -> None:
    """Play one history; raise `AssertionError` for a broken promise."""
    sandbox.behave()
    for vendor, fault, times in plan.faults:
        sandbox.misbehave(vendor, fault, times=times, path=sandbox.send_path(vendor))
    for vendor, fault in plan.reads:
        sandbox.misbehave(vendor, fault, times=1)
    with Gateway.from_config(evolve(config, route=evolve(config.route, on_unknown=plan.on_unknown))) as opened:
        for message in plan.messages:
            check(sandbox, send_result(opened, message))
        sandbox.behave()
        unknown = reconciled(opened, {message.text for message in plan.messages})
        results = [send_result(opened, message) for message in plan.messages]
        for result in results:
            check(sandbox, result)
    check_end(sandbox, results, unknown)


def check(sandbox: Sandbox, result: SendResult) -> None:
    """What a result says is what is on air."""
    out = {(text.vendor, text.message_id) for text in sandbox.texts if text.text == result.message.text}
    assert len(out) <= 1, f"texted twice: {out}"
    if result.outcome is Outcome.ACCEPTED:
        assert out == {(result.provider, result.message_id)}, f"accepted under a wrong id: {result}"
    elif result.outcome is not Outcome.UNKNOWN:
        assert not out, f"on air, and said to be {result.outcome}: {result}"


def reconciled(opened: Gateway, texts: set[str]) -> dict[str, Entry]:
    """Ask the vendors about each of these messages that is unknown; return those that stay so, by their texts.

    The journal has the messages of earlier histories too.
    """
    for entry in unknowns(opened, texts).values():
        with suppress(UnknownOutcomeError):
            opened.unknowns.reconcile(entry.id)
    return unknowns(opened, texts)


def unknowns(opened: Gateway, texts: set[str]) -> dict[str, Entry]:
    found = ((entry.message, entry) for entry in opened.unknowns.list())
    return {message.text: entry for message, entry in found if message is not None and message.text in texts}


def check_end(sandbox: Sandbox, results: Sequence[SendResult], unknown: dict[str, Entry]) -> None:
    """Each message has ended, and what is unknown is listed with the vendors that may have it."""
    for result in results:
        assert result.outcome is not Outcome.NOT_SENT, f"vendors that are well are not asked: {result}"
        if result.outcome is Outcome.UNKNOWN:
            asked = {one.provider for one in unknown[result.message.text].asked}
            out = {text.vendor for text in sandbox.texts if text.text == result.message.text}
            assert out <= asked, f"{out} have it, and the journal names {asked}"
            assert "telnyx" in asked, f"unknown, and {asked} can tell"


@pytest.fixture(name="play_all")
def _play_all(sandbox: Sandbox, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlayAll:
    """Play histories on one journal and one sandbox; raise `AssertionError` with the plan of the first that fails."""
    sandbox.reset()
    recorded = evolve(config, journal=JournalSettings(path=str(tmp_path / "journal.db")))

    def play_all(seeds: range) -> None:
        for seed in seeds:
            plan = Plan.of(seed)
            skip_waits(monkeypatch)  # anew: what was not waited for would put this clock ahead of the sandbox's
            try:
                play(sandbox, recorded, plan)
            except AssertionError as error:
                raise AssertionError(f"{error}\n{plan}") from error

    return play_all


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_history_of_a_route_over_http_sends_twice_or_loses(play_all: PlayAll, part: int) -> None:
    play_all(range(part * HISTORIES, (part + 1) * HISTORIES))


def test_a_text_that_is_passed_on_in_doubt_is_found(play_all: PlayAll, monkeypatch: pytest.MonkeyPatch) -> None:
    failover_on_unknown(monkeypatch)
    with pytest.raises(AssertionError, match="texted twice"):
        play_all(range(HISTORIES))


def test_an_absence_that_proves_nothing_is_found(play_all: PlayAll, monkeypatch: pytest.MonkeyPatch) -> None:
    telnyx_absence_believed(monkeypatch)
    with pytest.raises(AssertionError, match=r"texted twice|on air, and said to be not sent"):
        play_all(range(MOST))


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SOAK_PARTS))
def test_thousands_of_histories_over_http_keep_that(play_all: PlayAll, part: int) -> None:
    play_all(range(part * SOAK_HISTORIES, (part + 1) * SOAK_HISTORIES))
