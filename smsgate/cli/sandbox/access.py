"""The options that say who may use a sandbox."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["AllowHost", "Host", "Token"]

Host = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="Address to listen at: 0.0.0.0 for all of this machine, ::1 for IPv6. Beyond loopback a token is needed.",
    ),
]
AllowHost = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Let requests call the sandbox by this name, and call back an application at it; may be repeated.",
    ),
]
Token = Annotated[
    str | None,
    typer.Option(
        metavar="TOKEN",
        envvar="SMSGATE_SANDBOX_TOKEN",
        help="The secret that the sandbox's pages and its own API ask for, of at least 16 characters.",
    ),
]
