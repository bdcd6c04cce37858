"""The exit codes of every command, as `smsgate --help` and docs/reference/command-line.md list them."""

__all__ = ["DONE", "INTERRUPTED", "REFUSED", "UNKNOWN", "UNWRITTEN", "USAGE"]

DONE, REFUSED, USAGE, UNKNOWN, UNWRITTEN, INTERRUPTED = 0, 1, 2, 3, 4, 130
