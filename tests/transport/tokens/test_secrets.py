"""A token shows nowhere: not in what is printed, raised, logged or pickled, and not among a traceback's locals."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smsgate import (
    AuthenticationError,
    Authorization,
    FileTokenStore,
    MemoryTokenStore,
    Message,
    Provider,
    ProviderError,
    Token,
)
from smsgate.adapter.request import Headers
from smsgate.testing import StubTransport, answer
from smsgate.transport.tokens.kept import Kept, fingerprint
from smsgate_salesmsg import Salesmsg, SalesmsgSettings
from tests.rotating_token_adapter import Rotating, RotatingSettings

CANARY = "canary"
TOKEN = Token(f"{CANARY}-access", refresh=f"{CANARY}-refresh", issued_at=datetime(2026, 11, 22, tzinfo=UTC))
KEPT = Kept(token=TOKEN, origin=fingerprint(TOKEN))


class Keyed(Rotating):
    """Has a secret beside the token."""

    def headers(self) -> Mapping[str, str]:
        return {"X-Key": f"{CANARY}-key"}


def authorization() -> Authorization:
    return Authorization(
        page="https://example.com", client_id="1", redirect_uri="http://x", state=CANARY, verifier=CANARY
    )


def memory() -> MemoryTokenStore:
    store = MemoryTokenStore()
    store.write(KEPT.to_text())
    return store


def settings(refresh_as: str = "form") -> SalesmsgSettings:
    secrets = {"client_secret": f"{CANARY}-s", "refresh_token": f"{CANARY}-r"}
    return SalesmsgSettings(client_id="1", team_id=1, refresh_as=refresh_as, **secrets)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "thing",
    [TOKEN, KEPT, authorization(), memory(), settings(), Headers({"Authorization": CANARY}), [TOKEN]],
    ids=lambda thing: type(thing).__name__,
)
def test_what_has_a_token_does_not_print_it(thing: object) -> None:
    assert CANARY not in f"{thing!r} {thing}"


@pytest.mark.parametrize(
    "thing", [TOKEN, KEPT, authorization(), memory(), settings()], ids=lambda thing: type(thing).__name__
)
def test_what_has_a_token_is_not_pickled(thing: object) -> None:
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(thing)


def test_a_file_store_is_pickled_as_its_path(tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "token")
    store.write(CANARY)
    pickled = pickle.dumps(store)
    assert CANARY.encode() not in pickled
    assert pickle.loads(pickled).read() == copy.copy(store).read() == CANARY


def test_a_fingerprint_gives_nothing_away() -> None:
    assert CANARY not in str(fingerprint(TOKEN))
    assert fingerprint(TOKEN) != fingerprint(Token(f"{CANARY}-access"))


@pytest.mark.parametrize(
    "second",
    [
        answer(401, {"message": "Unauthorized"}),
        answer(500, text=f"{CANARY}"),
        answer(json={"access_token": 7, "refresh_token": f"{CANARY}-new"}),
        ProviderError("no answer"),
    ],
    ids=["refused", "failed", "malformed", "lost"],
)
@pytest.mark.parametrize("refresh", [None, f"{CANARY}-refresh"], ids=["personal", "refresh token"])
def test_no_error_of_a_renewal_shows_a_token(
    second: object, refresh: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    adapter = Keyed(RotatingSettings(token=f"{CANARY}-access", refresh=refresh), provider="acme")
    stub = StubTransport([answer(401, {}), second])  # type: ignore[list-item]
    provider = Provider("acme", adapter, stub)
    with pytest.raises(AuthenticationError) as caught:
        provider.send(Message("+27821234567", "Hello"))
    assert CANARY not in with_locals(caught.value)
    assert CANARY not in caplog.text
    assert CANARY not in repr(stub.requests)
    assert CANARY not in repr(vars(provider))


@pytest.mark.parametrize("refresh_as", ["form", "json"])
def test_no_error_of_salesmsgs_renewals_shows_a_secret(refresh_as: str) -> None:
    provider = Provider("sales", Salesmsg(settings(refresh_as), provider="sales"), StubTransport([answer(400, {})]))
    with pytest.raises(AuthenticationError) as caught:
        provider.send(Message("+12019772861", "Hello"))
    assert CANARY not in with_locals(caught.value)


def with_locals(error: BaseException) -> str:
    """Return a traceback with its locals, but for the test's own frame."""
    assert error.__traceback__ is not None
    frames = error.__traceback__.tb_next
    return "".join(traceback.TracebackException(type(error), error, frames, capture_locals=True).format())
