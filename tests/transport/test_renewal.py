"""A token that expires is renewed once, durably, and never at the price of a text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest

from smsgate import (
    Answer,
    AuthenticationError,
    Effect,
    FileTokenStore,
    MemoryTokenStore,
    Message,
    NotSentError,
    PermissionDeniedError,
    Provider,
    ProviderError,
    RateLimitedError,
    Request,
    Token,
    TokenStore,
    UnknownOutcomeError,
    UnreachableError,
    UnsupportedError,
)
from smsgate.adapter.deadline import Deadline
from smsgate.engine import THREADS
from smsgate.testing import StubTransport, answer
from smsgate.transport.tokens.account_token import AccountToken
from smsgate.transport.tokens.kept import Kept, State, fingerprint
from smsgate_zoomconnect import ZoomConnect, ZoomConnectSettings
from tests.blocking_core import BlockingToken, BlockingTransport, VirtualEngine
from tests.rotating_token_adapter import Rotating, RotatingSettings
from tests.virtual_time import VirtualTime

MESSAGE = Message("+27821234567", "Hello")
SENT = answer(json={"id": "m1"})
EXPIRED = answer(401, json={"message": "Unauthorized"})
DENIED = answer(403, json={"message": "explicit deny in an identity-based policy"})
LOST = ProviderError("POST renew: no answer (ReadTimeout)")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def granted(access: str = "new", **more: object) -> Answer:
    return answer(json={"access_token": access, **more})


def account(
    *says: Answer | ProviderError,
    store: TokenStore | None = None,
    token: str | None = "old",
    refresh: str | None = None,
) -> tuple[Provider, StubTransport]:
    stub = StubTransport(says)
    adapter = Rotating(RotatingSettings(token=token, refresh=refresh), provider="acme")
    return Provider("acme", adapter, stub, token_store=store), stub


def asked(stub: StubTransport) -> list[tuple[str, str | None]]:
    """Return each request's path and the credentials it was asked with."""
    return [
        (request.path, {**request.headers, **headers}.get("Authorization"))
        for request, headers in zip(stub.requests, stub.headers, strict=True)
    ]


def kept(store: TokenStore) -> Kept:
    text = store.read()
    assert text is not None
    return Kept.from_text(text)


@pytest.mark.parametrize("refusal", [EXPIRED, DENIED], ids=["401", "403 of the gateway"])
def test_a_send_refused_for_its_token_is_repeated_once_with_the_new_one(refusal: Answer) -> None:
    provider, stub = account(refusal, granted("new"), SENT)
    assert provider.send(MESSAGE).message_id == "m1"
    assert asked(stub) == [("messages", "Bearer old"), ("renew", "Bearer old"), ("messages", "Bearer new")]


def test_a_second_refusal_is_final() -> None:
    provider, stub = account(EXPIRED, granted("new"), EXPIRED)
    with pytest.raises(AuthenticationError, match=r"^acme: the credentials were refused"):
        provider.send(MESSAGE)
    assert len(stub.requests) == 3


def test_a_403_that_is_not_about_the_token_renews_nothing() -> None:
    provider, stub = account(answer(403, json={"message": "insufficient_scope"}))
    with pytest.raises(PermissionDeniedError):
        provider.send(MESSAGE)
    assert asked(stub) == [("messages", "Bearer old")]


@pytest.mark.parametrize("failure", [answer(500), answer(502), UnknownOutcomeError("lost")], ids=repr)
def test_a_send_that_may_be_out_is_never_repeated(failure: Answer | ProviderError) -> None:
    provider, stub = account(failure)
    with pytest.raises(UnknownOutcomeError):
        provider.send(MESSAGE)
    assert asked(stub) == [("messages", "Bearer old")]


def test_a_repeated_send_whose_answer_is_lost_is_unknown() -> None:
    provider, _ = account(EXPIRED, granted(), UnknownOutcomeError("lost"))
    with pytest.raises(UnknownOutcomeError):
        provider.send(MESSAGE)


