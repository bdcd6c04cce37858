"""Scenes of pages whose commands ask a person, or go on until Ctrl-C."""

from __future__ import annotations

import re
from datetime import timedelta

import requests

from smsgate import Message
from tests.cli.sandbox.opened_page import noting_browser, opened
from tests.docs.at_terminal import AtTerminal
from tests.docs.scene import PERSON, Scene
from tests.docs.terminal import LONGEST

SECRET = "a-secret-of-the-tests"


def count_segments(scene: Scene) -> None:
    text = "It’s 5 € – reply STOP to opt out"  # noqa: RUF001 - what the page has

    def look(command: AtTerminal) -> None:
        assert text in requests.get(opened(scene.folder), timeout=LONGEST).text
        command.press_ctrl_c()

    scene.environ |= noting_browser(scene.folder)
    scene.meanwhile[f'smsgate analyse --web "{text}"'] = look


def receive_replies_and_reports(scene: Scene) -> None:
    """Send, and have the vendor call what listens."""

    def call(command: AtTerminal) -> None:
        shown = command.until("Press Ctrl-C to stop.\n")
        [url] = re.findall(r"^zoom calls (\S+)$", shown, re.MULTILINE)
        scene.sandbox.call_back("zoomconnect", url.replace("<secret>", SECRET))
        with scene.gateway() as gateway:
            gateway.send(Message(PERSON, "Coming at nine?"))
        scene.sandbox.advance(timedelta(minutes=1))  # it is delivered
        command.until("delivered")
        scene.sandbox.receive("zoomconnect", PERSON, "Yes, at nine")
        command.until("Yes, at nine\n")
        command.press_ctrl_c()

    scene.settings("zoom", "sales", webhooks={"secret": SECRET})
    scene.places["listen"] = "listen --port 0"
    scene.meanwhile["smsgate listen"] = call


def start(scene: Scene) -> None:
    def answer(command: AtTerminal) -> None:
        for question in ("Number or name [1]:", "(Enter: none):", "[Y/n]:"):
            command.answer(question)

    credentials = scene.sandbox.credentials("zoomconnect")
    again = "smsgate init --yes --adapter zoomconnect --set email=ops@example.com --region ZA"
    scene.before[again] = (scene.folder / "smsgate.toml").unlink  # it is on another machine
    scene.meanwhile["smsgate init"] = answer
    scene.places |= {
        "=...": f"={credentials['token']}",
        "ops@example.com": f"{credentials['email']} --set base_url={scene.sandbox.url('zoomconnect')}",
    }
