"""Send text messages through any vendor, and never text a person twice by accident."""

from smsgate._version import __version__

__all__ = ["__version__"]