def test_a_refresh_token_renews_and_stays_where_no_new_one_came() -> None:
    store = MemoryTokenStore()
    provider, stub = account(EXPIRED, granted("new"), SENT, store=store, refresh="r1")
    provider.send(MESSAGE)
    assert asked(stub)[1] == ("refresh", None)
    assert stub.requests[1].form == {"refresh_token": "r1"}
    assert kept(store).token.refresh == "r1"


def test_a_refresh_token_that_rotates_replaces_the_old_one() -> None:
    store = MemoryTokenStore()
    provider, _ = account(EXPIRED, granted("new", refresh_token="r2"), SENT, store=store, refresh="r1")
    provider.send(MESSAGE)
    assert (kept(store).token.access, kept(store).token.refresh) == ("new", "r2")


def test_an_account_with_a_refresh_token_only_renews_before_its_first_request() -> None:
    provider, stub = account(granted("new"), SENT, token=None, refresh="r1")
    provider.send(MESSAGE)
    assert asked(stub) == [("refresh", None), ("messages", "Bearer new")]


def test_an_account_without_any_token_says_what_to_do_and_asks_nothing() -> None:
    provider, stub = account(token=None)
    with pytest.raises(AuthenticationError, match=r"^acme: there is no token yet; log in again$"):
        provider.send(MESSAGE)
    assert stub.requests == []


def test_the_new_token_is_stored_before_it_is_used() -> None:
    store = MemoryTokenStore()
    seen: list[str | None] = []
    says = iter([EXPIRED, granted("new"), SENT])

    def say(_: Request) -> Answer:
        text = store.read()
        seen.append(text and f"{Kept.from_text(text).token.access} {Kept.from_text(text).state.value}")
        return next(says)

    adapter = Rotating(RotatingSettings(token="old"), provider="acme")
    Provider("acme", adapter, StubTransport(say), token_store=store).send(MESSAGE)
    assert seen == [None, "old renewing", "new good"]


def test_a_token_renewed_by_another_process_is_used_and_not_renewed_again() -> None:
    store = MemoryTokenStore()
    provider, stub = account(SENT, EXPIRED, SENT, store=store)
    provider.send(MESSAGE)
    store.write(Kept(token=Token("theirs"), origin=fingerprint(Token("old"))).to_text())
    provider.send(MESSAGE)
    assert asked(stub) == [("messages", "Bearer old"), ("messages", "Bearer old"), ("messages", "Bearer theirs")]


def test_a_new_token_in_the_settings_begins_anew() -> None:
    store = MemoryTokenStore()
    store.write(Kept(token=Token("of an older chain"), origin=fingerprint(Token("older")), state=State.LOST).to_text())
    provider, stub = account(SENT, store=store, token="fresh")
    provider.send(MESSAGE)
    assert asked(stub) == [("messages", "Bearer fresh")]


def test_a_stored_token_outlives_the_settings_token_that_it_descends_from() -> None:
    store = MemoryTokenStore()
    account(EXPIRED, granted("new"), SENT, store=store)[0].send(MESSAGE)
    provider, stub = account(SENT, store=store)
    provider.send(MESSAGE)
    assert asked(stub) == [("messages", "Bearer new")]


def test_a_lost_answer_to_a_renewal_says_so_and_the_vendors_refusal_after_it_says_to_reauthorise() -> None:
    store = MemoryTokenStore()
    provider, stub = account(EXPIRED, LOST, EXPIRED, EXPIRED, EXPIRED, store=store)
    with pytest.raises(AuthenticationError, match=r"renewal was lost .* may be used up; .* log in again$"):
        provider.send(MESSAGE)
    assert kept(store).state is State.RENEWING
    for _ in range(2):
        with pytest.raises(AuthenticationError, match=r"the answer was lost, .* refuses the old token now; log in"):
            provider.send(MESSAGE)
    assert kept(store).state is State.LOST
    assert [path for path, _ in asked(stub)] == ["messages", "renew", "messages", "renew", "messages"]


def test_a_renewal_that_never_arrived_is_made_up_for() -> None:
    store = MemoryTokenStore()
    provider, _ = account(EXPIRED, LOST, EXPIRED, granted("new"), SENT, store=store)
    with pytest.raises(AuthenticationError):
        provider.send(MESSAGE)
    assert provider.send(MESSAGE).message_id == "m1"
    assert kept(store).state is State.GOOD


