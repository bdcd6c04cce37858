"""Scenes of the pages whose commands start servers and workers, or need a server of a database or a broker."""

from __future__ import annotations

import random
import shlex
import socket
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

from smsgate import Message
from tests.command_process import run_command
from tests.contrib.celery.workers import Workers
from tests.docs.scene import PERSON, Scene
from tests.docs.terminal import LONGEST, until
from tests.valkey_server import PORTS, running_valkey


def celery(scene: Scene) -> None:
    running = scene.terminal.running
    broker = running.enter_context(running_valkey())
    workers = running.enter_context(Workers(scene.folder, {}, application="shop"))

    def start(command: str) -> str:
        words = shlex.split(command)[3:]
        workers.start(*words)
        said = {"worker": " ready.", "beat": "beat v"}[words[0]]
        until(lambda: said in workers.log, f"{command} has started")
        return ""

    def sent() -> None:
        with scene.gateway() as gateway:
            until(lambda: gateway.runs.status("opening").accepted, "a worker sends it")

    scene.settings()
    scene.files = {"memory://": broker.url}
    scene.by_hand["celery -A shop "] = start
    scene.before["smsgate run status opening"] = sent


def run_with_web_servers(scene: Scene) -> None:
    terminal, servers = scene.terminal, ExitStack()
    terminal.running.enter_context(servers)
    listen = {"uvicorn": f"--fd {terminal.socket}", "gunicorn": f"--bind fd://{terminal.socket}"}
    said = {"--worker-class asgi": "server listening", "gunicorn": "Booting worker", "uvicorn": "startup complete"}
    fewer = {"uvicorn": 2, "gunicorn": 1}  # than the page's 4, each of which takes a second to start

    def serve(command: str) -> str:
        servers.close()  # the one before, by Ctrl-C
        name = command.split(maxsplit=1)[0]
        server = command.replace("--workers 4", f"--workers {fewer[name]}")
        servers.enter_context(terminal.serving(f"{server} {listen[name]}", f"{name}.log"))
        ready = next(said[words] for words in said if words in command)
        until(lambda: ready in terminal.read(f"{name}.log"), f"{name} has started")
        return ""

    scene.settings()
    scene.files = {}
    scene.by_hand |= dict.fromkeys(listen, serve)
    scene.places["http://127.0.0.1:8000/"] = terminal.application


def use_several_hosts(scene: Scene) -> None:
    address = scene.fixture("new_database")()
    scene.settings()
    with scene.gateway() as gateway:
        [*gateway.send_bulk([Message(PERSON, "Hello", key="order-17")], run="spring")]
        gateway.opt_outs.add(PERSON)
    scene.places["postgresql://smsgate@db.example.com/smsgate"] = address
    scene.before["smsgate journal check"] = lambda: scene.settings(journal=address)


def django(scene: Scene) -> None:
    port = free_port()
    here = {"http://127.0.0.1:8000/": f"http://127.0.0.1:{port}/"}
    terminal = scene.terminal

    def serve_vendor(command: str) -> str:
        terminal.run(command)
        here["http://127.0.0.1:8730/"] = terminal.sandbox
        return ""

    def manage(command: str) -> str:
        with terminal.start(command, {}) as process:
            output, _ = process.communicate(timeout=LONGEST)
        assert process.returncode == 0, output
        return output

    def serve(command: str) -> str:
        server = f"{command.partition('#')[0]} --noreload 127.0.0.1:{port}"
        terminal.running.enter_context(terminal.serving(server, "runserver.log"))
        until(lambda: "Quit the server" in terminal.read("runserver.log"), "it has started")
        return ""

    shown = ["0001 sent\n", "0001 delivered\n", "+27821112222 writes Thank you\n"]

    def reply(command: str) -> str:
        port = urlsplit(terminal.sandbox).port
        ended = run_command(*shlex.split(command)[1:], "--port", str(port), stdout=-1, stderr=-2, text=True)
        until(lambda: all(line in terminal.read("runserver.log") for line in shown), " ".join(shown))
        return str(ended.stdout)

    scene.files = scene.places = here
    scene.by_hand |= {
        "smsgate sandbox --vendor": serve_vendor,
        "python manage.py runserver": serve,
        "python manage.py": manage,
        "django-admin": manage,
        "smsgate sandbox reply": reply,
    }


def free_port() -> int:
    """Return a port at which a server may listen that cannot inherit a socket; no client is given it meanwhile."""
    for port in random.sample(PORTS, 20):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port is free")


SCENES: Mapping[str, Callable[[Scene], None]] = {
    "celery": celery,
    "django": django,
    "run-with-web-servers": run_with_web_servers,
    "use-several-hosts": use_several_hosts,
}
