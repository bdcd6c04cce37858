"""An account that is being described: an adapter, and its settings as texts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
from attrs import Attribute, define, field

from smsgate.adapter.adapter import Adapter
from smsgate.adapter.settings import Settings
from smsgate.config.accounts import Account, read_accounts
from smsgate.config.converter import SettingsConverter
from smsgate.config.descriptions import descriptions, summary
from smsgate.config.problems import Problems
from smsgate.model.errors import ConfigError

__all__ = ["AccountDraft"]


@define
class AccountDraft:
    """What is known of the account; the texts are read as those of environment variables are."""

    name: str
    adapter: type[Adapter[Settings]]
    folder: Path
    """Where files that settings name are looked for."""
    texts: dict[str, str | Mapping[str, str]] = field(factory=dict, repr=False)
    """By setting: a text, or ``{"file": "path"}``."""
    help: Mapping[str, str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.help = {name: _plain(text) for name, text in descriptions(self.adapter.Settings).items()}

    @property
    def required(self) -> list[str]:
        """The settings without which there is no account."""
        return [each.name for each in self._fields.values() if each.default is attrs.NOTHING]

    def is_secret(self, setting: str) -> bool:
        """Whether a setting is one that nothing may show."""
        return setting in self._fields and self._fields[setting].repr is False

    @property
    def secrets(self) -> dict[str, str]:
        """The secrets among the texts, by setting; not those that are in files."""
        return {name: text for name, text in self.texts.items() if self.is_secret(name) and isinstance(text, str)}

    def variable(self, setting: str) -> str:
        """Return the environment variable for a secret."""
        return re.sub(r"\W", "_", f"{self.name}_{setting}").upper()

    def alternatives(self, problems: tuple[str, ...]) -> list[str]:
        """Return the settings that errors name and that have no value yet, in the order in which they are named."""
        named = re.findall(r"\w+", " ".join(problems))
        return [name for name in dict.fromkeys(named) if name in self._fields and name not in self.texts]

    def problems(self) -> tuple[str, ...]:
        """Return every error in what is known so far, what is missing included."""
        try:
            self.account()
        except ConfigError as error:
            return tuple(problem.removeprefix(f"providers.{self.name}").lstrip(".: ") for problem in error.problems)
        return ()

    def problem_of(self, setting: str) -> str | None:
        """Return what is wrong with the value of one setting."""
        found = (problem for problem in self.problems() if re.match(rf"{re.escape(setting)}\b", problem))
        return next(found, None) if setting in self.texts else None

    def account(self) -> Account:
        """Return the account; raise `ConfigError` with every error."""
        problems = Problems("")
        converter = SettingsConverter(os.environ, self.folder, from_text=True)
        accounts = read_accounts({self.name: {"adapter": self.adapter.name, **self.texts}}, {}, converter, problems)
        problems.report()
        return accounts[self.name]

    @property
    def _fields(self) -> dict[str, Attribute[Any]]:
        return {each.name: each for each in attrs.fields(self.adapter.Settings) if each.init}


def _plain(text: str) -> str:
    return summary(text).replace("``", "`")
