"""The exit codes of every command, as the README and `smsgate --help` list them."""

__all__ = ["DONE", "INTERRUPTED", "REFUSED", "UNKNOWN", "USAGE"]

DONE, REFUSED, USAGE, UNKNOWN, INTERRUPTED = 0, 1, 2, 3, 130
