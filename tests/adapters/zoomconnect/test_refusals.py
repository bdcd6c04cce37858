"""What errors say: the vendor's words, what is at stake, and whether the address is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smsgate import (
    AuthenticationError,
    InsufficientCreditError,
    Message,
    NotFoundError,
    NotSentError,
    Provider,
    ProviderError,
    Scope,
    UnknownOutcomeError,
)
from smsgate.sandbox import Fault, Sandbox
from smsgate.testing import StubTransport, answer
from smsgate_zoomconnect import NewUser, ZoomConnect, ZoomConnectExtras, ZoomConnectSettings

Open = Callable[..., Provider]

HELLO = Message("+27821234567", "Hello")
ADA = NewUser(email="ada@example.com", password="s3cret", first_name="Ada", last_name="Lovelace", number="+27821234567")
TOKEN = "t0ken-of-the-tests"


def stubbed(*said: object) -> Provider:
    settings = ZoomConnectSettings(email="ops@example.com", token=TOKEN, read_attempts=1)
    return Provider("zoom", ZoomConnect(settings, provider="zoom"), StubTransport(said))  # type: ignore[arg-type]


# The vendor's words --------------------------------------------------------------------------------------------------


def test_errors_quote_the_vendor(sandbox: Sandbox, provider: Provider) -> None:
    with pytest.raises(NotFoundError, match=r"answered 404 Not Found: Contact not found\)"):
        provider.contacts.get("5a757c7b7736b6c1d340ffff")
    sandbox.misbehave("zoomconnect", Fault.UNAUTHORIZED)
    with pytest.raises(AuthenticationError, match=r"answered 401 Unauthorized: Unauthorized\)"):
        provider.balance()
    sandbox.misbehave("zoomconnect", Fault.ERROR_BEFORE, times=None)
    with pytest.raises(ProviderError, match=r"answered 500 Internal Server Error: Internal server error\)"):
        provider.contacts.get("1")
    with pytest.raises(UnknownOutcomeError, match=r"answered 500 Internal Server Error: Internal server error\)"):
        provider.send(HELLO)


@pytest.mark.parametrize("place", [0, 150, 190, 195])
def test_what_is_quoted_is_short_and_without_secrets_even_where_it_is_cut(place: int) -> None:
    words = "x" * place + TOKEN + " and so on" * 100
    with pytest.raises(AuthenticationError) as caught:
        stubbed(answer(401, {"code": 9, "message": words})).balance()
    assert len(str(caught.value)) < 400
    assert not any(TOKEN[:size] in str(caught.value) for size in range(3, len(TOKEN)))


@pytest.mark.parametrize(
    "said", [answer(404, {}), answer(404, None), answer(404, ["no"]), answer(404, {"message": 5}), answer(404, text="")]
)
def test_an_error_without_words_quotes_none(said: object) -> None:
    with pytest.raises(ProviderError, match=r"answered 404 Not Found\)"):
        stubbed(said).contacts.get("1")


# The address ---------------------------------------------------------------------------------------------------------


def test_a_wrong_address_is_not_taken_for_an_unknown_id(sandbox: Sandbox, open_provider: Open) -> None:
    provider = open_provider(base_url=sandbox.url("zoomconnect").replace("/zoomconnect/", "/nowhere/"))
    for ask in (provider.contacts.get, provider.groups.get, provider.templates.get, provider.messages.get):
        with pytest.raises(ProviderError, match="no such path at the vendor; check base_url") as caught:
            ask("1")
        assert not isinstance(caught.value, NotFoundError)
    with pytest.raises(ProviderError, match="check base_url"):
        provider.balance()
    with pytest.raises(NotSentError, match="check base_url"):
        provider.send(HELLO)


# Money ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER, Fault.DROP_AFTER, Fault.TRUNCATED, Fault.WRONG_SHAPE])
def test_a_transfer_in_doubt_speaks_of_money(fault: Fault, sandbox: Sandbox, vendor: ZoomConnectExtras) -> None:
    vendor.create_user(ADA)
    sandbox.misbehave("zoomconnect", fault, path="account/transfer")
    with pytest.raises(UnknownOutcomeError, match="money may have moved; look at the balances") as caught:
        vendor.transfer(sender_email="sandbox@example.com", recipient_email=ADA.email, credit=1)
    assert "text" not in str(caught.value)
    assert "message" not in str(caught.value)


# Bulk ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        answer(400, text="<h1>Bad request</h1>", content_type="text/html"),
        answer(400, text=""),
        answer(422, {}),
        answer(422, {"message": "Invalid mobile number"}),
        answer(400, {"status": "400", "code": 2, "message": "Invalid mobile number"}),
    ],
)
def test_a_paced_bulk_call_that_is_refused_whole_blames_no_message(said: object) -> None:
    extras = stubbed(said).vendor
    assert isinstance(extras, ZoomConnectExtras)
    with pytest.raises(NotSentError) as caught:
        extras.send_bulk([HELLO] * 2)
    assert caught.value.scope is Scope.MESSAGE


def test_a_bulk_call_that_is_refused_for_want_of_credit_blames_the_account() -> None:
    results = [*stubbed(answer(400, {"code": 9, "message": "Insufficient credits"})).send_bulk([HELLO] * 2)]
    assert [type(result) for result in results] == [InsufficientCreditError] * 2
