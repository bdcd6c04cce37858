"""Scenes of the pages that are no how-to pages: the README, the reference, adapters, and the examples."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
import requests
from attrs import define, field

from smsgate import Gateway, Message, SmsgateError
from smsgate.testing import SandboxClient
from tests.cli.sandbox.opened_page import noting_browser, opened
from tests.command_process import Command, run_command
from tests.docs.at_terminal import AtTerminal
from tests.docs.scene import PERSON, Scene
from tests.docs.terminal import LONGEST, until

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs/examples"
INBOX = re.compile(r"^# Inbox: (\S+)$", re.MULTILINE)
AT = "http://127.0.0.1:8730/"
"""Where the sandbox of a page listens."""
NO_BYTECODE = shutil.ignore_patterns("__pycache__")


@define
class Sandboxes:
    """The sandboxes that a page starts, each in the place of the one before."""

    scene: Scene
    address: str = ""
    """Of the one that runs, with a slash at the end."""
    file: Path = field(init=False)
    """What it has printed."""
    _running: ExitStack = field(factory=ExitStack)

    def __attrs_post_init__(self) -> None:
        self.scene.terminal.running.enter_context(self._running)
        self.scene.by_hand |= {"smsgate sandbox reply": self.reply, "smsgate sandbox": self.start}

    def start(self, command: str) -> str:
        """Start one as a page does, at a port of its own, once that before has ended as by Ctrl-C."""
        self._running.close()
        words, _, name = command.partition(" > ")
        self.file = self.scene.folder / (name or ".sandbox")
        with self.file.open("w") as output:
            process: Command[bytes] = Command(
                [*shlex.split(words)[1:], "--port", "0"],
                cwd=self.scene.folder,
                env=self.scene.environ,
                stdout=output,
                stderr=output,
            )
        self._running.enter_context(process)
        self._running.callback(process.terminate)
        until(lambda: process.poll() is not None or "# Texts as they arrive" in self.printed, "it listens")
        found = INBOX.search(self.printed)
        assert found, self.printed
        self.address = found[1]
        self.scene.places[AT] = self.address
        return ""

    @property
    def printed(self) -> str:
        return self.file.read_text("utf-8")

    @property
    def client(self) -> SandboxClient:
        return SandboxClient(self.address, token=self.scene.environ.get("SMSGATE_SANDBOX_TOKEN"))

    def reply(self, command: str) -> str:
        """Have a person write."""
        words = [*shlex.split(command)[1:], "--port", str(urlsplit(self.address).port)]
        ended = run_command(*words, env=self.scene.environ, stdout=-1, stderr=-2, text=True)
        assert ended.returncode == 0, ended.stdout
        return str(ended.stdout)


def curl(scene: Scene, command: str) -> str:
    """Run curl, which a page cannot do without; return what it prints, with an end of its line."""
    if not shutil.which("curl"):
        pytest.skip("the commands of the page need curl")
    asked = ["sh", "-c", command.replace("curl ", "curl --silent --fail ")]
    ended = subprocess.run(asked, env=scene.environ, stdout=-1, timeout=LONGEST, text=True, check=False)
    assert ended.returncode == 0, f"{command}: {ended.stdout}"
    return f"{ended.stdout.rstrip()}\n"


def readme(scene: Scene) -> None:
    """Have an account at a vendor, whose credentials are typed."""

    def answer(command: AtTerminal) -> None:
        asked = {
            "Number or name [1]:": "zoomconnect",
            "email:": credentials["email"],
            "token (@FILE reads it from a file):": credentials["token"],
            "(Enter: none):": "ZA",
            "in a journal? [Y/n]:": "",
            "by webhook? [y/N]:": "",
            "in environment variables [y/N]:": "y",
        }
        for question, words in asked.items():
            command.until(f"{question} ")
            command.type(words)

    def demo(_: str) -> str:
        makefile = (ROOT / "Makefile").read_text("utf-8")
        assert re.search(r"^demo: .*\n\t\$\(BIN\)/smsgate demo\n\n", makefile, re.MULTILINE)
        shown = run_command("demo", stdout=-1, stderr=-2, text=True)
        assert shown.returncode == 0, shown.stdout
        return ""

    credentials = scene.sandbox.credentials("zoomconnect")
    scene.meanwhile["smsgate init"] = answer
    scene.places["smsgate init"] = f"smsgate init --set base_url={scene.sandbox.url('zoomconnect')}"
    scene.by_hand["make demo"] = demo


def memory(scene: Scene) -> None:
    scene.settings(providers={"dev": {"adapter": "console"}})


def sandbox(scene: Scene) -> None:
    """Send texts while the first sandbox runs, whose lines the page shows; have an application for the second."""
    page = (ROOT / "docs/reference/sandbox.md").read_text("utf-8")
    [lines] = re.findall(r"^```\n(# Inbox: .*?)^```", page, re.MULTILINE | re.DOTALL)
    sandboxes = Sandboxes(scene)
    calls = scene.terminal.running.enter_context(application())

    def texts() -> None:
        with Gateway.from_mapping(toml_of(sandboxes) | {"route": ["zoomconnect"]}) as gateway:
            gateway.send(Message(PERSON, "Your code is 4711"))
            sandboxes.client.receive("zoomconnect", PERSON, "STOP")
            sandboxes.client.misbehave("zoomconnect", "drop_after")
            with suppress(SmsgateError):
                gateway.send(Message(PERSON, "You get no more texts from us"))
        last = masked(lines.splitlines()[-1])
        until(lambda: last in masked(sandboxes.printed), f"the sandbox prints {last}")
        assert masked(lines) in masked(sandboxes.printed), sandboxes.printed

    def replied() -> None:
        [body] = calls
        assert "STOP" in body
        assert not body.startswith("{")  # --style form

    def look(command: AtTerminal) -> None:
        assert requests.get(opened(scene.folder), timeout=LONGEST).ok
        command.press_ctrl_c()

    def send_a_code() -> None:
        del scene.environ["SMSGATE_SANDBOX_TOKEN"]
        sandboxes.start("smsgate sandbox")
        with Gateway.from_mapping(toml_of(sandboxes) | {"route": ["twilio"]}) as gateway:
            gateway.send(Message(PERSON, "Your code is 4711"))

    def ask(command: str) -> str:
        return re.sub(r'("text": "[^"]*"), .*("codes")', r"\1, .., \2", curl(scene, command))

    scene.environ |= noting_browser(scene.folder)
    scene.places |= {
        "http://127.0.0.1:5000/": calls.address,
        '$(python -c "import secrets; print(secrets.token_urlsafe())")': "a-token-of-a-sandbox-in-a-test",
    }
    scene.by_hand["curl"] = ask
    scene.meanwhile["smsgate demo --web"] = look
    scene.before |= {
        "smsgate sandbox --call-back zoomconnect=http://127.0.0.1:5000/sms?key=secret --style form": texts,
        "smsgate sandbox --absent zoomconnect": replied,
        "curl 'http://127.0.0.1:8730/_sandbox/messages?to=27821234567&after=0&wait=5'": send_a_code,
    }


def masked(lines: str) -> str:
    """Return lines of a sandbox without their times, its address, and the spaces that set columns."""
    return re.sub(r" +", " ", re.sub(r"\d\d:\d\d:\d\d|http://[\d.:]+/", "#", lines))


def toml_of(sandboxes: Sandboxes) -> dict[str, object]:
    """Return the settings that a sandbox has printed."""
    return tomllib.loads(sandboxes.printed)


class Calls(list[str]):
    """The bodies of calls to an application, which are added as they come."""

    address = ""


@contextmanager
def application() -> Iterator[Calls]:
    """Serve an application that takes every call."""
    calls = Calls()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        calls.address = f"http://127.0.0.1:{server.server_port}/"
        try:
            yield calls
        finally:
            server.shutdown()
            thread.join()


def shop(scene: Scene) -> None:
    shutil.copytree(EXAMPLES / "shop", scene.folder, dirs_exist_ok=True, ignore=NO_BYTECODE)
    terminal, sandboxes = scene.terminal, Sandboxes(scene)
    here = terminal.application

    def start(command: str) -> str:
        settings = (scene.folder / "smsgate.toml").read_text("utf-8")
        scene.write("smsgate.toml", settings.replace(AT, sandboxes.address).replace("http://127.0.0.1:8000/", here))
        server = terminal.serving(f"{command} --fd {terminal.socket}", "uvicorn.log")
        terminal.running.enter_context(server)
        until(lambda: "startup complete" in terminal.read("uvicorn.log"), "it has started")
        return ""

    def delivered() -> None:
        sandboxes.client.advance(timedelta(minutes=1))
        sandboxes.client.settle()

    def reply(command: str) -> str:
        shown = sandboxes.reply(command)
        until(lambda: "a customer writes: Thank you\n" in terminal.read("uvicorn.log"), "the shop prints it")
        return shown

    scene.places["http://127.0.0.1:8000/"] = here
    scene.before["curl -s http://127.0.0.1:8000/orders/17/text"] = delivered
    scene.by_hand |= {"curl": lambda command: curl(scene, command), "uvicorn": start}
    scene.by_hand["smsgate sandbox reply"] = reply


SCENES: Mapping[str, Callable[[Scene], None]] = {
    "observe": Scene.settings,
    "README.md": readme,
    "docs/adapters/memory.md": memory,
    "docs/examples/shop/README.md": shop,
    "docs/reference/sandbox.md": sandbox,
}
