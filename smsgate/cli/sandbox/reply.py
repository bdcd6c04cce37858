"""`smsgate sandbox reply`: simulate an inbound message in a sandbox that runs on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from smsgate.cli.options import AsJson
from smsgate.cli.output import Output
from smsgate.cli.sandbox.access import Token

__all__ = ["reply"]

_SHOWN = ("attempt", "status", "error")  # not the URL, as it may have a secret in it


def reply(  # noqa: PLR0913 - a parameter is an option
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The text of the reply.")],
    *,
    vendor: Annotated[str, typer.Option(metavar="NAME", help="The vendor that receives the reply.")],
    sender: Annotated[str, typer.Option("--from", metavar="NUMBER", help="The number of the person who replies.")],
    to_message: Annotated[
        str | None, typer.Option(metavar="ID", help="The message that it replies to; default: none.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=65535, help="The port of the sandbox; default: 8730.")
    ] = None,
    token: Token = None,
    as_json: AsJson = False,
) -> None:
    """Simulate an inbound message and deliver it to the application's webhook."""
    from smsgate.testing.sandbox_connection import SandboxConnection  # noqa: PLC0415 - it costs other commands time

    outer = context.parent.params if context.parent else {}  # such as `sandbox --token X reply`
    sandbox = SandboxConnection(f"http://127.0.0.1:{port or context.obj}", token or outer.get("token"))
    fields = {"vendor": vendor, "sender": sender, "text": text, "message_id": to_message}
    reply_id = sandbox.post("replies", **fields)["id"]
    sandbox.post("settle")
    calls = [call for call in sandbox.get("calls", vendor=vendor)["calls"] if call["message_id"] == reply_id]
    value = {"id": reply_id, "calls": [{name: call[name] for name in _SHOWN} for call in calls]}
    ends = ", ".join(str(call["status"] or call["error"]) for call in calls)
    none = f"none, because no URL is set for it; set one with: smsgate sandbox --call-back {vendor}=URL"
    Output(as_json=as_json).show(value, {"reply": reply_id, "answer of the application": ends or none})
