"""A delivery that is ended by hand; the vendor has no webhooks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from smsgate.sandbox import DeliveryOutcome, Sandbox

Ask = Callable[..., requests.Response]
Draft = Callable[..., int]


def _shown(ask: Ask, key: int) -> dict[str, Any]:
    message: dict[str, Any] = ask("GET", f"text-messages/{key}").json()["textMessage"]
    return message


def test_a_draft_has_no_delivery_that_could_end(sandbox: Sandbox, draft: Draft) -> None:
    with pytest.raises(ValueError, match=r"has not left yet \(it is a draft\)"):
        sandbox.end("salesbox", str(draft()), DeliveryOutcome.DELIVERED)


def test_a_text_that_is_delivered_by_hand_shows_when(sandbox: Sandbox, ask: Ask, draft: Draft) -> None:
    key = draft()
    ask("POST", f"text-messages/{key}/send")
    assert _shown(ask, key)["deliveredAt"] is None
    sandbox.end("salesbox", str(key), DeliveryOutcome.DELIVERED)
    shown = _shown(ask, key)
    assert (shown["status"], shown["deliveredAt"]) == ("delivered", shown["sentAt"])


def test_a_text_that_is_sent_again_begins_anew(sandbox: Sandbox, ask: Ask, draft: Draft) -> None:
    key = draft()
    ask("POST", f"text-messages/{key}/send")
    sandbox.end("salesbox", str(key), DeliveryOutcome.EXPIRED)
    assert _shown(ask, key)["status"] == "failed"
    ask("POST", f"text-messages/{key}/send")
    assert _shown(ask, key)["status"] == "queued"
    sandbox.advance(timedelta(hours=1))
    assert _shown(ask, key)["status"] == "delivered"


def test_an_id_is_its_digits_and_nothing_else(sandbox: Sandbox, ask: Ask, draft: Draft) -> None:
    key = draft()
    ask("POST", f"text-messages/{key}/send")
    for wrong in (f"0{key}", f" {key}", f"{key}x", "", "9" * 5_000, "\u0667\u0660\u0660\u0660\u0661"):
        with pytest.raises(LookupError, match="salesbox has no message"):
            sandbox.end("salesbox", wrong, DeliveryOutcome.DELIVERED)
