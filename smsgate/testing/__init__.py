"""Test doubles and the contract kit for adapter authors.

`AdapterContract`, `Recorded` and `Refusal` need pytest; the rest does not.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from smsgate.testing.example import WebhookExample, json_call
from smsgate.testing.stub import StubTransport, Unpaced, answer

if TYPE_CHECKING:
    from smsgate.testing.contract import AdapterContract
    from smsgate.testing.recorded import Answers, Recorded, Refusal

__all__ = [
    "AdapterContract",
    "Answers",
    "Recorded",
    "Refusal",
    "StubTransport",
    "Unpaced",
    "WebhookExample",
    "answer",
    "json_call",
]

_TESTS = tuple(f"smsgate.testing.{part}" for part in ("contract", "submissions", "abilities", "incoming"))
_OF_THE_KIT = {"AdapterContract": "contract", "Answers": "recorded", "Recorded": "recorded", "Refusal": "recorded"}


if not TYPE_CHECKING:  # or a type checker would take any name for granted, misspelt ones too

    def __getattr__(name: str) -> object:
        """Import the kit when it is first used, with its asserts rewritten so that they say what differs (PEP 562)."""
        if name in _OF_THE_KIT:
            import_module("pytest").register_assert_rewrite(*_TESTS)
            return getattr(import_module(f"smsgate.testing.{_OF_THE_KIT[name]}"), name)
        raise AttributeError(f"module 'smsgate.testing' has no attribute {name!r}")
