"""A server that is away, slow, or refuses gives one plain error, in bounded time; it is used again once it is back."""

from __future__ import annotations

import pickle
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from functools import partial
from threading import Thread

import pytest

from smsgate import ConfigError, Gateway, Message, NotSentError, RedisPaceStore
from smsgate.transport.redis_server import RedisServer, Script, StoreUnavailableError
from tests.child_process import fork
from tests.rotating_token_adapter import RotatingSettings
from tests.valkey_server import Valkey, running_valkey

COUNT = Script("return redis.call('INCR', KEYS[1])")
CANARY = "canary-of-a-password"


@pytest.fixture
def server(valkey: Valkey) -> Iterator[RedisServer]:
    with closing(RedisServer(valkey.url, 60.0)) as server:
        yield server


def reason(server: RedisServer) -> str:
    with pytest.raises(StoreUnavailableError) as caught:
        server.run(COUNT, ["a"])
    assert CANARY not in shown(caught.value)
    return str(caught.value)


def shown(error: BaseException) -> str:
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def test_a_script_that_the_server_has_forgotten_is_given_to_it_again(valkey: Valkey, server: RedisServer) -> None:
    assert server.run(COUNT, ["a"]) == 1
    valkey.command("SCRIPT", "FLUSH")
    assert server.run(COUNT, ["a"]) == 2


def test_a_lost_connection_is_not_seen_by_the_caller(valkey: Valkey, server: RedisServer) -> None:
    assert server.run(COUNT, ["a"]) == 1
    valkey.command("CLIENT", "KILL", "TYPE", "normal")
    assert server.run(COUNT, ["a"]) == 2


def test_a_server_that_was_killed_is_an_error_until_it_is_back(mortal_valkey: Valkey) -> None:
    with closing(RedisServer(mortal_valkey.url, 60.0)) as server:
        assert server.run(COUNT, ["a"]) == 1
        mortal_valkey.kill()
        for _ in range(2):
            assert (
                reason(server) == f"{mortal_valkey.url} cannot be reached; check that it runs and that the URL is right"
            )
        mortal_valkey.start()
        assert server.run(COUNT, ["a"]) == 1


def test_a_server_that_does_not_answer_is_waited_for_within_bounds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with closing(RedisServer(f"redis://127.0.0.1:{port}", 0.1)) as server:
            assert reason(server) == f"redis://127.0.0.1:{port} gave no answer within 0.1 s"


