"""Real servers on loopback, real frameworks on them, and what they read."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from http.client import BadStatusLine, HTTPResponse
from threading import Thread
from typing import Any
from unittest.mock import patch
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import uvicorn
from attrs import define
from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings
from django.urls import include
from django.urls import path as url
from fastapi import FastAPI
from flask import Flask
from starlette.applications import Starlette
from starlette.routing import Mount
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from smsgate import Event, Gateway
from smsgate.cli.listener import listener
from smsgate.contrib.django.gateways import current
from smsgate.webhooks import Receiver, asgi, wsgi
from tests.django_project import configure_django

OnEvent = Callable[[Event], object]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]


@define
class Served:
    """Where a receiver is mounted, and how many bytes of bodies the server was asked for."""

    port: int
    mount: str
    piece: int = 0
    """What it reads at once, whatever is wanted: a server that speaks ASGI."""
    read: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{self.mount}{path}"

    def said(self, request: bytes) -> str:
        """Send bytes and return the answer: the status, then the headers; empty if the server hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            with suppress(ConnectionError):  # it may answer early, and listen no more
                connection.sendall(request)
            answer = HTTPResponse(connection)
            try:
                answer.begin()
            except (ConnectionError, BadStatusLine):
                return ""
            return f"{answer.status} {answer.getheaders()}"

    def status(self, request: bytes) -> int:
        return int(self.said(request).split()[0])

    def request(self, path: str, *headers: str, body: bytes = b"", method: str = "POST") -> bytes:
        lines = (f"{method} {self.mount}{path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", "")
        return "\r\n".join(lines).encode("latin-1") + body


# Servers -------------------------------------------------------------------------------------------------------------


def counted(application: WSGIApplication, served: Served) -> WSGIApplication:
    class Input:
        def __init__(self, stream: Any) -> None:
            self._stream = stream
            self.readline = stream.readline

        def read(self, size: int) -> bytes:
            piece: bytes = self._stream.read(size)
            served.read += len(piece)
            return piece

    def counting(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        return application({**environ, "wsgi.input": Input(environ["wsgi.input"])}, start_response)

    return counting


def counted_asgi(application: Any, served: Served) -> Any:
    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        async def counted_receive() -> Scope:
            message = await receive()
            served.read += len(message.get("body", b""))
            return message

        await application(scope, counted_receive, send)

    return counting


@contextmanager
def on_listener(application: WSGIApplication, mount: str) -> Iterator[Served]:
    served = Served(0, mount)
    server = listener("127.0.0.1", 0, counted(application, served))
    served.port = server.server_port
    with server, running(lambda: server.serve_forever(0.01), server.shutdown):
        yield served


@contextmanager
def on_werkzeug(application: WSGIApplication, mount: str) -> Iterator[Served]:
    served = Served(0, mount)
    server = make_server("127.0.0.1", 0, counted(application, served), threaded=True)
    server.log = lambda *_: None  # type: ignore[method-assign] # quiet
    served.port = server.port
    with running(lambda: server.serve_forever(0.01), server.shutdown):
        yield served
    server.server_close()


@contextmanager
def on_uvicorn(application: Any, mount: str) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        served = Served(bound.getsockname()[1], mount, piece=64 * 1024)
        config = uvicorn.Config(counted_asgi(application, served), log_level="critical", ws="none")
        server = uvicorn.Server(config)

        def stop() -> None:
            server.should_exit = True

        with running(lambda: asyncio.run(server.serve([bound])), stop):
            yield served


@contextmanager
def running(serve: Callable[[], object], stop: Callable[[], object]) -> Iterator[None]:
    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join(30)
        assert not thread.is_alive()


# Frameworks ----------------------------------------------------------------------------------------------------------


def alone(gateway: Gateway, on_event: OnEvent) -> Any:
    return on_listener(wsgi(gateway, on_event), "")


def in_flask(gateway: Gateway, on_event: OnEvent) -> Any:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "the shop")
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/sms": wsgi(gateway, on_event)})  # type: ignore[method-assign]
    return on_werkzeug(app, "/sms")


@contextmanager
def in_django(gateway: Gateway, on_event: OnEvent) -> Iterator[Served]:
    configure_django()
    urls = (url("sms/", include("smsgate.contrib.django.urls")),)
    receiving = patch.object(current, "receiver", return_value=Receiver(gateway, on_event))
    with receiving, override_settings(ROOT_URLCONF=urls), on_listener(WSGIHandler(), "/sms") as served:
        yield served


def in_fastapi(gateway: Gateway, on_event: OnEvent) -> Any:
    app = FastAPI()
    app.mount("/sms", asgi(gateway, on_event))
    return on_uvicorn(app, "/sms")


def in_starlette(gateway: Gateway, on_event: OnEvent) -> Any:
    return on_uvicorn(Starlette(routes=[Mount("/a/b", routes=[Mount("/sms", asgi(gateway, on_event))])]), "/a/b/sms")


def alone_on_uvicorn(gateway: Gateway, on_event: OnEvent) -> Any:
    return on_uvicorn(asgi(gateway, on_event), "")


MOUNTS = (alone, in_flask, in_django, in_fastapi, in_starlette, alone_on_uvicorn)
