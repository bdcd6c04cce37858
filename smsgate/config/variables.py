"""Environment variables as a mapping of the TOML file's shape."""

from __future__ import annotations

from collections.abc import Mapping

from smsgate.model.errors import ConfigError
from smsgate.model.spelling import did_you_mean

__all__ = ["CONFIG", "PREFIX", "check_config_variable", "read_variables", "variable_of"]

PREFIX = "SMSGATE_"
CONFIG = PREFIX + "CONFIG"
"""Names a file, which is read instead of all other variables."""

_OTHERS = frozenset({CONFIG, "SMSGATE_SANDBOX_TOKEN"})
"""Variables that are no settings of a gateway."""


def read_variables(environ: Mapping[str, str]) -> dict[str, object]:
    """Read ``SMSGATE_PROVIDERS__ZOOM__TOKEN`` and the like; raise `ConfigError` where there are none, or two collide.

    Two underscores go one level down; names are in any case.
    """
    settings: dict[str, object] = {}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in _OTHERS:
            _put(settings, name.removeprefix(PREFIX).lower().split("__"), environ[name], name)
    if not settings:
        raise ConfigError(
            f"environment: no {PREFIX}* variables; set {CONFIG} to a file, or for example "
            f"{PREFIX}PROVIDERS__ZOOM__ADAPTER=NAME"
        )
    return settings


def check_config_variable(environ: Mapping[str, str]) -> None:
    """Raise `ConfigError` for a variable that is ``SMSGATE_CONFIG`` but for a letter: another file would be read."""
    if environ.get(CONFIG):
        return
    for name in sorted(environ.keys() - {CONFIG}):
        is_as_long = name.startswith(PREFIX) and abs(len(name) - len(CONFIG)) <= 1
        if is_as_long and did_you_mean(name.removeprefix(PREFIX), [CONFIG.removeprefix(PREFIX)]):
            raise ConfigError(f"environment: {name} is no variable of smsgate; did you mean {CONFIG!r}?")


def variable_of(path: str) -> str:
    """Return the variable that has the setting at a path, such as ``providers.zoom.token``."""
    return PREFIX + path.replace(".", "__").upper() if path else ""


def _put(settings: dict[str, object], path: list[str], value: str, variable: str) -> None:
    level = settings
    for place, step in enumerate(path[:-1], start=1):
        inner = level.setdefault(step, {})
        if not isinstance(inner, dict):
            outer = PREFIX + "__".join(path[:place]).upper()
            raise ConfigError(f"environment: {outer} and {variable} both have a value; unset one")
        level = inner
    if isinstance(level.get(path[-1]), dict):
        raise ConfigError(f"environment: {variable} and a longer {variable}__... both have a value; unset one")
    level[path[-1]] = value
