"""Calls an application's own functions: their failure is a `ConfigError` and never counts against a provider."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from smsgate.engine import Engine
from smsgate.model.errors import ConfigError, InvalidMessageError

__all__ = ["ask_application"]

T = TypeVar("T")


async def ask_application(engine: Engine, name: str, function: Callable[[], T | Awaitable[T]]) -> T:
    """Call an application's function; raise `ConfigError` where it fails.

    It is called before anybody is asked, and may refuse the message itself: an `InvalidMessageError` passes, and so
    does a `ConfigError`.
    """
    try:
        return await engine.awaited(function())
    except (InvalidMessageError, ConfigError):
        raise
    except Exception as error:
        kind = type(error).__name__
        raise ConfigError(f"{name} failed with {kind}, an error in the application; no provider was asked") from error
