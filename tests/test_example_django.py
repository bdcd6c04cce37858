"""The sample project for Django, on real servers: a login with a code, webhooks, and where each text is."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from smsgate.sandbox import Sandbox

EXAMPLE = Path(__file__).parents[1] / "docs/examples/django"
PATIENCE = 120
"""Seconds for everything that a server has to do; on an idle machine it takes a few."""
TYPED = re.findall(r"^\$ (.*)$", (EXAMPLE / "README.md").read_text("utf-8"), re.MULTILINE)
"""The commands of the example's page."""


def typed(start: str, *more: str) -> list[str]:
    """Return the words of the page's command that begins so, without `python manage.py`, and what is added."""
    [command] = (command for command in TYPED if command.startswith(start))
    return [*shlex.split(command.removeprefix("python manage.py ")), *more]


SERVERS = {"wsgi": typed("gunicorn", "--bind=fd://{fd}"), "asgi": typed("uvicorn", "--fd={fd}")}
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the servers fork their workers")


@pytest.fixture(scope="module", name="sandbox")
def _sandbox() -> Iterator[Sandbox]:
    with Sandbox(vendors=["twilio"]) as sandbox:
        yield sandbox


@pytest.fixture(scope="module", name="environment")
def _environment(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Have a database with the project's tables, as `manage.py migrate` makes them."""
    folder = tmp_path_factory.mktemp("project")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(EXAMPLE), *sys.path]),
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "SANDBOX_URL": f"http://127.0.0.1:{sandbox.port}",
        "SHOP_DATABASE": str(folder / "db.sqlite3"),
    }
    subprocess.run(
        [sys.executable, EXAMPLE / "manage.py", *typed("python manage.py migrate", "-v0")], env=environment, check=True
    )
    return environment


@pytest.fixture(name="url", params=SERVERS)
def _url(request: pytest.FixtureRequest, environment: Mapping[str, str], tmp_path: Path) -> Iterator[str]:
    """Serve the project as its page says, and end the server as its operator would."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening, (tmp_path / "log").open("w+b") as log:
        listening.set_inheritable(True)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        order = [part.format(fd=listening.fileno()) for part in SERVERS[request.param]]
        process = subprocess.Popen(
            [sys.executable, "-m", *order],
            cwd=tmp_path,
            env={**environment, "SHOP_URL": url},
            stdout=log,
            stderr=log,
            pass_fds=[listening.fileno()],
        )
        try:
            yield url
            process.send_signal(signal.SIGTERM)
            code, said = process.wait(PATIENCE), (tmp_path / "log").read_text("utf-8")
            assert code in {0, -signal.SIGTERM}, said
            assert "Traceback" not in said
        finally:
            process.kill()
            process.wait()


def post(person: requests.Session, url: str, **fields: str) -> requests.Response:
    """Fill in the form at a page."""
    person.get(url, timeout=PATIENCE)
    token = person.cookies["csrftoken"]
    return person.post(url, {**fields, "csrfmiddlewaretoken": token}, timeout=PATIENCE)


@pytest.mark.slow
def test_a_person_logs_in_with_the_code_and_sees_that_it_was_delivered(url: str, sandbox: Sandbox) -> None:
    with requests.Session() as person:
        assert person.get(f"{url}/", timeout=PATIENCE).url == f"{url}/login/?next=/"
        assert "cannot send a text to this number" in post(person, f"{url}/login/", number="12").text
        assert post(person, f"{url}/login/", number="082 111 2222").url == f"{url}/login/code/"
        code = sandbox.wait_for_text("+27821112222", within=PATIENCE).code()
        assert "not the code" in post(person, f"{url}/login/code/", code="no").text
        texts = post(person, f"{url}/login/code/", code=code)
        assert texts.url == f"{url}/"
        sandbox.advance(timedelta(minutes=1))
        sandbox.settle()
        statuses = re.findall(r"<td>([a-z]+)</td>", person.get(f"{url}/", timeout=PATIENCE).text)
        assert statuses[0] == "delivered"


@pytest.mark.slow
def test_the_tests_of_the_example_pass(environment: Mapping[str, str], sandbox: Sandbox) -> None:
    before = len(sandbox.texts)
    tests = [sys.executable, str(EXAMPLE / "manage.py"), *typed("python manage.py test", "login")]
    run = subprocess.run(tests, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "Ran 2 tests" in run.stderr
    assert len(sandbox.texts) == before


def test_the_settings_of_the_example_name_the_sandbox_that_its_page_starts() -> None:
    settings: dict[str, dict[str, dict[str, object]]] = {}
    with Sandbox(vendors=["twilio"]) as sandbox:
        account = sandbox.settings()["providers"]["twilio"]
        shown = {**account, "base_url": str(account["base_url"]).replace(f":{sandbox.port}/", ":8730/")}
    text = (EXAMPLE / "shop/settings.py").read_text("utf-8")
    exec(compile(text, str(EXAMPLE / "shop/settings.py"), "exec"), {"__file__": str(EXAMPLE / "x/y.py")}, settings)
    assert settings["SMSGATE"]["providers"] == {"twilio": shown}
