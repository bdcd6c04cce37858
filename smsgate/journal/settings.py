"""The journal's settings: ``journal = "smsgate.db"``, or a ``[journal]`` table."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from attrs import Attribute, evolve, field, frozen

__all__ = ["JournalSettings", "KeepText"]


class KeepText(StrEnum):
    """What a journal keeps of texts; only with `FULL` does it keep what vendors worded, which may quote one."""

    FULL = "full"
    """The whole message, so that one of unknown outcome can be looked for and sent again."""
    HASH = "hash"
    """The SHA-256 of the text, to be compared with texts that one has."""
    NONE = "none"
    """Nothing but a salted fingerprint of the whole message, without which no key and no run could be kept."""


def _path(_: object, attribute: Attribute[str], value: str) -> None:
    if not value or "\0" in value or value == ":memory:":
        raise ValueError(f"{attribute.name} must be the name of a file, such as smsgate.db, got {value!r}")


def _positive(_: object, attribute: Attribute[float], value: float) -> None:
    if not 0 < value < float("inf"):
        raise ValueError(f"{attribute.name} must be over 0, got {value:g}")


@frozen(kw_only=True)
class JournalSettings:
    """The ``[journal]`` table."""

    path: str = field(validator=_path)
    """The file, looked for beside the settings' file."""
    text: KeepText = KeepText.FULL
    key_days: float = field(default=30.0, validator=_positive)
    """How long a key is remembered once its message has ended; an unknown one is remembered until it is resolved."""
    lease: float = field(default=15.0, validator=_positive)
    """Seconds without a sign of life after which a process's messages in flight are listed as unknown."""
    patience: float = field(default=10.0, validator=_positive)
    """Seconds to wait for another process that writes."""

    @property
    def name(self) -> str:
        """What the journal is called in messages."""
        return self.path

    def within(self, folder: Path) -> JournalSettings:
        """Return the settings with a path that starts at a folder."""
        return evolve(self, path=str(folder / self.path))
