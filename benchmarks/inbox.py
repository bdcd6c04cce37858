"""What the inbox costs with 10,000 texts in it: to open, to scroll, to show a text that arrives, and the
sandbox's own throughput.

The sandbox has a process of its own, and so has the client that sends, whose requests are written beforehand. For the
throughput a block without a page and a block with an open page take turns; the ratio is the median of the pairs'
ratios. The browser is Chromium, headless, on the same cores.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import socket
import statistics
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from smsgate.sandbox import Sandbox
from tests.browser import browsing

RESULT = Path(__file__).parent.parent / "docs" / "benchmarks" / "inbox.json"
TEXTS = 10_000
SENDER = "+12025550100"
WORDS = "Your code is 4711. Reply STOP to opt out – and see https://example.com for all else that there is to know."

_SCROLL = """async () => {
  const list = [...document.querySelectorAll('*')].filter(e => e.scrollHeight > e.clientHeight + 50
    && /auto|scroll/.test(getComputedStyle(e).overflowY)).sort((a, b) => b.scrollHeight - a.scrollHeight)[0]
    || document.scrollingElement;
  const frames = []; let last = performance.now();
  for (let step = 0; step < 60; step++) {
    list.scrollBy(0, 400);
    await new Promise(requestAnimationFrame);
    const now = performance.now(); frames.push(now - last); last = now;
  }
  return Math.max(...frames);
}"""
_WATCH = """() => {
  window.seen = {};
  new MutationObserver(changes => {
    const now = Date.now();
    for (const mark of document.body.textContent.match(/mark-[0-9]+-end/g) || []) window.seen[mark] ??= now;
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


def serve(pipe: Connection) -> None:
    """Run the sandbox until the other end says that it is done."""
    with Sandbox(vendors=["twilio"]) as sandbox:
        pipe.send((sandbox.port, dict(sandbox.credentials("twilio"))))
        pipe.recv()


class Client:
    """One connection that sends texts, each request written before the clock starts."""

    def __init__(self, port: int, credentials: dict[str, str]) -> None:
        account, secret = credentials["account_sid"], credentials["auth_token"]
        token = b64encode(f"{account}:{secret}".encode()).decode()
        self._head = (
            f"POST /twilio/2010-04-01/Accounts/{account}/Messages.json HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Basic {token}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        )
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def request(self, to: str, text: str) -> bytes:
        body = urlencode({"To": to, "From": SENDER, "Body": text})
        return f"{self._head}Content-Length: {len(body)}\r\n\r\n{body}".encode()

    def send(self, request: bytes) -> None:
        self._socket.sendall(request)
        received = b""
        while True:
            received += self._socket.recv(65536)
            head, end, body = received.partition(b"\r\n\r\n")
            if not end:
                continue
            assert b" 201 " in head.split(b"\r\n")[0], head
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            if len(body) >= length:
                return

    def fill(self, phones: int, count: int) -> None:
        """Send texts to so many phones, none of which has a magic number (+27 82 000)."""
        for place in range(count):
            self.send(self.request(f"+2784{place % phones:07}", f"{place}: {WORDS}"))


def generate(port: int, credentials: dict[str, str], pipe: Connection) -> None:
    """Send for as many seconds as the other end asks; answer with requests a second."""
    client = Client(port, credentials)
    requests = [client.request(f"+2783{place % 500:07}", f"{place}: {WORDS}") for place in range(2000)]
    while seconds := pipe.recv():
        count, began = 0, time.perf_counter()
        while time.perf_counter() - began < seconds:
            client.send(requests[count % len(requests)])
            count += 1
        pipe.send(count / (time.perf_counter() - began))


@contextmanager
def child(function: Callable[..., None], *arguments: object) -> Iterator[Connection]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=function, args=(*arguments, theirs), daemon=True)
    process.start()
    try:
        yield ours
        ours.send(0)
    finally:
        process.join(20)
        process.kill()


def opened(browser: Browser, url: str, rounds: int) -> dict[str, float]:
    """Return the milliseconds until the page has loaded with what it shows, and the longest frame while it scrolls."""
    times, frames = [], []
    for _ in range(rounds):
        context = browser.new_context(viewport={"width": 1600, "height": 900})
        page = context.new_page()
        began = time.perf_counter()
        page.goto(url, wait_until="load")
        page.get_by_text(WORDS[:16]).first.wait_for()
        times.append(1000 * (time.perf_counter() - began))
        frames.append(page.evaluate(_SCROLL))
        context.close()
    return {
        "opens_ms": round(statistics.median(times)),
        "slowest_ms": round(max(times)),
        "longest_frame_ms": round(statistics.median(frames)),
    }


def noticed(page: Page, client: Client, count: int) -> dict[str, float]:
    """Return the milliseconds from a vendor call to the text in the page."""
    page.evaluate(_WATCH)
    sent = {}
    for place in range(count):
        mark = f"mark-{place}-end"
        sent[mark] = 1000 * time.time()
        client.send(client.request("+27850000000", f"{mark} {WORDS}"))
        page.wait_for_function("mark => window.seen[mark]", arg=mark)
        page.wait_for_timeout(300)
    seen = page.evaluate("() => window.seen")
    delays = [seen[mark] - at for mark, at in sent.items()]
    return {"median_ms": round(statistics.median(delays)), "slowest_ms": round(max(delays))}


def throughput(browser: Browser, url: str, pipe: Connection, rounds: int, seconds: float) -> dict[str, object]:
    def block() -> float:
        pipe.send(seconds)
        rate: float = pipe.recv()
        return rate

    block()
    without, opened_rates = [], []
    for _ in range(rounds):
        without.append(block())
        context = browser.new_context(viewport={"width": 1600, "height": 900})
        page = context.new_page()
        page.goto(url, wait_until="load")
        page.wait_for_timeout(500)
        opened_rates.append(block())
        context.close()
    ratios = sorted(one / other for one, other in zip(opened_rates, without, strict=True))
    return {
        "without_a_page": round(statistics.median(without)),
        "with_a_page": round(statistics.median(opened_rates)),
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", type=Path, default=None)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--seconds", type=float, default=4.0)
    given = arguments.parse_args()
    measured: dict[str, object] = {"python": platform.python_version(), "load": round(os.getloadavg()[0], 1)}
    with browsing() as browser:
        measured["chromium"] = browser.version
        for name, phones, path in (("list", TEXTS, ""), ("conversation", 1, "phones/+27840000000")):
            with child(serve) as sandbox:
                port, credentials = sandbox.recv()
                client = Client(port, credentials)
                client.fill(phones, TEXTS)
                measured[name] = opened(browser, f"http://127.0.0.1:{port}/{path}", given.rounds)
                page = browser.new_page()
                page.goto(f"http://127.0.0.1:{port}/{path}")
                measured[f"{name}_notice"] = noticed(page, client, 20)
                page.close()
                with child(generate, port, credentials) as generator:
                    url = f"http://127.0.0.1:{port}/{path}"
                    measured[f"{name}_texts_a_second"] = throughput(
                        browser, url, generator, given.rounds, given.seconds
                    )
            print(json.dumps(measured, indent=1), file=sys.stderr)
    text = json.dumps(measured, indent=1)
    if given.json:
        given.json.write_text(f"{text}\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
