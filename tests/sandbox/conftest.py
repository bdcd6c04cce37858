from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page

from smsgate.sandbox import Sandbox
from tests.browser import browsing
from tests.sandbox.listener import Listener, listening

Ask = Callable[..., requests.Response]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(stall=0.05, drip=0.001) as sandbox:
        yield sandbox


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def ask(sandbox: Sandbox, session: requests.Session) -> Ask:
    """Ask for JSON as the account's owner, by the path after the base URL."""
    session.headers.update({**sandbox.credentials("zoomconnect"), "Accept": "application/json"})

    def ask(method: str, path: str, **options: Any) -> requests.Response:
        options = {"timeout": 10, "allow_redirects": False} | options
        return session.request(method, f"{sandbox.url('zoomconnect')}/{path}", **options)

    return ask


@pytest.fixture
def send(ask: Ask) -> Ask:
    def send(to: str = "+27821234567", text: str = "hello", **fields: Any) -> requests.Response:
        return ask("POST", "sms/send", json={"recipientNumber": to, "message": text, **fields})

    return send


@pytest.fixture
def control(sandbox: Sandbox, session: requests.Session) -> Ask:
    def control(method: str, path: str, **options: Any) -> requests.Response:
        return session.request(method, f"http://127.0.0.1:{sandbox.port}/_sandbox/{path}", timeout=10, **options)

    return control


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    """Open a page whose addresses begin at the sandbox; what goes wrong in it, such as a blocked script, fails."""
    context = browser.new_context(base_url=f"http://127.0.0.1:{sandbox.port}")
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []
