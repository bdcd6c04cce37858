"""The errors of one source of settings, each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from smsgate.adapter.settings import without
from smsgate.adapter.strict import Structures, problems_in
from smsgate.config.variables import variable_of
from smsgate.model.errors import ConfigError

__all__ = ["Problems"]

T = TypeVar("T")


class Problems:
    """Collects errors, to report them together; a secret of an account is in none of them."""

    def __init__(self, source: str, *, from_variables: bool = False) -> None:
        self._source = source
        self._from_variables = from_variables
        self._found: list[str] = []
        self._hidden: set[str] = set()

    def add(self, path: str, what: str) -> None:
        """Add an error at a path, such as ``routes[0].order``, which is named by its variable in the environment."""
        path = variable_of(path) if self._from_variables else path
        problem = ": ".join(part for part in (self._source, path, what) if part)
        if problem not in self._found:
            self._found.append(problem)

    def structure(
        self, converter: Structures, value: object, kind: type[T], path: str, *, hidden: Iterable[str] = ()
    ) -> T | None:
        """Read a value; add its errors, and return None if it has any; none of all errors shows a `hidden` text."""
        self._hidden.update(hidden)
        try:
            return converter.structure(value, kind)
        except Exception as error:  # noqa: BLE001 - a group of whatever the hooks raised
            for where, what in problems_in(error, path):
                self.add(where, what)
            return None

    def report(self) -> None:
        """Raise `ConfigError` with every error, if there are any."""
        if self._found:
            raise ConfigError(*(without(problem, self._hidden) for problem in self._found))
