"""Whose process is gone: proven within one PID namespace only, a matter of the lease elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from attrs import evolve

from smsgate import JournalError, JournalSettings
from smsgate.journal import Claim, Intent
from smsgate.journal.database.process import Process
from tests.child_process import fork
from tests.journal_at import journal_at, rows
from tests.plain_adapter import message

pytestmark = pytest.mark.threads  # no gateway is in this process

linux = pytest.mark.skipif(sys.platform != "linux", reason="no other system has PID namespaces")
HERE = Process.this()

CONTAINER = """
import sys
from smsgate import JournalSettings
from smsgate.journal import Claim, Intent
from tests.journal_at import journal_at
from tests.plain_adapter import message

journal = journal_at(JournalSettings(path=sys.argv[1], lease=600))
[claim] = journal.begin([Intent(message(key="k"), "a")]).wait(10)
print("begun", flush=True)
sys.stdin.readline()
print([entry.key for entry in journal.unknowns()], flush=True)
sys.stdin.readline()
assert journal.intend(claim, "a", []) == claim
print("sends", flush=True)
sys.stdin.readline()
"""


@contextmanager
def container(path: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run a process that claims a message, with process ids of its own and the same host name."""
    unshare = shutil.which("unshare")
    command = [str(unshare), "--user", "--map-root-user", "--pid", "--fork", "--kill-child", *options]
    if unshare is None or subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no namespaces can be made here")
    process = subprocess.Popen(
        [*command, sys.executable, "-c", CONTAINER, path],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([".", "adapters"])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=60)


def read_line(process: subprocess.Popen[str], say: str = "") -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    if say:
        process.stdin.write(f"{say}\n")
        process.stdin.flush()
    return process.stdout.readline().strip()


@linux
@pytest.mark.parametrize("options", [[], ["--mount-proc"]])
def test_two_containers_of_a_host_take_each_other_for_alive(options: list[str], path: str) -> None:
    with closing(journal_at(JournalSettings(path=path, lease=600))) as journal:
        [own] = journal.begin([Intent(message(key="own"), "a")]).wait(10)
        assert isinstance(own, Claim)
        with container(path, *options) as other:
            assert read_line(other) == "begun"
            assert journal.unknowns() == []
            assert read_line(other, "list") == "[]"
            assert journal.intend(own, "a", []) == own
            assert read_line(other, "send") == "sends"


def test_a_process_that_has_ended_is_known_to_be_gone_to_its_siblings(path: str) -> None:
    def child() -> None:
        journal_at(JournalSettings(path=path, lease=600)).begin([Intent(message(key="k"), "a")]).wait(10)

    assert fork(child).wait() == 0
    with closing(journal_at(JournalSettings(path=path, lease=600))) as journal:
        assert [entry.key for entry in journal.unknowns()] == ["k"]


def ended() -> Process:
    """Return a process that is gone for certain."""
    child = fork(lambda: None)
    assert child.wait() == 0
    return evolve(HERE, pid=child.pid)


@linux
def test_a_process_id_proves_something_in_its_own_namespace_and_boot_only() -> None:
    gone = ended()
    assert HERE.knows_gone(gone)
    assert not HERE.knows_gone(evolve(gone, namespace="pid:[1]"))
    assert not HERE.knows_gone(evolve(gone, boot="an earlier one"))
    assert not HERE.knows_gone(evolve(gone, namespace=None))
    assert not evolve(HERE, namespace=None).knows_gone(evolve(gone, namespace=None))
    assert not evolve(HERE, boot=None).knows_gone(evolve(gone, boot=None))
    assert not HERE.knows_gone(HERE)


@linux
def test_a_process_id_that_is_used_again_is_not_taken_for_the_process_before() -> None:
    assert HERE.started is not None
    assert HERE.knows_gone(evolve(HERE, started=HERE.started - 1))
    assert not HERE.knows_gone(evolve(HERE, started=None))


def test_a_row_that_another_process_has_taken_is_not_renewed(path: str) -> None:
    with closing(journal_at(path)) as journal:
        journal.unknowns()
        rows(path, "UPDATE leases SET token = ?", b"another")
        journal._lease._until = 0.0
        with pytest.raises(JournalError, match="has the record of another process under the id of this one"):
            journal.unknowns()
