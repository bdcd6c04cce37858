"""What can go wrong between a test and a sandbox."""

from smsgate.model.errors import ConfigError, SmsgateError

__all__ = ["NoCodeError", "NoTextError", "SandboxError"]


class SandboxError(ConfigError):
    """No sandbox answers at the URL, the token is wrong, or the sandbox refuses what it was asked for."""


class NoTextError(SmsgateError, TimeoutError):
    """No text came in time; the line says what came instead."""


class NoCodeError(SmsgateError, LookupError):
    """A text has no one-time code, or several different ones."""
