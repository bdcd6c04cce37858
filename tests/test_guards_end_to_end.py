"""Every guard at once, through real sockets: what went on air is within each of them, whatever the vendors did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest
from attrs import evolve, frozen

from smsgate import Gateway, Message, Plan, SendResult, SmsgateError
from smsgate.sandbox import Fault, Sandbox

SEED = SystemRandom().randrange(2**32)
NUMBERS = [f"+2782123456{last}" for last in range(8)]
STOPPED = NUMBERS[:2]
"""Those that have opted out."""
CAMPAIGNS = ("otp", "spring", "night", None)
MESSAGES, THREADS = 160, 8
EACH, SPRING, MONEY = 3, 10, Decimal("7.00")
"""The budgets: codes for a person, messages of a campaign, and ZAR in all."""
PRICE = {"a": Decimal("0.20"), "b": Decimal("0.30")}
BURST = 8
"""Codes to the ten numbers of a block."""
HOUR = datetime.now(UTC) + timedelta(hours=1)
"""An hour ago, where the numbers are."""
ENDS = {"SendResult", "BudgetExceededError", "OptedOutError", "QuietHoursError"}
DAYTIME = [{"campaigns": ["otp", "spring"]}]
"""The campaigns that have no quiet hours."""
FAULTS = (Fault.NO_CREDIT, Fault.UNAVAILABLE, Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.TRUNCATED)


@frozen
class Sent:
    """What an application sends, and by what it is known on air."""

    message: Message
    as_plan: bool


def settings(sandboxes: dict[str, Sandbox], folder: Path) -> dict[str, Any]:
    providers = {
        name: {
            "adapter": "zoomconnect",
            "base_url": sandbox.url("zoomconnect"),
            "read_timeout": 0.5,
            "prices": {"unit": "ZAR", "+27": str(PRICE[name])},
            **sandbox.credentials("zoomconnect"),
        }
        for name, sandbox in sandboxes.items()
    }
    return {
        "providers": providers,
        "order": "round_robin",
        "journal": str(folder / "journal.db"),
        "deadline": 5,
        "breaker": {"failures": 100},
        "quiet_hours": {"from": f"{HOUR:%H}:00", "to": f"{HOUR + timedelta(hours=3):%H}:00", "only": DAYTIME},
        "guard": {"codes": {"for": {"campaigns": ["otp"]}, "burst": f"{BURST}/1d", "block": 1}},
        "budgets": {
            "codes": {"per": "1d", "max": EACH, "by": "recipient", "for": {"campaigns": ["otp"]}},
            "spring": {"per": "1d", "max": SPRING, "for": {"campaigns": ["spring"]}},
            "money": {"per": "1d", "max": f"{MONEY} ZAR"},
        },
    }


def drawn(random: Random) -> Sequence[Sent]:
    """Return messages, some with a key that another one has too: the same message then, and one text."""
    made: list[Sent] = []
    for number in range(MESSAGES):
        again = [each for each in made if each.message.key is not None]
        if again and random.random() < 0.2:
            made.append(evolve(random.choice(again), as_plan=random.random() < 0.5))
            continue
        key = f"key {number}" if random.random() < 0.5 else None
        message = Message(
            random.choice(NUMBERS),
            f"text {number}",
            campaign=random.choice(CAMPAIGNS),
            key=key,
            urgent=random.random() < 0.2,
        )
        made.append(Sent(message, as_plan=random.random() < 0.3))
    return made


def send(gateway: Gateway, sent: Sent) -> SendResult | SmsgateError:
    """Send a message, or its plan twice."""
    if not sent.as_plan:
        return result_of(gateway, sent.message)
    plan = gateway.plan(sent.message)
    result_of(gateway, plan)
    return result_of(gateway, plan)


def result_of(gateway: Gateway, what: Message | Plan) -> SendResult | SmsgateError:
    try:
        return gateway.send(what)
    except SmsgateError as error:
        return error


@pytest.fixture(name="sandboxes")
def _sandboxes() -> Iterator[dict[str, Sandbox]]:
    with Sandbox(stall=1) as first, Sandbox(stall=1) as second:
        yield {"a": first, "b": second}


def test_no_guard_is_passed_whatever_the_vendors_do(sandboxes: dict[str, Sandbox], tmp_path: Path) -> None:
    print(f"seed {SEED}")  # noqa: T201 - shown where it fails
    random = Random(SEED)
    messages = drawn(random)
    for sandbox in sandboxes.values():
        for _ in range(10):
            sandbox.misbehave("zoomconnect", random.choice(FAULTS), times=1, path="sms/send*")
    with Gateway.from_mapping(settings(sandboxes, tmp_path)) as gateway:
        for number in STOPPED:
            gateway.opt_outs.add(number)
        with ThreadPoolExecutor(THREADS) as threads:
            ended = list(threads.map(lambda each: send(gateway, each), messages))
    texts = {name: sandbox.texts for name, sandbox in sandboxes.items()}
    by_text = {each.message.text: each.message for each in messages}
    on_air = [by_text[each.text] for every in texts.values() for each in every]
    codes = Counter(each.to for each in on_air if each.campaign == "otp")
    assert max(codes.values()) <= EACH
    assert codes.total() <= BURST
    assert all(each.urgent for each in on_air if each.campaign not in {"otp", "spring"})
    assert sum(each.campaign == "spring" for each in on_air) <= SPRING
    assert sum(PRICE[name] * len(every) for name, every in texts.items()) <= MONEY
    assert not {each.to for each in on_air} & {*STOPPED}
    assert max(Counter(each.text for each in on_air).values()) == 1
    assert sum(isinstance(each, SendResult) for each in ended) <= len(messages)
    assert {type(each).__name__ for each in ended} >= ENDS
