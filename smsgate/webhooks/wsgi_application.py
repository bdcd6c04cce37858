"""The receiver for servers and frameworks that speak WSGI (PEP 3333)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from smsgate.adapter.webhook import LARGEST_BODY
from smsgate.blocking.gateway import Gateway
from smsgate.config.webhooks import WebhookSettings
from smsgate.model.errors import WebhookError
from smsgate.model.event import Event
from smsgate.webhooks.blocking_receiver import Receiver
from smsgate.webhooks.request import WebhookRequest

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["read_body", "request_of", "wsgi"]


def wsgi(
    gateway: Gateway, on_event: Callable[[Event], object], settings: WebhookSettings | None = None
) -> WSGIApplication:
    """Return a WSGI application that takes vendors' calls; `on_event` is called in the server's thread.

    Raises `ConfigError`, as `Receiver` does.
    """
    receiver = Receiver(gateway, on_event, settings)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = receiver.receive(request_of(environ), lambda most: read_body(environ, most))
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", answer.framed)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.text.encode()]

    return application


def request_of(environ: WSGIEnvironment) -> WebhookRequest:
    """Return a request without its body, for a framework that has read or will read that itself."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in {"CONTENT_TYPE", "CONTENT_LENGTH"}
    }
    return WebhookRequest(
        method=environ["REQUEST_METHOD"],
        path=environ.get("PATH_INFO", ""),
        raw_path=environ.get("RAW_URI") or environ.get("REQUEST_URI") or "",
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        peer=environ.get("REMOTE_ADDR", ""),
    )


def read_body(environ: WSGIEnvironment, most: int) -> bytes:
    """Read the body as far as its length goes: beyond that some servers wait for ever, others say that they do not.

    At most `most` bytes are read. Raises `WebhookError` for a body without a length that this server cannot read, one
    that is longer than `most`, or shorter than its length.
    """
    length = environ.get("CONTENT_LENGTH") or ""
    if environ.get("wsgi.input_terminated"):
        expected = most
    elif length:
        expected = _number(length)
    elif "HTTP_TRANSFER_ENCODING" in environ:
        raise WebhookError("the body is chunked, which this server does not support", status=411)
    else:
        expected = 0
    if expected > most:
        raise WebhookError(f"the body has over {LARGEST_BODY:,} bytes", status=413)
    body = b""
    while piece := environ["wsgi.input"].read(expected - len(body)):
        body += piece
    if length and len(body) < min(_number(length), most):
        raise WebhookError("the body ends before its length")
    return body


def _number(length: str) -> int:
    if length.isascii() and length.isdigit():
        return int(length[:12])
    raise WebhookError("its Content-Length is not a number")
