"""What one check of an installation found."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

__all__ = ["Finding", "FindingState"]


class FindingState(StrEnum):
    """How it is with what was checked."""

    OK = "ok"
    WARNING = "warning"
    """It works now, and will not always, or not for all."""
    PROBLEM = "problem"
    """It does not work."""
    NOT_CHECKED = "not_checked"
    """Nothing is known of it."""


@frozen(kw_only=True)
class Finding:
    """One check, and what it found."""

    subject: str
    """What was checked: "settings", "provider zoom", "journal" or "webhooks"."""
    check: str
    """Which check it was, such as "credentials" or "clock"."""
    state: FindingState
    text: str
    """What was found, on one line; never a secret, a number or a text of a person."""
    fix: str = ""
    """What to do about it; empty where there is nothing to be done."""

    @property
    def is_of_settings(self) -> bool:
        """Whether what it names is corrected in the settings: the settings themselves, or an account's credentials."""
        return self.check in {"settings", "credentials"}
