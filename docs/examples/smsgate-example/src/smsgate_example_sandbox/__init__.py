"""Example Telecom in smsgate's sandbox; it shares nothing with the adapter."""

from smsgate_example_sandbox.vendor import Example

__all__ = ["Example"]
