"""Runs: campaigns that are sent in passes, one process at a time, until each of their messages has ended."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from attrs import frozen

from smsgate.journal.database.connection import Connection, Timeline
from smsgate.journal.database.lease import OWN, Lease
from smsgate.model.errors import JournalError

__all__ = ["Identities", "Pass", "Runs"]


@frozen
class Pass:
    """One pass through a run's messages."""

    run: int
    number: int


@frozen
class Identities:
    """Hashes by which messages are found again; the salt is the journal's own."""

    salt: bytes

    def of(self, *parts: bytes) -> bytes:
        """Return the identity that some parts make together."""
        return blake2b(b"".join(parts), digest_size=16, key=self.salt).digest()

    def in_run(self, run: int, nth: int, fingerprint: bytes) -> bytes:
        """Return the identity of the n-th of equal messages of a run."""
        return self.of(b"run", b"%d/%d/" % (run, nth), fingerprint)


class Runs:
    """The table of runs."""

    def __init__(self, lease: Lease, timeline: Timeline) -> None:
        self._lease = lease
        self._timeline = timeline

    def open(self, connection: Connection, run: str) -> Pass:
        """Begin a pass."""
        row = connection.execute("SELECT id, pass, owner FROM runs WHERE name = ?", (run,)).fetchone()
        if row is None:
            (made,) = connection.execute(
                "INSERT INTO runs (name, pass, owner, moment) VALUES (?, 1, ?, ?) RETURNING id",
                (run, self._lease.owner, self._timeline.moment),
            ).fetchone()
            return Pass(made, 1)
        run_id, number, owner = row
        if owner is not None:
            raise JournalError(f"run {run!r}: is being sent already (process {self._pid(connection, owner)}); wait")
        connection.execute(
            "UPDATE runs SET pass = pass + 1, owner = ?, moment = ? WHERE id = ?",
            (self._lease.owner, self._timeline.moment, run_id),
        )
        return Pass(run_id, number + 1)

    def close(self, connection: Connection, passing: Pass) -> None:
        """End a pass, if this process has begun it at all."""
        connection.execute(
            f"UPDATE runs SET owner = NULL, moment = ? WHERE id = ? AND pass = ? AND owner IN ({OWN})",
            (self._timeline.moment, passing.run, passing.number, self._lease.token),
        )

    def free(self, connection: Connection, alive: Iterable[int]) -> None:
        """End the passes of processes that are not alive."""
        owners = ", ".join(map(str, [0, *sorted(alive)]))
        connection.execute(
            f"UPDATE runs SET owner = NULL, moment = ? WHERE owner IS NOT NULL AND owner NOT IN ({owners})",
            (self._timeline.moment,),
        )

    def taken_over(self, connection: Connection, passing: Pass) -> JournalError | None:
        """Return the error of a pass whose run another process has taken over."""
        row = connection.execute("SELECT name, pass, owner FROM runs WHERE id = ?", (passing.run,)).fetchone()
        if row is not None and row[1:] == (passing.number, self._lease.owner):
            return None
        return JournalError(f"run {row and row[0]!r}: was taken over by another process; it sends the rest")

    def _pid(self, connection: Connection, owner: int) -> str:
        host, pid = connection.execute("SELECT host, pid FROM leases WHERE id = ?", (owner,)).fetchone()
        return f"{pid} on {host}"