@pytest.mark.parametrize("asks", [False, True], ids=["before it reads", "after it has read"])
def test_a_server_that_takes_no_connection_of_other_hosts_is_not_one_that_is_away(*, asks: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as running:
        Thread(target=partial(refuse, listener, asks=asks), daemon=True).start()
        running.callback(listener.shutdown, socket.SHUT_RDWR)
        port = listener.getsockname()[1]
        with closing(RedisServer(f"redis://127.0.0.1:{port}", 60.0)) as server:
            assert reason(server) == (
                f"redis://127.0.0.1:{port} closes each connection; "
                "if it has no password, set one: in protected mode it takes none from other hosts"
            )


def refuse(listener: socket.socket, *, asks: bool) -> None:
    """Answer each connection as a server in protected mode does to another host, until the listener is shut down."""
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection:
                if asks:
                    connection.recv(1)
                connection.sendall(b"-DENIED Running in protected mode because it is enabled\r\n")


def test_a_refusal_is_another_error_than_a_server_that_is_away(mortal_valkey: Valkey) -> None:
    mortal_valkey.command("ACL", "SETUSER", "app", "on", f">{CANARY}", "~smsgate:*", "+@all")
    place = f"127.0.0.1:{mortal_valkey.port}"
    with closing(RedisServer(f"redis://app:{CANARY}-wrong@{place}", 60.0)) as server:
        assert reason(server) == f"redis://{place} refuses the user name or password; correct the URL"
    with closing(RedisServer(f"valkey://app:{CANARY}@{place}", 60.0)) as server:
        assert reason(server) == f"valkey://{place} does not allow its user a command or key; extend the user's ACL"
        assert server.run(COUNT, ["smsgate:a"]) == 1
    mortal_valkey.command("CONFIG", "SET", "maxmemory", "1")
    with closing(RedisServer(f"redis://{place}", 60.0)) as server:
        assert reason(server) == f"redis://{place} has no memory left; raise its maxmemory"
    mortal_valkey.command("CONFIG", "SET", "maxmemory", "0")
    mortal_valkey.command("REPLICAOF", "127.0.0.1", "1")
    with closing(RedisServer(f"redis://{place}", 60.0)) as server:
        assert reason(server) == f"redis://{place} is a read-only replica; name the primary"


def test_a_script_that_fails_is_an_error_without_its_text(server: RedisServer) -> None:
    with pytest.raises(StoreUnavailableError, match=r"/0 answered an error \(ResponseError\)"):
        server.run(Script("return redis.call('NONSENSE')"), ["a"])


def test_a_socket_of_this_host_is_a_server_too(valkey: Valkey) -> None:
    with closing(RedisServer(f"unix://{valkey.socket}?db=1", 60.0)) as server:
        assert server.run(COUNT, ["a"]) == 1
        assert server.shown == f"unix://{valkey.socket}"


def test_a_forked_child_has_a_connection_of_its_own(server: RedisServer) -> None:
    server.run(COUNT, ["a"])

    def child() -> None:
        assert {server.run(COUNT, ["a"]) for _ in range(50)} <= set(range(2, 200))

    children = [fork(child) for _ in range(3)]
    mine = [server.run(COUNT, ["b"]) for _ in range(50)]
    assert [each.wait() for each in children] == [0] * 3
    assert mine == list(range(1, 51))
    assert server.run(COUNT, ["a"]) == 152


def test_what_is_on_disk_when_it_was_written_durably_outlives_kill_9() -> None:
    with running_valkey("--appendonly", "yes") as valkey, closing(RedisServer(valkey.url, 60.0)) as server:
        assert server.run_durably(COUNT, ["a"]) == 1
        valkey.kill()
        valkey.start()
        assert server.run_durably(COUNT, ["a"]) == 2


def test_a_server_without_an_append_only_file_writes_as_well_as_it_can(server: RedisServer) -> None:
    assert server.run_durably(COUNT, ["a"]) == 1


def test_a_disk_that_is_not_written_is_an_error() -> None:
    with (
        running_valkey("--appendonly", "yes", "--appendfsync", "no") as valkey,
        closing(RedisServer(valkey.url, 60.0)) as server,
        pytest.raises(StoreUnavailableError, match="had its append-only file not on the disk within 3 s"),
    ):
        server.run_durably(COUNT, ["a"])


def test_no_repr_and_no_pickle_has_the_password(valkey: Valkey) -> None:
    url = f"redis://app:{CANARY}@127.0.0.1:{valkey.port}/0"
    store = RedisPaceStore(url)
    assert repr(store) == f"RedisPaceStore('redis://127.0.0.1:{valkey.port}/0')"
    assert CANARY not in shown_with_settings(RotatingSettings(token="t", pace_store=url))
    for thing in (store, store._server, store._server._url):
        assert CANARY not in repr(thing)
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(thing)


def shown_with_settings(settings: RotatingSettings) -> str:
    assert CANARY in settings.secrets
    return repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        f"redis://{CANARY}@",
        f"redis://{CANARY}@host:port",
        f"redis://{CANARY}@host:0",
        f"redis://{CANARY}@host/name",
        f"redis://{CANARY}@host#1",
        f"redis://{CANARY}@host?socket_timeout=900",
        f"redis://host?password={CANARY}",
        f"redis://{CANARY}@host?db=one",
        f"redis://{CANARY}@host?{CANARY}",
        f"redis://{CANARY}@[host",
        f"postgresql://{CANARY}@host",
        f"unix://{CANARY}@",
    ],
)
def test_another_url_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(ConfigError, match="a store's URL must") as caught:
        RedisPaceStore(url)
    assert CANARY not in str(caught.value)
    with pytest.raises(ValueError, match="pace_store must") as raised:
        RotatingSettings(token="t", pace_store=url)
    assert CANARY not in str(raised.value)


def test_a_send_is_not_sent_while_the_server_is_away_and_goes_out_once_it_is_back(mortal_valkey: Valkey) -> None:
    from smsgate.sandbox import Sandbox
    from smsgate_zoomconnect_sandbox import ZoomConnect

    with Sandbox(vendors=[ZoomConnect()]) as sandbox:
        zoom = {
            "adapter": "zoomconnect",
            "base_url": sandbox.url("zoomconnect"),
            **sandbox.credentials("zoomconnect"),
            "rate": "600/min",
            "pace_store": mortal_valkey.url,
        }
        with Gateway.from_mapping({"providers": {"zoom": zoom}, "breaker": {"failures": 100}}) as gateway:
            gateway.send(Message("+27821234567", "one"))
            mortal_valkey.kill()
            with pytest.raises(NotSentError) as caught:
                gateway.send(Message("+27821234567", "two"))
            assert str(caught.value) == (
                f"zoom: the pacing store failed: {mortal_valkey.url} cannot be reached; "
                "check that it runs and that the URL is right"
            )
            mortal_valkey.start()
            gateway.send(Message("+27821234567", "three"))
        assert [text.text for text in sandbox.texts] == ["one", "three"]


def test_a_missing_package_is_an_error_of_the_settings_that_names_the_extra() -> None:
    program = (
        "import sys\n"
        "sys.modules['redis'] = None\n"
        "from smsgate import Config, ConfigError, RedisPaceStore\n"
        "zoom = {'adapter': 'zoomconnect', 'email': 'a@b.c', 'token': 't', 'pace_store': 'redis://:secret@host'}\n"
        "config = {'providers': {'z': zoom}}\n"
        "for make in (lambda: RedisPaceStore('redis://host'), lambda: Config.from_mapping(config)):\n"
        "    try:\n"
        "        make()\n"
        "    except ConfigError as error:\n"
        "        print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == [
        "a store's URL needs the package redis; try: pip install 'smsgate[redis]'",
        "settings: providers.z: pace_store needs the package redis; try: pip install 'smsgate[redis]'",
    ]
