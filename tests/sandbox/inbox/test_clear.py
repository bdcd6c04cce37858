from __future__ import annotations

from smsgate.sandbox import Fault, Sandbox
from tests.sandbox.conftest import Ask
from tests.sandbox.inbox.conftest import Visit


def test_clear_asks_first_and_then_removes_everything(visit: Visit, send: Ask, sandbox: Sandbox) -> None:
    send()
    send()
    sandbox.misbehave("zoomconnect", Fault.HTML)
    page = visit("/clear").text
    assert "This removes 2 texts, 2 requests, the faults, the URLs of webhooks" in page
    assert "2</span> texts" in visit("/").text
    answer = visit("/clear", {})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert not sandbox.texts
    assert "No texts yet." in visit("/").text
    assert "No requests yet." in visit("/requests").text
    assert "0</span> texts</p>" in visit("/").text


def test_texts_and_requests_have_new_numbers_after_that(visit: Visit, send: Ask) -> None:
    send()
    visit("/clear", {})
    send(text="after")
    assert visit("/texts/1").status_code == 404
    assert "after" in visit("/texts/2").text
    assert visit("/requests/2").status_code == 200
