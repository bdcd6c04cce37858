"""The shop of the examples, in FastAPI, Starlette and Flask, on real servers with several workers."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from attrs import frozen

from smsgate.sandbox import Sandbox

EXAMPLE = Path(__file__).parents[1] / "docs/examples/shop"
PATIENCE = 120
"""Seconds for everything that a server has to do; on an idle machine it takes a few."""
DELIVERED, REFUSED, LIMITED, LOST = "082 111 2222", "082 000 0400", "082 000 0429", "082 000 1002"
"""A person's number, as a customer writes it, and those with which the sandbox refuses or loses a text."""
RUN = re.compile(r"^\| (\w+) \| `pip install .*` \| `(.*)` \|$", re.MULTILINE)
"""A framework of the example's page, and how its server is started."""
LISTEN = {"uvicorn": "--fd={fd}", "gunicorn": "--bind=fd://{fd}"}
SERVERS = {
    name: [*shlex.split(command), LISTEN[command.partition(" ")[0]]]
    for name, command in RUN.findall((EXAMPLE / "README.md").read_text("utf-8"))
}


@frozen
class Shop:
    """The running application, and the vendor that it texts through."""

    url: str
    sandbox: Sandbox

    def shipped(self, order: int, phone: str) -> requests.Response:
        return requests.post(f"{self.url}/orders/{order}/shipped", json={"phone": phone}, timeout=PATIENCE)

    def reports_come(self) -> None:
        """Let the vendor report on every text, and wait until the shop has its reports."""
        self.sandbox.advance(timedelta(minutes=1))
        self.sandbox.settle()

    def text(self, order: int) -> requests.Response:
        return requests.get(f"{self.url}/orders/{order}/text", timeout=PATIENCE)


@pytest.fixture(params=SERVERS)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """Run the example as its page says, and end it as its operator would."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening, Sandbox(vendors=["twilio"]) as sandbox:
        listening.set_inheritable(True)
        port = listening.getsockname()[1]
        settings = (EXAMPLE / "smsgate.toml").read_text("utf-8")
        settings = settings.replace(":8730/", f":{sandbox.port}/").replace(":8000/", f":{port}/")
        (tmp_path / "smsgate.toml").write_text(settings, "utf-8")
        order = [part.format(fd=listening.fileno()) for part in SERVERS[request.param]]
        log = tmp_path / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *order],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": os.pathsep.join([str(EXAMPLE), *sys.path])},
                stdout=output,
                stderr=output,
                pass_fds=[listening.fileno()],
            )
            try:
                yield Shop(f"http://127.0.0.1:{port}", sandbox)
                process.send_signal(signal.SIGTERM)
                assert process.wait(PATIENCE) in {0, -signal.SIGTERM}, log.read_text("utf-8")
                assert "Traceback" not in log.read_text("utf-8")
            finally:
                process.kill()
                process.wait()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the servers fork their workers")
def test_an_order_is_one_text_whose_delivery_every_worker_knows(shop: Shop) -> None:
    answers = [shop.shipped(17, DELIVERED) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 6, answers[0].text
    assert len({answer.json()["message_id"] for answer in answers}) == 1
    [text] = shop.sandbox.texts
    assert (text.to, text.text) == ("+27821112222", "Order 17 has left our warehouse.")
    shop.reports_come()
    assert [shop.text(17).json() for _ in range(4)] == [{"state": "accepted", "status": "delivered"}] * 4
    assert shop.text(18).status_code == 404

    assert shop.shipped(19, "12").status_code == 422
    assert shop.shipped(20, REFUSED).json()["outcome"] == "refused"
    limited = shop.shipped(21, LIMITED)
    assert (limited.status_code, limited.headers["Retry-After"]) == (503, "60")
    assert len(shop.sandbox.texts) == 1

    lost = [shop.shipped(22, LOST) for _ in range(3)]  # the report may come meanwhile
    ends = {(answer.status_code, answer.json()["outcome"]) for answer in lost}
    assert ends <= {(202, "unknown"), (200, "accepted")}
    assert [one.to for one in shop.sandbox.texts] == ["+27821112222", "+27820001002"]
    shop.reports_come()
    assert shop.text(22).json() == {"state": "accepted", "status": "delivered"}


def test_the_page_says_how_each_of_the_three_is_run() -> None:
    modules = [command[1 + (command[1] == "--factory")].partition(":")[0] for command in SERVERS.values()]
    assert sorted(modules) == sorted(path.stem for path in EXAMPLE.glob("*_shop.py"))


def test_the_settings_of_the_example_name_the_sandbox_that_its_page_starts() -> None:
    settings = tomllib.loads((EXAMPLE / "smsgate.toml").read_text("utf-8"))
    with Sandbox(vendors=["twilio"]) as sandbox:
        account = sandbox.settings()["providers"]["twilio"]
        shown = {**account, "base_url": str(account["base_url"]).replace(f":{sandbox.port}/", ":8730/")}
    assert settings["providers"] == {"twilio": shown}
