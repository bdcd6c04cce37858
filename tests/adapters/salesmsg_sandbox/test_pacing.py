from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests

from smsgate.sandbox import Fault, Sandbox
from smsgate_salesmsg_sandbox import Salesmsg

Ask = Callable[..., requests.Response]


@pytest.fixture
def salesmsg() -> Salesmsg:
    return Salesmsg()


@pytest.fixture
def minutely(sandbox: Sandbox, ask: Ask) -> Ask:
    """Ask sixty times, as many as a minute allows."""
    assert [ask("GET", "teams").status_code for _ in range(60)] == [200] * 60
    assert sandbox.counts("salesmsg")["trips"] == 0
    return ask


def test_the_sixty_first_request_blocks_everything_for_a_minute(minutely: Ask, sandbox: Sandbox) -> None:
    answer = minutely("GET", "teams")
    assert (answer.status_code, answer.json()) == (429, {"message": "Too Many Attempts."})
    assert "Retry-After" not in answer.headers
    assert [minutely("POST", "oauth/token").status_code, minutely("GET", "nowhere").status_code] == [429, 429]
    sandbox.advance(timedelta(seconds=59))
    assert minutely("GET", "teams").status_code == 429
    sandbox.advance(timedelta(seconds=1))
    assert minutely("GET", "teams").status_code == 200
    counts = sandbox.counts("salesmsg")
    assert (counts["requests"], counts["blocked"], counts["trips"]) == (65, 4, 1)


def test_a_block_sends_nothing_and_is_not_prolonged_by_asking(minutely: Ask, sandbox: Sandbox) -> None:
    for _ in range(5):
        body = {"number": "+12019772861", "team_id": 16, "message": "x"}
        assert minutely("POST", "messages", json=body).status_code == 429
        sandbox.advance(timedelta(seconds=12))
    assert sandbox.texts == ()
    assert minutely("GET", "teams").status_code == 200
    assert sandbox.counts("salesmsg")["trips"] == 1


def test_the_window_slides(ask: Ask, sandbox: Sandbox) -> None:
    for _ in range(3):
        assert {ask("GET", "teams").status_code for _ in range(30)} == {200}
        sandbox.advance(timedelta(seconds=30))
    assert {ask("GET", "teams").status_code for _ in range(30)} == {200}
    assert ask("GET", "teams").status_code == 429


def test_refreshes_and_unauthorized_requests_count_too(ask: Ask) -> None:
    for path in ("oauth/personal-token/refresh", "oauth/token", "contacts"):
        for _ in range(20):
            assert ask("POST", path, token="nonsense").status_code != 429
    assert ask("GET", "teams").status_code == 429


def test_both_versions_share_the_limit_and_the_authorization_page_is_free(
    minutely: Ask, sandbox: Sandbox, session: requests.Session
) -> None:
    assert minutely("GET", "teams", version="v2.3").status_code == 429
    assert session.get(f"http://127.0.0.1:{sandbox.port}/salesmsg/auth/oauth", timeout=10).status_code == 400


def test_a_block_can_be_lifted(minutely: Ask, sandbox: Sandbox) -> None:
    assert minutely("GET", "teams").status_code == 429
    sandbox.change_account("salesmsg", "lift_block")
    assert {minutely("GET", "teams").status_code for _ in range(60)} == {200}


def test_the_limit_can_be_scaled_and_its_headers_shown(session: requests.Session) -> None:
    hasty = Salesmsg(limit=3, rate_headers=True, window=timedelta(seconds=2), block=timedelta(seconds=1.5))
    with Sandbox(vendors=[hasty]) as sandbox:
        session.headers["Authorization"] = f"Bearer {sandbox.credentials('salesmsg')['token']}"
        answers = [session.get(f"{sandbox.url('salesmsg')}/teams", timeout=10) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        headers = answers[-1].headers
        assert (headers["Retry-After"], headers["x-ratelimit-remaining-minute"]) == ("2", "0")
        sandbox.advance(timedelta(seconds=1.5))  # the block is over, the window is still full
        assert session.get(f"{sandbox.url('salesmsg')}/teams", timeout=10).status_code == 429
        assert sandbox.counts("salesmsg")["trips"] == 2
        sandbox.advance(timedelta(seconds=1.5))
        assert session.get(f"{sandbox.url('salesmsg')}/teams", timeout=10).status_code == 200


def test_many_threads_are_counted_exactly(sandbox: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {sandbox.credentials('salesmsg')['token']}"}

    def look(_turn: int) -> int:
        return requests.get(f"{sandbox.url('salesmsg')}/teams", headers=headers, timeout=10).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(look, range(80)))
    assert (statuses.count(200), statuses.count(429)) == (60, 20)
    counts = sandbox.counts("salesmsg")
    assert (counts["requests"], counts["blocked"], counts["trips"]) == (80, 20, 1)


def test_a_fault_that_forestalls_a_request_is_not_counted(ask: Ask, sandbox: Sandbox) -> None:
    sandbox.misbehave("salesmsg", Fault.RATE_LIMITED)
    answer = ask("GET", "teams")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
    assert sandbox.counts("salesmsg")["requests"] == 0
