"""Make the pictures of the sandbox's pages in docs/images; run by `make screenshots`, it needs Chromium.

The texts, the vendors and the window are always the same; the time of day on the pages is not.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, ViewportSize

from smsgate import Gateway, Message, PriceList
from smsgate.sandbox import Fault, Sandbox
from tests.browser import browsing

IMAGES = Path(__file__).parent / "images"
PERSON = "+27821234567"
CODES = [("+12025550143", 4711), ("+27825550164", 9032), ("+447700900118", 1855), ("+4915735980111", 6640)]
PARCEL = (
    "Your parcel 4711 is on its way – it arrives tomorrow between nine and ten o’clock. "  # noqa: RUF001 - what makes it UCS-2
    "Track it at https://example.com/t/4711, or reply HELP. Thank you 👍"
)
PRICES = {"twilio": PriceList.from_mapping({"unit": "USD", "+1": "0.0083", "+27": "0.0328", "+44": "0.0524"})}
WIDE, NARROW = ViewportSize(width=1200, height=720), ViewportSize(width=380, height=720)


def fill(sandbox: Sandbox) -> None:
    """Send what the pictures show: codes to four people, and a conversation with a fifth."""
    with Gateway.from_mapping(sandbox.settings() | {"route": ["twilio", "telnyx"]}) as gateway:
        for number, code in CODES:
            gateway.send(Message(number, f"Your code is {code}"))
        sent = gateway.send(Message(PERSON, PARCEL))
        sandbox.receive("twilio", PERSON, "Can it be after eleven?", message_id=sent.message_id)
        sandbox.misbehave("twilio", Fault.RATE_LIMITED, path=sandbox.send_path("twilio"))
        gateway.send(Message(PERSON, "It will be there at 11:30. It costs {€4}."))
        sandbox.receive("telnyx", PERSON, "Great, thanks!")
    sandbox.misbehave("twilio", Fault.NO_CREDIT, times=None, path=sandbox.send_path("twilio"))
    sandbox.advance(timedelta(seconds=2))


def fail_over(sandbox: Sandbox) -> None:
    """Send a message, and another one while the first vendor has no credit: part 3 of the tutorial."""
    with Gateway.from_mapping(sandbox.settings() | {"route": ["twilio", "telnyx"]}) as gateway:
        gateway.send(Message(PERSON, "Your table is booked for 8 pm"))
        sandbox.misbehave("twilio", Fault.NO_CREDIT, times=None, path=sandbox.send_path("twilio"))
        gateway.send(Message(PERSON, "Your table is booked for 8 pm"))


def picture(browser: Browser, url: str, name: str, size: ViewportSize, *, dark: bool = False) -> None:
    """Write one picture of a page."""
    context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light")
    page = context.new_page()
    page.goto(url, wait_until="load")
    page.screenshot(path=IMAGES / name, animations="disabled")
    context.close()
    sys.stdout.write(f"docs/images/{name}\n")


def main() -> None:
    """Write all pictures."""
    IMAGES.mkdir(exist_ok=True)
    with Sandbox(vendors=["twilio", "telnyx"], prices=PRICES) as sandbox, browsing() as browser:
        fill(sandbox)
        conversation = f"{sandbox.inbox_url}phones/{quote(PERSON)}"
        picture(browser, conversation, "inbox.png", WIDE)
        picture(browser, conversation, "inbox-phone.png", NARROW, dark=True)
        picture(browser, f"{sandbox.inbox_url}segments?text={quote(PARCEL)}", "segments.png", WIDE)
        sandbox.reset()
        fail_over(sandbox)
        picture(browser, f"{sandbox.inbox_url}vendors/twilio", "failover.png", WIDE)


if __name__ == "__main__":
    main()
