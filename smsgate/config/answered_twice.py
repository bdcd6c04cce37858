"""Answers to STOP, START and HELP that a vendor gives by itself, beside those of the settings."""

from __future__ import annotations

from collections.abc import Mapping

from smsgate.config.accounts import Account
from smsgate.receiving.answers import AnswerTexts

__all__ = ["FIX", "answered_twice"]

FIX = "leave the answer out of [opt_out], or turn the vendor's off there"
_WORDS = ("stop", "start", "help")


def answered_twice(accounts: Mapping[str, Account], answers: AnswerTexts) -> Mapping[str, str]:
    """Say for each provider to which words a person may get two answers: the vendor's, and that of the settings.

    Whether the account has turned the vendor's answers off, is not known.
    """
    ours = [word for word in _WORDS if getattr(answers, word)]
    found = {}
    for name, account in accounts.items():
        words = [word for word in ours if word in account.adapter.answers_by_default]
        if words:
            does = "does" if len(words) == 1 else "do"
            settings = f"so {does} {', '.join(f'opt_out.{word}_answer' for word in words)}"
            named = ", ".join(word.upper() for word in words)
            found[name] = f"the vendor answers {named} itself by default, and {settings}: people may get both"
    return found
