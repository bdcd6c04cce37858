"""`smsgate sandbox reply`: simulate an inbound message in a sandbox that runs on this machine."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from smsgate.cli.access import Token
from smsgate.cli.options import AsJson
from smsgate.cli.output import Output
from smsgate.model.errors import ConfigError

__all__ = ["reply"]

_PATIENCE = 60.0
"""Seconds to wait for the sandbox, which itself waits for the application that it calls."""

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
    outer = context.parent.params if context.parent else {}  # such as `sandbox --token X reply`
    running = _Running(port or context.obj, token or outer.get("token"))
    fields = {"vendor": vendor, "sender": sender, "text": text, "message_id": to_message}
    reply_id = running.ask("POST", "replies", fields, "id")
    running.ask("POST", "settle")
    query = urlencode({"vendor": vendor})
    calls = [call for call in running.ask("GET", f"calls?{query}", None, "calls") if call["message_id"] == reply_id]
    value = {"id": reply_id, "calls": [{name: call[name] for name in _SHOWN} for call in calls]}
    ends = ", ".join(str(call["status"] or call["error"]) for call in calls)
    none = f"none, because no URL is set for it; set one with: smsgate sandbox --call-back {vendor}=URL"
    Output(as_json=as_json).show(value, {"reply": reply_id, "answer of the application": ends or none})


class _Running:
    """A sandbox that another process runs."""

    def __init__(self, port: int, token: str | None) -> None:
        self._port = port
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, body: object = None, wanted: str | None = None) -> Any:  # noqa: ANN401 - any JSON
        """Return the field `wanted` of its answer; ConfigError if nothing answers, or with an error."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)
        try:
            connection.request(method, f"/_sandbox/{path}", json.dumps(body), self._headers)
            answer = connection.getresponse()
            text = answer.read()
            fields = json.loads(text) if text else {}
        except ConnectionRefusedError:
            fix = f"start one with: smsgate sandbox --port {self._port}"
            raise ConfigError(f"no sandbox listens on port {self._port}; {fix}") from None
        except (OSError, HTTPException, ValueError):
            raise self._none() from None
        finally:
            connection.close()
        if isinstance(fields, dict) and "error" in fields:
            raise ConfigError(str(fields["error"]).partition(": ")[2])
        if wanted is None:
            return None
        if not isinstance(fields, dict) or wanted not in fields:
            raise self._none()
        return fields[wanted]

    def _none(self) -> ConfigError:
        return ConfigError(f"no sandbox answers on port {self._port}; give the port of the sandbox with --port")
