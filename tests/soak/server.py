"""The server of the histories whose journal is in PostgreSQL: it crashes, and ends connections at random moments."""

from __future__ import annotations

import itertools
import signal
from contextlib import suppress
from random import Random
from threading import Lock

import psycopg

from tests.postgres_server import PostgresServer

_END = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.5"
)


class SoakServer:
    """A server that all histories use at the same time, each with a database of its own."""

    def __init__(self, server: PostgresServer, seed: int, crashes: int) -> None:
        """Begin; it crashes so often at most."""
        self._server = server
        self._dice = Random(seed)
        self._numbers = itertools.count(1)
        self._left = crashes
        self._changing = Lock()
        self.crashed = self.ended = 0

    def create_database(self) -> str:
        """Make an empty database; return its address."""
        with self._changing:
            return self._server.create_database(f"history_{next(self._numbers)}")

    def misbehave(self, address: str) -> None:
        """End some of a history's connections, crash with all of them, or do nothing."""
        with self._changing:
            chance = self._dice.random()
            if chance < 0.005 and self._left:
                self._left -= 1
                self.crashed += 1
                self._server.stop(signal.SIGQUIT)
                self._server.start()
            elif chance < 0.05:
                with suppress(psycopg.OperationalError), psycopg.connect(address, autocommit=True) as connection:
                    self.ended += connection.execute(_END).rowcount
