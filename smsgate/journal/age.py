"""Ages as settings write them: ``90d``, ``12h``."""

from __future__ import annotations

import re

__all__ = ["seconds_of"]

_AGE = re.compile(r"([0-9]{1,5})(d|h)")
_SECONDS = {"d": 86_400.0, "h": 3_600.0}


def seconds_of(age: str, name: str) -> float:
    """Return the seconds of an age; `name` is the setting's in the `ValueError` for what is none."""
    found = _AGE.fullmatch(age)
    if found is None or not int(found[1]):
        raise ValueError(f"{name} must be a number of days or hours, such as 90d or 12h, got {age!r}")
    return int(found[1]) * _SECONDS[found[2]]
