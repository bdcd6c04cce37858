"""A token on a server has one owner at a time: by a lease that ends, and by refusing what an earlier owner writes."""

from __future__ import annotations

import os
import pickle
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Thread

import pytest

from smsgate import AuthenticationError, Message, Provider, RedisTokenStore
from smsgate.testing import StubTransport, answer
from smsgate.transport.redis_server import StoreUnavailableError
from smsgate.transport.tokens.redis import _LOCK, _RENEW
from tests.child_process import fork, locked
from tests.rotating_token_adapter import Rotating, RotatingSettings
from tests.valkey_server import Valkey, running_valkey

LOCK = "smsgate:token:{acme/sales}:lock"
LONG = 60.0


@pytest.fixture
def stores(valkey: Valkey) -> Iterator[tuple[RedisTokenStore, RedisTokenStore]]:
    """Return the stores of two hosts, whose locks end only when a test says so."""
    one, other = (RedisTokenStore(valkey.url, "acme/sales", timeout=LONG, lease=3600.0) for _ in range(2))
    yield one, other
    one.close()
    other.close()


def end_lease(valkey: Valkey) -> None:
    assert valkey.command("DEL", LOCK) == 1


def test_a_late_write_of_an_owner_whose_lease_ended_is_refused(
    valkey: Valkey, stores: tuple[RedisTokenStore, RedisTokenStore]
) -> None:
    one, other = stores
    with one.lock(LONG):
        end_lease(valkey)
        with other.lock(LONG):
            other.write("newer")
            with pytest.raises(
                StoreUnavailableError, match="refused the token: another process had the lock meanwhile"
            ):
                one.write("older")
        with pytest.raises(StoreUnavailableError, match="another process had the lock"):
            one.write("older")
    assert one.read() == "newer"


def test_a_late_release_leaves_the_lock_to_its_next_owner(
    valkey: Valkey, stores: tuple[RedisTokenStore, RedisTokenStore]
) -> None:
    one, other = stores
    with ExitStack() as late:
        late.enter_context(one.lock(LONG))
        end_lease(valkey)
        with other.lock(LONG):
            late.close()
            assert valkey.command("GET", LOCK) == other._owner
            other.write("newer")
    assert valkey.command("EXISTS", LOCK) == 0


def test_an_owner_writes_after_its_lease_ended_if_no_other_has_had_the_lock(
    valkey: Valkey, stores: tuple[RedisTokenStore, RedisTokenStore]
) -> None:
    one, other = stores
    with one.lock(LONG):
        end_lease(valkey)
        one.write("mine")
    assert other.read() == "mine"


def test_a_lease_is_renewed_while_the_owner_lives(valkey: Valkey) -> None:
    store = RedisTokenStore(valkey.url, "acme/sales", timeout=LONG, lease=0.3)
    with store.lock(LONG):
        for _ in range(3):
            valkey.command("DEL", LOCK)  # as if it had ended
            wait_until(lambda: valkey.command("EXISTS", LOCK) == 1)
    assert valkey.command("EXISTS", LOCK) == 0
    store.close()


def wait_until(happened: Callable[[], bool]) -> None:
    ends = time.monotonic() + LONG
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_a_lock_that_was_released_is_not_renewed(
    valkey: Valkey, stores: tuple[RedisTokenStore, RedisTokenStore]
) -> None:
    one, _ = stores
    with one.lock(LONG):
        owner = str(one._owner)
    assert one._server.run(_RENEW, one._keys, owner, 1000) == 0
    assert valkey.command("EXISTS", LOCK) == 0


def test_a_lock_whose_answer_was_lost_is_taken_by_asking_again(
    stores: tuple[RedisTokenStore, RedisTokenStore],
) -> None:
    one, _ = stores
    assert [one._server.run(_LOCK, one._keys, owner, 60_000) for owner in ("a", "a", "b")] == [1, 1, 0]


