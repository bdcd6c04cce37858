"""Example Telecom for smsgate."""

from smsgate_example.adapter import Example, ExampleSettings

__all__ = ["Example", "ExampleSettings"]
