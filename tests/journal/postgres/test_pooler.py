"""PgBouncer in transaction mode between the journal and its server: each transaction may get another connection."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import psycopg
import pytest

from smsgate import JournalSettings, PostgresJournal
from smsgate.model.claim import Claim, Intent
from tests.journal_at import rows
from tests.plain_adapter import message
from tests.postgres_server import PostgresServer

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")

pytestmark = [
    pytest.mark.threads,  # about the journal alone
    pytest.mark.skipif(PROGRAM is None, reason="needs the program pgbouncer"),
]
SETTINGS = """
[databases]
* = host=127.0.0.1 port={server} user=test pool_size=3
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
"""


@pytest.fixture
def pooled(postgres: PostgresServer, database: str, tmp_path: Path) -> Iterator[str]:
    """The address of the database behind a pooler."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = tmp_path / "pgbouncer.ini"
    settings.write_text(SETTINGS.format(server=postgres.port, port=port))
    user = None
    if os.geteuid() == 0:
        user = "nobody"
        for each in (tmp_path, settings):
            os.chown(each, pwd.getpwnam(user).pw_uid, -1)
        tmp_path.chmod(0o755)
        settings = Path(shutil.copy(settings, f"/tmp/smsgate-pgbouncer-{port}.ini"))
    assert PROGRAM is not None
    process = subprocess.Popen([PROGRAM, "-q", str(settings)], user=user, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield f"postgresql://test@127.0.0.1:{port}/{database.rpartition('/')[2]}"
    finally:
        process.kill()
        process.wait()
        if user is not None:
            settings.unlink()


def wait_for(port: int) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.01)
    raise AssertionError("the pooler did not start")


def test_journals_work_behind_a_pooler_in_transaction_mode(pooled: str, database: str) -> None:
    with ExitStack() as stack:
        journals = [
            stack.enter_context(closing(PostgresJournal(JournalSettings(path=pooled, patience=30)))) for _ in range(5)
        ]
        for each in range(20):  # more than after which a statement is prepared
            pending = [journal.begin([Intent(message(key=f"{each}"), "a")]) for journal in journals]
            begun = [one for waiting in pending for one in waiting.wait(60)]
            assert len([one for one in begun if isinstance(one, Claim)]) == 1
    assert rows(database, "SELECT count(*) FROM entries") == [(20,)]


def test_nothing_of_a_journal_is_left_on_the_connections_of_others(pooled: str) -> None:
    with closing(PostgresJournal(pooled)) as journal:
        journal.begin([Intent(message(), "a")]).wait(60)
        for _ in range(5):
            with psycopg.connect(pooled, autocommit=True, prepare_threshold=None) as other:
                shown = other.execute("SELECT current_setting('search_path'), current_setting('lock_timeout')")
                assert shown.fetchone() == ('"$user", public', "0")
