"""What is refused for the account's sake leads to the next provider, and is never taken for the message's fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from smsgate import (
    Answer,
    AuthenticationError,
    BreakerState,
    Effect,
    Gateway,
    InsufficientCreditError,
    Message,
    Outcome,
    PermissionDeniedError,
    ProviderError,
    RateLimitedError,
    RejectedError,
    Request,
)
from smsgate.sandbox import Fault, Sandbox
from smsgate.testing import answer
from smsgate_salesbox import Salesbox, SalesboxSettings
from smsgate_salesbox.sending import send_draft
from smsgate_salesbox_sandbox import Salesbox as SandboxSalesbox
from smsgate_salesbox_sandbox import Variants
from smsgate_salesmsg import Salesmsg, SalesmsgSettings
from smsgate_salesmsg_sandbox import Salesmsg as SandboxSalesmsg
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings
from smsgate_zoomconnect_sandbox import ZoomConnect as SandboxZoomConnect

BOX_VARIANTS = {
    "with 400": Variants(),
    "with 200": Variants(fails_with_200=True),
    "as a Mautic": Variants(errors="many", sent="success", fails_with_200=True),
}
BOX = Salesbox(SalesboxSettings(token="box-token"), provider="box")
SALES = Salesmsg(SalesmsgSettings(token="sales-token", team_id=16), provider="sales")
ZOOM = ZoomConnect(ZoomConnectSettings(email="ada@example.com", token="zoom-token"), provider="zoom")
SENDS = {
    BOX: Request("POST", "text-messages/{message_id}/send", ids={"message_id": "17"}, effect=Effect.SENDS),
    SALES: Request("POST", "messages/{conversation}", ids={"conversation": "1"}, effect=Effect.SENDS),
    ZOOM: Request("POST", "sms/send", effect=Effect.SENDS),
}


def vendors(box: Variants) -> list[SandboxSalesbox | SandboxSalesmsg | SandboxZoomConnect]:
    return [SandboxSalesbox(box, limit=None), SandboxSalesmsg(), SandboxZoomConnect()]


@pytest.fixture(name="sandbox", params=BOX_VARIANTS)
def _sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(vendors=vendors(BOX_VARIANTS[request.param])) as sandbox:
        yield sandbox


def gateway(sandbox: Sandbox, *route: str) -> Gateway:
    return Gateway.from_mapping(
        {
            "providers": {
                vendor: {
                    "adapter": vendor,
                    "base_url": sandbox.url(vendor),
                    "rate": "unlimited",
                    **sandbox.credentials(vendor),
                    **sandbox.account(vendor),
                }
                for vendor in route
            }
        }
    )


@pytest.mark.parametrize(
    "route", [("salesbox", "zoomconnect"), ("salesmsg", "zoomconnect"), ("zoomconnect", "salesbox")]
)
def test_an_account_without_credit_is_passed_over_for_the_next(sandbox: Sandbox, route: tuple[str, str]) -> None:
    sandbox.misbehave(route[0], Fault.NO_CREDIT, times=None)
    with gateway(sandbox, *route) as opened:
        result = opened.send(Message("+27821234567", "Your code is 4711"))
    assert (result.outcome, result.provider) == (Outcome.ACCEPTED, route[1])
    assert isinstance(result.attempts[0].error, InsufficientCreditError)
    assert [text.text for text in sandbox.texts] == ["Your code is 4711"]


def test_an_account_that_stays_without_credit_opens_its_breaker(sandbox: Sandbox) -> None:
    sandbox.misbehave("salesbox", Fault.NO_CREDIT, times=None)
    with gateway(sandbox, "salesbox", "zoomconnect") as opened:
        for number in range(5):
            opened.send(Message("+27821234567", f"Message {number}"))
        assert opened.breaker("salesbox") is BreakerState.OPEN


@pytest.mark.parametrize("adapter", SENDS, ids=lambda adapter: adapter.name)
@pytest.mark.parametrize(
    "words",
    [
        "Insufficient credits",
        "insufficient_credits",
        "You have insufficient SMS credit, please top up",
        "Not enough credits",
        "Insufficient balance",
        "Insufficient account funds",
        "The account has no credit left",
        "You do not have enough credits",
        "You don't have enough SMS credits to send this",
        "The team is out of credits",
    ],
)
def test_the_words_for_an_account_that_cannot_pay_are_known_for_every_vendor(
    adapter: Salesbox | Salesmsg | ZoomConnect, words: str
) -> None:
    assert type(refusal(adapter, words)) is InsufficientCreditError


@pytest.mark.parametrize("adapter", SENDS, ids=lambda adapter: adapter.name)
@pytest.mark.parametrize("words", ["Add a credit card to your profile text", "Creditors are not texted", "Too long"])
def test_words_that_are_not_known_stay_the_messages_own_refusal(
    adapter: Salesbox | Salesmsg | ZoomConnect, words: str
) -> None:
    assert type(refusal(adapter, words)) is RejectedError


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AuthenticationError),
        (402, InsufficientCreditError),
        (403, PermissionDeniedError),
        (429, RateLimitedError),
    ],
)
@pytest.mark.parametrize("wire", [200, 400])
def test_salesbox_reads_the_account_from_the_status_within_its_error(
    wire: int, status: int, kind: type[ProviderError]
) -> None:
    body = {"error": {"code": "word", "message": "Invalid API token provided", "status": status}}
    assert type(box_refusal(answer(wire, body))) is kind


def refusal(adapter: Salesbox | Salesmsg | ZoomConnect, words: str) -> ProviderError | None:
    """Return what an adapter makes of a 400 with these words, in its vendor's form."""
    body = {
        "salesbox": {"error": {"code": "bad_request", "message": words, "status": 400}},
        "salesmsg": {"message": words},
        "zoomconnect": {"status": "400", "code": 9, "message": words, "developerMessage": "", "moreInfoUrl": ""},
    }[adapter.name]
    return adapter.explain(SENDS[adapter], answer(400, body))


def box_refusal(said: Answer) -> ProviderError | None:
    """Return what the Salesbox adapter makes of an answer to a send, whatever the status of HTTP is."""
    if not said.ok:
        return BOX.explain(SENDS[BOX], said)
    conversation = send_draft("17")
    next(conversation)
    with pytest.raises(ProviderError) as caught:
        conversation.send(said)
    return caught.value
