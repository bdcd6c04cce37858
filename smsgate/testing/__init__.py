"""Test doubles, the contract kit for adapter authors, and what applications test with.

For adapters: `AdapterContract`, `Recorded` and the doubles. For applications: a client of the sandbox, and a plug-in of
pytest in `applications` with `SmsOutbox` and `Drill`. Names are imported when they are first used: pytest loads the
plug-in wherever smsgate is installed, and a run that uses none of its fixtures pays nothing for it.

`AdapterContract` needs pytest, and so do a `Recorded` that fails a test and the plug-in; the rest does not.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [
    "AdapterContract",
    "Answers",
    "Drill",
    "NoCodeError",
    "NoTextError",
    "Recorded",
    "Refusal",
    "SandboxClient",
    "SandboxError",
    "SandboxText",
    "ShownText",
    "SmsOutbox",
    "StubTransport",
    "Unpaced",
    "WebhookExample",
    "answer",
    "json_call",
]

if TYPE_CHECKING:  # a type checker sees the names themselves: a `__getattr__` would accept any name, misspelt ones too
    from smsgate.testing.applications.drill.drill import Drill
    from smsgate.testing.applications.outbox import SmsOutbox
    from smsgate.testing.contract import AdapterContract
    from smsgate.testing.example import ShownText, WebhookExample, json_call
    from smsgate.testing.recorded import Answers, Recorded, Refusal
    from smsgate.testing.sandbox_client import SandboxClient
    from smsgate.testing.sandbox_errors import NoCodeError, NoTextError, SandboxError
    from smsgate.testing.sandbox_text import SandboxText
    from smsgate.testing.stub import StubTransport, Unpaced, answer
else:
    _NAMES = {
        "applications.drill.drill": "Drill",
        "applications.outbox": "SmsOutbox",
        "contract": "AdapterContract",
        "example": "ShownText WebhookExample json_call",
        "recorded": "Answers Recorded Refusal",
        "sandbox_client": "SandboxClient",
        "sandbox_errors": "NoCodeError NoTextError SandboxError",
        "sandbox_text": "SandboxText",
        "stub": "StubTransport Unpaced answer",
    }
    _MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}
    _TESTS = [
        f"smsgate.testing.{part}"
        for part in ("contract", "submissions", "abilities", "incoming", "lost_answers", "signed")
    ]

    def __getattr__(name: str) -> object:
        """Import a name when it is first used; the asserts of the contract are rewritten to say what differs."""
        if name not in _MODULES:
            raise AttributeError(f"module 'smsgate.testing' has no attribute {name!r}")
        if name == "AdapterContract":
            import_module("pytest").register_assert_rewrite(*_TESTS)
        globals()[name] = value = getattr(import_module(f"smsgate.testing.{_MODULES[name]}"), name)
        return value
