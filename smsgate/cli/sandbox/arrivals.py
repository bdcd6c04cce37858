"""What `smsgate sandbox` prints while it runs: a line for each text, and for each request that met a fault."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from queue import Empty, Full, Queue
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.style import Style

from smsgate.cli.output import Output, one_line, plain
from smsgate.sandbox.conversations import ConversationText
from smsgate.sandbox.request_log import LoggedRequest
from smsgate.text import analyse

__all__ = ["ArrivalLines", "Arrivals"]

Arrival: TypeAlias = ConversationText | LoggedRequest

_MOST = 1_000
"""How many arrivals wait to be printed, and how many columns a line has where the reader is no terminal."""
_PAUSE = 0.05
"""Seconds between two prints, so that many texts a second cost the sandbox little of its time."""


class Arrivals:
    """What has arrived and is not printed yet. `add_text` and `add_request` wait for nothing and run in any thread."""

    def __init__(self) -> None:
        self._waiting: Queue[Arrival] = Queue(_MOST)
        self._left_out = 0

    def add_text(self, text: ConversationText) -> None:
        """Add a text to a phone or from one; where too many wait it is only counted."""
        try:
            self._waiting.put_nowait(text)
        except Full:
            self._left_out += 1

    def add_request(self, request: LoggedRequest) -> None:
        """Add a request if it met a fault; where too many wait it is only counted."""
        if request.fault is None:
            return
        try:
            self._waiting.put_nowait(request)
        except Full:
            self._left_out += 1

    def batches(self) -> Iterator[tuple[Sequence[Arrival], int]]:
        """Wait for arrivals; yield those that wait, the oldest first, and how many were left out after them."""
        reported = 0
        while True:
            batch = [self._waiting.get(), *self._rest()]
            left_out = self._left_out - reported
            reported += left_out
            yield batch, left_out
            time.sleep(_PAUSE)

    def _rest(self) -> Iterator[Arrival]:
        for _ in range(_MOST):
            try:
                yield self._waiting.get_nowait()
            except Empty:
                return


class ArrivalLines:
    """Prints arrivals: comments of a TOML file, one line each; or a JSON object a line."""

    def __init__(self, output: Output, vendors: Sequence[str]) -> None:
        self._output = output
        self._console = output.console
        self._width = _MOST
        self._widest = max(map(len, vendors), default=0)
        self._has_style = self._console.is_terminal and self._console.color_system not in {None, "windows"}
        self._ellipsis = "..." if self._console.options.ascii_only else "…"

    def print(self, arrivals: Sequence[Arrival], left_out: int) -> None:
        """Print arrivals with one write, and how many were left out after them. OSError if that is not possible."""
        self._width = min(self._console.width, _MOST)
        show = self._json if self._output.as_json else self._comment
        lines = [show(arrival) for arrival in arrivals]
        if left_out:
            lines.append(self._count(left_out))
        file = self._console.file
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()

    def _count(self, left_out: int) -> str:
        if self._output.as_json:
            return json.dumps({"kind": "left_out", "count": left_out})
        return f"# {left_out:,} more came too fast to be shown here; the inbox has them"

    def _json(self, arrival: Arrival) -> str:
        if isinstance(arrival, LoggedRequest):
            shown = {name: getattr(arrival, name) for name in ("vendor", "at", "fault", "method", "path", "status")}
            return json.dumps(plain({"kind": "fault", **shown}))
        fields = {name: getattr(arrival, name) for name in _FIELDS}
        kind = "reply" if arrival.inbound else "text"
        return json.dumps(plain({"kind": kind, **fields, "segments": analyse(arrival.text).segments}))

    def _comment(self, arrival: Arrival) -> str:
        start = f"# {arrival.at:%H:%M:%S}  {one_line(arrival.vendor):<{self._widest}}  "
        if isinstance(arrival, LoggedRequest):
            return self._line(start, _fault(arrival), Style(color="yellow"))
        phone = f"{'from' if arrival.inbound else 'to'} {one_line(arrival.phone)}"
        return self._line(f"{start}{phone:<17}  {analyse(arrival.text).segments:>2}  ", arrival.text, Style.null())

    def _line(self, start: str, said: str, style: Style) -> str:
        """Join both parts of a line, shortened to the terminal's width."""
        start = self._shortened(start, self._width)
        said = self._shortened(one_line(said[: 4 * self._width]), self._width - cell_len(start))
        if not self._has_style:
            return f"{start}{said}"
        return f"{Style(dim=True).render(start)}{style.render(said)}"

    def _shortened(self, text: str, width: int) -> str:
        if cell_len(text) <= width:
            return text
        kept = max(0, width - len(self._ellipsis))
        return f"{set_cell_size(text, kept)}{self._ellipsis[:width]}"


_FIELDS = ("at", "vendor", "phone", "sender", "text", "message_id", "reference", "in_reply_to")


def _fault(request: LoggedRequest) -> str:
    end = "no answer" if request.status is None else f"answered with {request.status}"
    return f"fault {request.fault}, {end}: {request.method} {request.path}"