@pytest.mark.parametrize(
    "lost",
    [answer(500), answer(503), answer(text="<html>"), answer(json={"access_token": 7}), answer(json=[])],
    ids=["500", "503", "not JSON", "wrong shape", "empty"],
)
def test_an_answer_without_a_token_leaves_the_renewal_in_doubt(lost: Answer) -> None:
    store = MemoryTokenStore()
    provider, _ = account(EXPIRED, lost, store=store)
    with pytest.raises(AuthenticationError, match="may be used up"):
        provider.send(MESSAGE)
    assert kept(store).state is State.RENEWING


@pytest.mark.parametrize("failure", [UnreachableError("down"), RateLimitedError("slow down", retry_after=60)])
def test_a_renewal_that_was_not_asked_leaves_the_token_as_it_was(failure: ProviderError) -> None:
    store = MemoryTokenStore()
    provider, _ = account(EXPIRED, failure, store=store)
    with pytest.raises(type(failure), match=failure.reason):
        provider.send(MESSAGE)
    assert kept(store).state is State.GOOD


def test_a_closed_transport_is_not_taken_for_the_vendors_refusal() -> None:
    store = MemoryTokenStore()
    provider, _ = account(EXPIRED, LOST, EXPIRED, NotSentError("the Gateway is closed"), store=store)
    for kind in (AuthenticationError, UnreachableError):
        with pytest.raises(kind):
            provider.send(MESSAGE)
    assert kept(store).state is State.RENEWING


def test_after_a_refused_renewal_requests_fail_for_a_minute_without_another() -> None:
    time = VirtualTime()
    adapter = Rotating(RotatingSettings(token="old"), provider="acme")
    account_token = BlockingToken(AccountToken(adapter, MemoryTokenStore(), VirtualEngine(time)))
    asked: list[Request] = []

    def refuse(request: Request) -> Answer:
        asked.append(request)
        raise AuthenticationError("the credentials were refused")

    for time.now in (0.0, 59.0, 61.0):
        with pytest.raises(AuthenticationError, match=r"does not renew the token .*; log in again"):
            account_token.successor(Token("old"), refuse, 1.0)
    assert len(asked) == 2


def test_a_token_is_renewed_before_its_end() -> None:
    time = VirtualTime(NOW.timestamp())
    adapter = Rotating(RotatingSettings(token="old"), provider="acme")
    account_token = BlockingToken(AccountToken(adapter, MemoryTokenStore(), VirtualEngine(time)))
    names = iter("abc")

    def grant(_: Request) -> Answer:
        return granted(next(names), expires_in=3600)

    assert account_token.token(grant, 1.0).access == "old"  # its age is not known: used until it is refused
    assert account_token.successor(Token("old"), grant, 1.0).access == "a"
    time.now += 3539
    assert account_token.token(grant, 1.0).access == "a"
    time.now += 1
    assert account_token.token(grant, 1.0).access == "b"


def test_an_old_token_in_doubt_is_used_until_the_vendor_refuses_it() -> None:
    store = MemoryTokenStore()
    stale = Token("old", expires_in=60, issued_at=NOW)
    store.write(Kept(token=stale, origin=fingerprint(Token("old")), state=State.RENEWING).to_text())
    provider, stub = account(SENT, store=store)
    provider.send(MESSAGE)
    assert asked(stub) == [("messages", "Bearer old")]


def test_a_short_deadline_does_not_shorten_the_renewal_that_it_needs() -> None:
    provider, stub = account(EXPIRED, granted(), SENT)
    transport = BlockingTransport(provider.core._transport)
    deadline = Deadline.of(5.0)
    transport.ask(Request("GET", "messages", deadline=deadline), {})
    assert [request.deadline for request in stub.requests] == [deadline, None, deadline]


def test_waiting_for_another_renewal_ends_with_the_callers_patience() -> None:
    store = MemoryTokenStore()
    adapter = Rotating(RotatingSettings(token="old"), provider="acme")
    account_token = BlockingToken(AccountToken(adapter, store, THREADS))
    with store.lock(1), pytest.raises(NotSentError, match=r"another renewal of the token took over 0.1 seconds"):
        account_token.token(lambda _: granted(), 0.1)