def test_the_lock_of_a_killed_process_ends_with_its_lease(valkey: Valkey) -> None:
    def owner() -> None:
        with locked(RedisTokenStore(valkey.url, "acme/sales", timeout=LONG, lease=1.0).lock(LONG)):
            os.kill(os.getpid(), signal.SIGKILL)

    assert fork(owner).wait() == -signal.SIGKILL
    store = RedisTokenStore(valkey.url, "acme/sales", timeout=LONG)
    with store.lock(LONG):
        store.write("of the next")
    assert store.read() == "of the next"
    store.close()


def test_a_child_leaves_the_lock_to_its_parent(
    valkey: Valkey, stores: tuple[RedisTokenStore, RedisTokenStore], tmp_path: Path
) -> None:
    one, _ = stores
    one.write("of the parent")

    def child() -> None:
        assert one.read() == "of the parent"
        with pytest.raises(TimeoutError), one.lock(0.05):
            pass
        (tmp_path / "done").touch()

    with one.lock(LONG):
        assert fork(child).wait() == 0
        assert valkey.command("GET", LOCK) == one._owner
        one.write("of the parent still")
    assert (tmp_path / "done").exists()


def test_a_child_that_leaves_the_block_of_its_parent_releases_nothing(
    valkey: Valkey, stores: tuple[RedisTokenStore, RedisTokenStore]
) -> None:
    one, _ = stores
    with ExitStack() as block:
        block.enter_context(one.lock(LONG))
        assert fork(block.close).wait() == 0
        assert valkey.command("GET", LOCK) == one._owner is not None


def test_a_write_waits_for_a_server_that_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smsgate.transport.tokens.redis._PERSISTENCE", LONG)
    with running_valkey("--appendonly", "yes") as valkey:
        store = RedisTokenStore(valkey.url, "acme/sales", timeout=LONG)
        with store.lock(LONG):
            store.write("renewing")
            valkey.kill()
            starting = Thread(target=valkey.start)
            starting.start()
            store.write("renewed")
            starting.join()
        assert store.read() == "renewed"
        store.close()


def test_a_token_that_was_written_outlives_a_killed_server() -> None:
    with running_valkey("--appendonly", "yes") as valkey:
        store = RedisTokenStore(valkey.url, "acme/sales", timeout=LONG)
        store.write("durable")
        valkey.kill()
        valkey.start()
        assert store.read() == "durable"
        store.close()


def test_a_send_is_not_sent_while_the_server_is_away_and_goes_out_once_it_is_back(mortal_valkey: Valkey) -> None:
    settings = RotatingSettings(token="t", token_store=mortal_valkey.url)
    stub = StubTransport(lambda _: answer(json={"id": "1"}))
    with closing(Provider("acme", Rotating(settings, provider="acme"), stub)) as provider:
        mortal_valkey.kill()
        with pytest.raises(AuthenticationError) as caught:
            provider.send(Message("+27821234567", "Hello"))
        assert str(caught.value) == (
            f"acme: the token store cannot be locked: {mortal_valkey.url} cannot be reached; "
            "check that it runs and that the URL is right"
        )
        assert stub.requests == []
        mortal_valkey.start()
        assert provider.send(Message("+27821234567", "Hello")).message_id == "1"


def test_accounts_on_one_server_have_their_own_tokens(valkey: Valkey) -> None:
    first, second = (RedisTokenStore(valkey.url, account, timeout=LONG) for account in ("acme/a", "acme/b"))
    first.write("of a")
    with first.lock(LONG), second.lock(LONG):
        assert (first.read(), second.read()) == ("of a", None)
    first.close()
    second.close()


def test_a_store_shows_no_password_and_no_token() -> None:
    store = RedisTokenStore("redis://user:canary@host/0", "acme/sales")
    assert repr(store) == "RedisTokenStore('redis://host/0', 'acme/sales')"
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(store)
