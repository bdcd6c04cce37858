"""Sends through Salesmsg on many threads: `python -m tests.transport.sending_process`, its orders on stdin.

It says "ready", waits for a line, sends, and prints what became of each message.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from smsgate import Config, Gateway, Message, SmsgateError, TokenStore, open_token_store


class FatalTokenStore:
    """Ends the process, as kill -9 does, when a new token is about to be stored: its answer has come."""

    def __init__(self, store: TokenStore) -> None:
        self._store = store
        self.read, self.lock = store.read, store.lock

    def write(self, text: str) -> None:
        if json.loads(text)["state"] == "good":
            os.kill(os.getpid(), signal.SIGKILL)
        self._store.write(text)


def main() -> None:
    orders: dict[str, Any] = json.loads(sys.stdin.readline())
    fatal = {}
    if "fatal_store" in orders:
        fatal = {"token_stores": {"sales": FatalTokenStore(open_token_store(orders["fatal_store"], "salesmsg/sales"))}}
    config = Config.from_mapping({"providers": {"sales": orders["settings"]}})
    with Gateway.from_config(config, **fatal) as gateway:  # type: ignore[arg-type]

        def send(number: int) -> str:
            try:
                return gateway.send(Message(f"+1201977{number:04}", "Hello")).outcome.value
            except SmsgateError as error:
                return repr(error)

        say("ready")
        sys.stdin.readline()
        with ThreadPoolExecutor(orders["threads"]) as pool:
            say(json.dumps([*pool.map(send, orders["numbers"])]))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
