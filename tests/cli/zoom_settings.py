"""The settings of a sender of files: one account at the sandbox, with one message a request."""

from __future__ import annotations

from smsgate.sandbox import Sandbox

__all__ = ["zoom_settings"]


def zoom_settings(sandbox: Sandbox, *, journal: bool = True) -> str:
    """Return a smsgate.toml for a sandbox, with the journal beside it."""
    credentials = sandbox.credentials("zoomconnect")
    lines = ['default_region = "ZA"', *(['journal = "journal.db"'] if journal else []), "[providers.zoom]"]
    words = {"adapter": "zoomconnect", "base_url": sandbox.url("zoomconnect"), **credentials}
    return "\n".join([*lines, *(f'{name} = "{value}"' for name, value in words.items()), "bulk_size = 1", ""])