def test_a_login_replaces_whatever_was_kept() -> None:
    store = MemoryTokenStore()
    store.write(Kept(token=Token("used up"), origin=fingerprint(Token("old")), state=State.LOST).to_text())
    provider, stub = account(granted("new", refresh_token="r1"), SENT, store=store)
    assert isinstance(provider.adapter, Rotating)
    provider.authorise(provider.adapter.login("4711"))
    provider.send(MESSAGE)
    assert asked(stub) == [("login", None), ("messages", "Bearer new")]
    assert kept(store).state is State.GOOD


def test_a_login_that_fails_keeps_what_there_was() -> None:
    store = MemoryTokenStore()
    provider, _ = account(answer(400, json={"error": "invalid_grant"}), store=store)
    assert isinstance(provider.adapter, Rotating)
    with pytest.raises(AuthenticationError) as caught:
        provider.authorise(provider.adapter.login("4711"))
    assert str(caught.value) == "acme: the vendor gave no token (POST login answered 400); begin the login again"
    assert store.read() is None


def test_a_login_whose_answer_is_lost_is_begun_again() -> None:
    provider, _ = account(UnknownOutcomeError(f"POST login: no answer; {Effect.SENDS.doubt}"))
    assert isinstance(provider.adapter, Rotating)
    with pytest.raises(AuthenticationError) as caught:
        provider.authorise(provider.adapter.login("4711"))
    assert str(caught.value) == "acme: the vendor gave no token (POST login: no answer); begin the login again"


def test_a_vendor_whose_credentials_stay_takes_no_login() -> None:
    settings = ZoomConnectSettings(email="me@example.com", token="t")
    provider = Provider("zoom", ZoomConnect(settings, provider="zoom"), StubTransport())
    with pytest.raises(UnsupportedError, match=r"zoom \(zoomconnect\) has no credentials that are renewed"):
        provider.authorise(Rotating(RotatingSettings(), provider="acme").login("4711"))


class _Broken(MemoryTokenStore):
    def __init__(self, breaks: Callable[[str], bool]) -> None:
        super().__init__()
        self.breaks = breaks

    def read(self) -> str | None:
        if self.breaks("read"):
            raise PermissionError(13, "canary")
        return super().read()

    def write(self, text: str) -> None:
        if self.breaks("write"):
            raise OSError(28, "canary")
        super().write(text)


@pytest.mark.parametrize("place", ["read", "write"])
def test_a_store_that_fails_is_reported_before_the_token_is_used_up(place: str) -> None:
    provider, stub = account(EXPIRED, store=_Broken(lambda what: what == place))
    with pytest.raises(AuthenticationError, match=r"the token store cannot be (read|written) \(\w+\)") as caught:
        provider.send(MESSAGE)
    assert "canary" not in str(caught.value)
    assert ("renew", "Bearer old") not in asked(stub)


def test_a_store_with_something_else_in_it_is_reported_without_its_content() -> None:
    store = MemoryTokenStore()
    store.write('{"access": "canary"}')
    provider, _ = account(store=store)
    with pytest.raises(AuthenticationError, match="cannot be read") as caught:
        provider.send(MESSAGE)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("in_file", [False, True], ids=["memory", "file"])
def test_sixteen_threads_on_one_refused_token_renew_it_once(tmp_path: Path, in_file: bool) -> None:  # noqa: FBT001
    store = FileTokenStore(tmp_path / "token") if in_file else MemoryTokenStore()
    renewals: list[Request] = []

    def say(request: Request) -> Answer:
        if request.path == "renew":
            renewals.append(request)
            return granted("new")
        with_old = stub.headers[-1]["Authorization"] == "Bearer old"  # the stub's own lock is locked here
        return EXPIRED if with_old else SENT

    stub = StubTransport(say)
    provider = Provider("acme", Rotating(RotatingSettings(token="old"), provider="acme"), stub, token_store=store)
    barrier, sent = Barrier(16), list[str]()

    def send() -> None:
        barrier.wait()
        sent.append(provider.send(MESSAGE).message_id)

    threads = [Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sent, len(renewals)) == (["m1"] * 16, 1)
