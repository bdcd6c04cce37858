"""Test doubles, the contract kit for adapter authors, and a client of the sandbox for tests of applications.

`AdapterContract` needs pytest, and so does a `Recorded` that fails a test; the rest does not.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from smsgate.testing.example import ShownText, WebhookExample, json_call
from smsgate.testing.recorded import Answers, Recorded, Refusal
from smsgate.testing.sandbox_client import SandboxClient
from smsgate.testing.sandbox_errors import NoCodeError, NoTextError, SandboxError
from smsgate.testing.sandbox_text import SandboxText
from smsgate.testing.stub import StubTransport, Unpaced, answer

__all__ = [
    "AdapterContract",
    "Answers",
    "NoCodeError",
    "NoTextError",
    "Recorded",
    "Refusal",
    "SandboxClient",
    "SandboxError",
    "SandboxText",
    "ShownText",
    "StubTransport",
    "Unpaced",
    "WebhookExample",
    "answer",
    "json_call",
]

_TESTS = tuple(
    f"smsgate.testing.{part}" for part in ("contract", "submissions", "abilities", "incoming", "lost_answers", "signed")
)

if TYPE_CHECKING:  # a type checker sees the name itself: a `__getattr__` would accept any name, misspelt ones too
    from smsgate.testing.contract import AdapterContract
else:

    def __getattr__(name: str) -> object:
        """Import pytest and the contract when it is first used; its asserts are rewritten to say what differs."""
        if name == "AdapterContract":
            import_module("pytest").register_assert_rewrite(*_TESTS)
            return import_module("smsgate.testing.contract").AdapterContract
        raise AttributeError(f"module 'smsgate.testing' has no attribute {name!r}")
