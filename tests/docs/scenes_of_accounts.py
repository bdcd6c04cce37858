"""Scenes of pages whose commands ask vendors about an account."""

from __future__ import annotations

import re
import socket
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta

import requests

from smsgate import Gateway, Message
from smsgate.sandbox import DeliveryOutcome, Sandbox
from smsgate_twilio_sandbox import Twilio
from tests.docs.at_terminal import AtTerminal
from tests.docs.scene import PERSON, Scene, lose_an_answer
from tests.docs.terminal import LONGEST
from tests.doctor.installation import receiving, webhooks_of
from tests.valkey_server import running_valkey

BROWSER = f"{sys.executable} -c 'import sys,urllib.request as r;r.urlopen(sys.argv[1]).read()' %s"
"""As a person who has said yes: opens the address and goes where it leads."""
FOUR_DAYS = timedelta(days=4)


def audit(scene: Scene) -> None:
    """Have three texts of four days ago, of which another program has sent one."""
    scene.settings("zoom", "bulk")
    accounts = {name: scene.account(name) for name in ("zoom", "bulk")}
    scene.sandbox.end_texts("bulksms", DeliveryOutcome.STAYS_SENT)
    scene.sandbox.advance(-FOUR_DAYS)
    with scene.gateway() as gateway:
        gateway.send(Message(PERSON, "The shop opens at nine. " * 8, provider="zoom"))
        gateway.send(Message("+27821234568", "Hello", provider="bulk"))
    with Gateway.from_mapping({"providers": accounts}) as another:
        another.send(Message("+27829990000", "Hello", provider="zoom"))
    scene.sandbox.advance(FOUR_DAYS)
    scene.send()
    scene.age(FOUR_DAYS)
    with closing(sqlite3.connect(scene.folder / "smsgate.db")) as journal, journal:
        journal.execute("UPDATE entries SET segments = 1 WHERE recipient = ?", [PERSON])
    today = datetime.now(UTC).date()
    scene.places |= {"2026-11-01": f"{today - 2 * FOUR_DAYS}", "2026-11-30": f"{today}"}
    scene.codes["smsgate audit --since 7d --provider zoom --json"] = 1


def check_an_installation(scene: Scene) -> None:
    """Have a token that is wrong, an account without credit, two lost answers, and a receiver of one provider."""
    scene.settings()
    for _ in range(2):
        lose_an_answer(scene)
    scene.age(FOUR_DAYS)
    zoom = scene.account("zoom", token="a-token-of-yesterday")
    poor = scene.terminal.running.enter_context(Sandbox(vendors=[Twilio(balance="0.00")]))
    store = scene.terminal.running.enter_context(running_valkey())
    own = {**poor.credentials("twilio"), **poor.account("twilio")}
    twilio = {"adapter": "twilio", "base_url": poor.url("twilio"), "rate": "600/min", "pace_store": store.url, **own}
    port = scene.terminal.running.enter_context(receiving({"providers": {"zoom": zoom}}))
    scene.settings(providers={"zoom": zoom, "twilio": twilio}, webhooks=webhooks_of(port))
    scene.folded.add("smsgate doctor")


def rotate_tokens(scene: Scene) -> None:
    """Have an account that is known by a token, and then one of an application in which a person logs in."""

    def paste(command: AtTerminal) -> None:
        shown = command.until("or the code in it:")
        [page] = re.findall(r"^(http\S+)$", shown, re.MULTILINE)
        command.type(requests.get(page, allow_redirects=False, timeout=LONGEST).headers["Location"])

    account = scene.account("sales", token_store="sales.token")
    application = {
        "authorize_url": str(account["base_url"]).removesuffix("/pub/v2.2") + "/auth/oauth",
        **{name: value for name, value in account.items() if name != "token"},
    }

    def register() -> None:
        client = scene.sandbox.change_account("salesmsg", "oauth_client")
        scene.settings(providers={"sales": {**application, **client}})

    scene.settings(providers={"sales": account})
    with socket.create_server(("127.0.0.1", 0)) as free:
        scene.places["8765"] = str(free.getsockname()[1])
    scene.environ["BROWSER"] = BROWSER
    scene.before["smsgate salesmsg login --redirect-uri http://127.0.0.1:8765/callback"] = register
    scene.meanwhile["smsgate salesmsg login --paste"] = paste
