"""A process that sends its part of a history, or kills itself before; and one that takes the vendor's calls."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Thread, Timer
from typing import Any

from smsgate import AsyncGateway, Event, Gateway, JournalError, Message, SmsgateError
from smsgate.cli.listener import listener
from smsgate.webhooks import wsgi
from tests.soak.plan import Killing, SoakPlan
from tests.soak.story import Story
from tests.soak.vendors import order

SECRET = "sixteen-or-more-characters"
NOT_OPENED = 7
"""How a process ends that could not open the journal."""
PASSES, PAUSE = 3, 0.1
"""How often a process goes through the run, as another one may have it, and the seconds between."""


class Sender:
    """One process of the application; another one takes the place of one that was killed."""

    def __init__(
        self, plan: SoakPlan, slot: int, killing: Killing | None, settings: Mapping[str, Any], folder: str
    ) -> None:
        self.plan = plan
        self.work = plan.works[slot]
        self.settings = settings
        self.story = Story(folder, f"sender {slot}")
        self._killing = killing
        self._folder = folder
        self._requests = 0

    def work_on(self) -> None:
        """Send what there is to send."""
        self.story.tell(f"starts; {self._killing or 'is not killed'}")
        if self._killing is not None and self._killing.requests is None:
            self._die_in(self._killing.moment)
        if self.work.on_event_loop:
            asyncio.run(self._send_on_event_loop())
        else:
            self._send()
        self.story.tell("is done")

    def _send(self) -> None:
        with Gateway.from_mapping(self.settings, on_request=self._count) as gateway:
            threads = [Thread(target=self._send_singles, args=(gateway,))]
            if self.plan.reports == "polls" and self.work.slot == 0:
                threads.append(Thread(target=self._poll, args=(gateway, threads[0])))
            for thread in threads:
                thread.start()
            for _ in range(PASSES):
                with self.story.failing():
                    for result in gateway.send_bulk(self.work.run, workers=self.plan.in_flight, run="run"):
                        self.story.ended(result)
                time.sleep(PAUSE)
            for thread in threads:
                thread.join()

    def _send_singles(self, gateway: Gateway) -> None:
        for message in self._singles():
            with self.story.failing(message):
                self.story.ended(gateway.send(message))

    def _poll(self, gateway: Gateway, until: Thread) -> None:
        while until.is_alive():
            with suppress(SmsgateError):
                for event in gateway.poll(pause=timedelta()):
                    self.story.tell(_told(event))
            time.sleep(PAUSE)

    async def _send_on_event_loop(self) -> None:
        async with AsyncGateway.from_mapping(self.settings, on_request=self._count) as gateway:
            singles = asyncio.create_task(self._await_singles(gateway))
            for _ in range(PASSES):
                with self.story.failing():
                    async for result in gateway.send_bulk(self.work.run, in_flight=self.plan.in_flight, run="run"):
                        self.story.ended(result)
                await asyncio.sleep(PAUSE)
            await singles

    async def _await_singles(self, gateway: AsyncGateway) -> None:
        for message in self._singles():
            with self.story.failing(message):
                self.story.ended(await gateway.send(message))

    def _singles(self) -> Iterator[Message]:
        """Give the messages with keys, and of those without one what no earlier process of this place has begun."""
        yield from self.work.keyed
        for number, message in enumerate(self.work.once):
            with suppress(FileExistsError):
                Path(f"{self._folder}/once {self.work.slot} {number}").touch(exist_ok=False)
                yield message
        yield from self.work.keyed

    def _count(self, _: object) -> None:
        self._requests += 1
        if self._killing is not None and self._requests == self._killing.requests:
            self._die_in(self._killing.moment)

    def _die_in(self, seconds: float) -> None:
        timer = Timer(seconds, self._die)
        timer.daemon = True
        timer.start()

    def _die(self) -> None:
        self.story.tell("is killed")
        os.kill(os.getpid(), signal.SIGKILL)


def send(plan: SoakPlan, slot: int, killing: Killing | None, settings: Mapping[str, Any], folder: str) -> None:
    """Be one of the processes that send."""
    try:
        Sender(plan, slot, killing, settings, folder).work_on()
    except JournalError as error:  # as it was opened; each send has its own
        Story(folder, f"sender {slot}").tell(f"ends: {error}")
        sys.exit(NOT_OPENED)


def receive(settings: Mapping[str, Any], control: str, folder: str) -> None:
    """Take the vendor's calls until this process is killed."""
    story = Story(folder, "receiver")
    on_event: Callable[[Event], None] = lambda event: story.tell(_told(event))  # noqa: E731 - one line
    with (
        Gateway.from_mapping({**settings, "webhooks": {"secret": SECRET}}) as gateway,
        listener("127.0.0.1", 0, wsgi(gateway, on_event)) as server,
    ):
        url = f"http://127.0.0.1:{server.server_port}/a/{SECRET}"
        order(control, "callbacks", vendor="zoomconnect", url=url, kind="report")
        server.serve_forever(PAUSE)


def _told(event: Event) -> str:
    return f"is given {type(event).__name__} {getattr(event, 'message_id', '')} {getattr(event, 'status', '')}"
