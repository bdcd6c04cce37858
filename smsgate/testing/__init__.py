"""Test doubles for adapter authors and applications."""

from smsgate.testing.stub import StubTransport, answer

__all__ = ["StubTransport", "answer"]
