"""Where answers come from: options, the environment, or the person at the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import typer
from attrs import frozen
from rich.console import Console
from rich.text import Text

from smsgate.cli.init.account import AccountDraft
from smsgate.cli.output import visible
from smsgate.model.errors import ConfigError

__all__ = ["Answers", "answers"]

MOST_TRIES = 5
"""How often a question is asked again after an answer that cannot be."""


@frozen
class Answers:
    """Asks only where there is a person to answer."""

    given: Mapping[str, str]
    """Settings that options gave."""
    asks: bool
    """Whether there is a terminal, and no --yes."""

    def settings(self, draft: AccountDraft) -> None:
        """Fill in the account's settings; raise `ConfigError` where one is missing or cannot be."""
        draft.texts.update({setting: _value(text, draft.folder) for setting, text in self.given.items()})
        for setting in draft.required:
            self._setting(draft, setting)
        for place, setting in enumerate(draft.alternatives(draft.problems())):
            if problems := draft.problems():
                if self.asks and place == 0:
                    _say(f"\nThe account {problems[0]}.")
                self._setting(draft, setting, optional=True)
        if problems := draft.problems():
            raise ConfigError(*map(_with_fix, problems))

    def choice(self, question: str, titles: Mapping[str, str]) -> str:
        """Ask for one of several, by number or name; the first is the default."""
        names = [*titles]
        if not self.asks:
            return names[0]
        width = max(map(len, names))
        for number, (name, title) in enumerate(titles.items(), start=1):
            _say(f"{number:>3}. {name:<{width}}  {title}")
        chosen = self.text(question, "1", lambda text: None if _named(text, names) else f"must be 1 to {len(names)}")
        return _named(chosen, names) or names[0]

    def text(self, question: str, default: str, problem: Callable[[str], str | None]) -> str:
        """Ask until an answer can be; return the default where there is no terminal."""
        if not self.asks:
            return default
        for _ in range(MOST_TRIES):
            answer = str(typer.prompt(question, default=default, show_default=bool(default), err=True)).strip()
            if (wrong := problem(answer)) is None:
                return answer
            _say(f"  {wrong}")
        raise ConfigError(f"{question}: no answer that can be after {MOST_TRIES}; start again")

    def agrees(self, question: str, *, given: bool | None, default: bool) -> bool:
        """Ask a question of yes or no, unless an option answered it."""
        if given is not None:
            return given
        return bool(typer.confirm(question, default=default, err=True)) if self.asks else default

    def _setting(self, draft: AccountDraft, setting: str, *, optional: bool = False) -> None:
        """Take a secret from its variable, or ask for a setting until its value can be."""
        if (
            setting not in draft.texts
            and draft.is_secret(setting)
            and (found := os.environ.get(draft.variable(setting)))
        ):
            draft.texts[setting] = found
            return
        if not self.asks or setting in draft.texts:
            return
        _say(f"\n{draft.help[setting]}" if setting in draft.help else "")
        for _ in range(MOST_TRIES):
            answer = _asked(draft, setting, optional=optional)
            if not answer:
                return
            draft.texts[setting] = _value(answer, draft.folder)
            if (wrong := draft.problem_of(setting)) is None:
                return
            del draft.texts[setting]
            _say(f"  {wrong}")


def answers(given: Sequence[str], *, yes: bool) -> Answers:
    """Read --set options; ask where there is a terminal."""
    settings = dict(_pair(text) for text in given)
    return Answers(settings, asks=not yes and sys.stdin is not None and sys.stdin.isatty())


def _asked(draft: AccountDraft, setting: str, *, optional: bool) -> str:
    secret = draft.is_secret(setting)
    how = "@FILE reads it from a file; " if secret else ""
    hint = f" ({how}Enter to skip)" if optional else f" ({how.removesuffix('; ')})" if how else ""
    question = f"{setting}{hint}"
    default = "" if optional else None
    return str(typer.prompt(question, default=default, show_default=False, hide_input=secret, err=True)).strip()


def _pair(text: str) -> tuple[str, str]:
    setting, separator, value = text.partition("=")
    if not separator or not setting.strip():
        raise ConfigError("--set must be SETTING=VALUE, such as --set email=ops@example.com")
    return setting.strip(), value


def _with_fix(problem: str) -> str:
    setting, separator, what = problem.partition(": ")
    return f"{problem}; give --set {setting}=VALUE" if separator and what == "is missing" else problem


def _value(text: str, folder: Path) -> str | Mapping[str, str]:
    """Return a value; ``@path`` is the content of a file, which settings in another folder name by its whole path."""
    if not text.startswith("@") or text == "@":
        return text
    path = Path(text[1:])
    return {"file": str(path if folder == Path() else path.absolute())}


def _named(text: str, names: Sequence[str]) -> str | None:
    if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= len(names):
        return names[int(text[:4]) - 1]
    return text if text in names else None


def _say(text: str) -> None:
    """Speak to the person, with lines that end between words; standard output is for the result."""
    Console(stderr=True, highlight=False).print(Text(visible(text)))
