"""The journal's settings: ``journal = "smsgate.db"``, or a ``[journal]`` table."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from attrs import Attribute, evolve, field, frozen

from smsgate.journal.address import check_address, is_postgres, without_password
from smsgate.journal.age import seconds_of

__all__ = ["JournalSettings", "KeepText"]


_FILE = "sqlite:///"
DAY = 86_400.0


class KeepText(StrEnum):
    """What a journal keeps of texts; only with `FULL` does it keep what vendors worded, which may quote one."""

    FULL = "full"
    """The whole message, so that one of unknown outcome can be looked for and sent again."""
    HASH = "hash"
    """The SHA-256 of the text, to be compared with texts that one has."""
    NONE = "none"
    """Nothing but a salted fingerprint of the whole message, without which no key and no run could be kept."""


def _without_scheme(value: str) -> str:
    """Return the file that an address of SQLAlchemy's form names: one slash more begins at the root."""
    return value.removeprefix(_FILE) if value.startswith(_FILE) else value


def _path(_: object, attribute: Attribute[str], value: str) -> None:
    if is_postgres(value):
        check_address(value)
    elif not value or "\0" in value or value == ":memory:" or "://" in value:
        raise ValueError(
            f"{attribute.name} must be the name of a file, such as smsgate.db, or an address, such as "
            f"postgresql://user@host/database, got {without_password(value)!r}"
        )


def _schema(_: object, attribute: Attribute[str], value: str) -> None:
    if not re.fullmatch("[a-z_][a-z0-9_]{0,62}", value):
        raise ValueError(f"{attribute.name} must have 1 to 63 of a-z, 0-9 and _, and no digit first, got {value!r}")


def _positive(_: object, attribute: Attribute[float], value: float) -> None:
    if not 0 < value < float("inf"):
        raise ValueError(f"{attribute.name} must be over 0, got {value:g}")


def _age(_: object, attribute: Attribute[str | None], value: str | None) -> None:
    if value is not None:
        seconds_of(value, attribute.name)


REFUSALS = 400 * DAY
"""Seconds for which counts of refusals are kept where nothing is said: a year, and what a complaint takes."""


@frozen(kw_only=True)
class JournalSettings:
    """The ``[journal]`` table."""

    path: str = field(validator=_path, converter=_without_scheme, repr=without_password)
    """The file, looked for beside the settings' file, or a database: ``postgresql://user:password@host:port/database``.

    ``sqlite:///smsgate.db`` is the file too. The rest of a database's address is as libpq takes it, such as
    ``?sslmode=verify-full``.
    """
    schema: str = field(default="smsgate", validator=_schema)
    """Where in a PostgreSQL database the tables are; it is made if it is not there."""
    text: KeepText = KeepText.FULL
    key_days: float = field(default=30.0, validator=_positive)
    """How long a key is remembered once its message has ended; an unknown one is remembered until it is resolved."""
    lease: float = field(default=15.0, validator=_positive)
    """Seconds without a sign of life after which a process's messages in flight are listed as unknown."""
    patience: float = field(default=10.0, validator=_positive)
    """Seconds to wait for another process that writes."""
    keep: str | None = field(default=None, validator=_age)
    """How long an entry is kept once it has ended, such as ``90d`` or ``12h``; default: for ever.

    Counts of refusals too, but for 400 days by default.
    """
    keep_text: str | None = field(default=None, validator=_age)
    """How long its text is, and what vendors worded; then it is as with ``text = "hash"``. Default: as the entry."""

    def __attrs_post_init__(self) -> None:
        if self.keep_seconds is not None and self.keep_seconds < self.key_days * DAY:
            raise ValueError(
                f"keep must be as long as keys are remembered (key_days = {self.key_days:g}) or longer, "
                f"got {self.keep!r}; raise it, or set key_days lower"
            )

    @property
    def keep_seconds(self) -> float | None:
        """The seconds of `keep`."""
        return None if self.keep is None else seconds_of(self.keep, "keep")

    @property
    def keep_refusals_seconds(self) -> float:
        """For how many seconds counts of refusals are kept."""
        return REFUSALS if self.keep_seconds is None else self.keep_seconds

    @property
    def keep_text_seconds(self) -> float | None:
        """The seconds of `keep_text`."""
        return None if self.keep_text is None else seconds_of(self.keep_text, "keep_text")

    @property
    def name(self) -> str:
        """What the journal is called in messages: its file, or its address without what is secret there."""
        return without_password(self.path)

    @property
    def is_postgres(self) -> bool:
        """Whether it is in a PostgreSQL database."""
        return is_postgres(self.path)

    def within(self, folder: Path) -> JournalSettings:
        """Return the settings with a path that starts at a folder."""
        if self.is_postgres:
            return self
        return evolve(self, path=str(folder / self.path))
