"""What a journal needs of its database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from smsgate.journal.database.row_set import SetStatement
from smsgate.model.errors import JournalError

__all__ = ["Connection", "Database", "Question", "Rows", "Timeline"]


Question = tuple[str, Sequence[object]]
"""A statement that takes values from ``{values}``, and those."""


class Rows(Protocol):
    """What a statement gives."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""

    def fetchone(self) -> Any:  # noqa: ANN401 - as both databases' libraries have it
        """Return the next row as a tuple; None after the last."""

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """Give the rows that are left."""


class Connection(Protocol):
    """Executes statements within one transaction; a parameter is a ``?``, or ``?1`` where it is used several times."""

    def execute(self, statement: str, parameters: Sequence[object] = (), /) -> Rows:
        """Execute a statement."""

    def executemany(self, statement: str, rows: Iterable[Sequence[object]], /) -> Rows:
        """Execute a statement once for each row."""

    def execute_set(self, statement: SetStatement, rows: Sequence[tuple[object, ...]], *others: object) -> None:
        """Execute a statement once for all rows; `others` are its parameters beside them."""

    def together(self) -> AbstractContextManager[object]:
        """Have the sets that are executed meanwhile sent at once, and their failures raised at the end."""

    def select_among(self, statement: str, values: Sequence[object], *others: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement that takes values, all of one type, from ``{values}``.

        `others` are its parameters before them. Many values are taken in several parts.
        """

    def select_each(self, questions: Sequence[Question]) -> list[list[tuple[Any, ...]]]:
        """Return the rows of each of several questions, as `select_among` does; they go to a server at once."""

    def stream(self, statement: str, parameters: Sequence[object], most: int, /) -> Iterator[Any]:
        """Give the rows of a SELECT as they are read, `most` of them in memory at a time."""

    def last_entry(self) -> int:
        """Return the id after which all ids of entries are free."""

    def take_entries(self, last: int) -> None:
        """Give no other entry an id up to `last`, even if the transaction is undone."""


class Timeline(Protocol):
    """Tells a journal's time, as it is in the transaction that runs, and numbers its submissions."""

    moment: float
    """The journal's own time, in seconds; it never goes back."""
    wall: float
    """The time that people are shown, in seconds since 1970."""
    uptime: float
    """This process's uptime at that moment, or a little before."""

    def draw(self) -> int:
        """Return the next number for a submission, from 1 to 2**31 - 1 and round again; durable with the transaction.

        A journal's first number is random: two applications may have a journal each and share one account. One that is
        restored from a copy draws the numbers again that were drawn since the copy was made. A vendor which takes them
        as keys may then take a new message for the repetition of one from that time. So send nothing from such a
        journal until the time is over within which that vendor drops repetitions.
        """


class Database(Protocol):
    """A database in this process; a thread that is in a transaction keeps out the others, and other processes."""

    @property
    def timeline(self) -> Timeline:
        """The journal's time."""

    @property
    def is_in_doubt(self) -> bool:
        """Whether the last transaction that failed may be durable all the same."""

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """What its failures are, `LostJournalError` among them."""

    def transaction(self, patience: float) -> AbstractContextManager[Connection]:
        """Make changes that are durable, all or none, at the end; wait for other writers for `patience` seconds."""

    def reading(self) -> AbstractContextManager[Any]:
        """Give a connection that reads what there is at one moment, while others write."""

    def measure(self, connection: Any, /) -> tuple[int, int]:  # noqa: ANN401 - of `reading`
        """Return the version of the tables, and the bytes on the disk."""

    def problems(self, connection: Any, /) -> Sequence[str]:  # noqa: ANN401 - of `reading`
        """Read everything; return what is damaged."""

    def backup(self, connection: Any, file: Path, /) -> None:  # noqa: ANN401 - of `reading`
        """Copy what is read to a new file; raise `ConfigError` if there can be none."""

    def erasing(self) -> AbstractContextManager[None]:
        """Overwrite what is deleted meanwhile, as far as the database can."""

    def close(self) -> None:
        """Close the connection; nothing is asked of it afterwards."""

    def is_busy(self, error: Exception) -> bool:
        """Say whether others kept a transaction from beginning."""

    def is_of_one(self, error: Exception) -> bool:
        """Say whether one change caused a failure: it could not be written, and the database is well."""

    def explain(self, error: Exception) -> JournalError:
        """Say what a failure means, and its fix."""
