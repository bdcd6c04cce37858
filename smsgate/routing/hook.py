"""Calls an application's own functions: their failure is a `ConfigError` and never counts against a provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from smsgate.model.errors import ConfigError, InvalidMessageError

__all__ = ["ask_application"]

T = TypeVar("T")


def ask_application(name: str, function: Callable[[], T]) -> T:
    """Call an application's function; raise `ConfigError` where it fails.

    It is called before anybody is asked, and may refuse the message itself: an `InvalidMessageError` passes, and so
    does a `ConfigError`.
    """
    try:
        return function()
    except (InvalidMessageError, ConfigError):
        raise
    except Exception as error:
        kind = type(error).__name__
        raise ConfigError(f"{name} failed with {kind}, an error in the application; no provider was asked") from error
