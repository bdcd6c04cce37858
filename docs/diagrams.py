"""Draw the diagrams of the explanation as SVG files in docs/images; run by `make docs`.

Each is a card of its own colours, so that it reads well on a light page and on a dark one, and needs no program in the
browser. A test compares the files with what this gives.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

from attrs import frozen

IMAGES = Path(__file__).parent / "images"
Side = Literal["l", "r", "t", "b"]
Point = tuple[float, float]
COLOURS = {
    "plain": ("#eef2f7", "#5b6b82"),
    "good": ("#e2f3e5", "#2f7d3a"),
    "open": ("#fff1d0", "#9a6200"),
    "bad": ("#fce4e1", "#b3332a"),
    "outside": ("#ffffff", "#5b6b82"),
}
"""The fill and the stroke of each kind of box."""
MARGIN, LINE, TEXT = 24, 17, "#1b1f24"


@frozen
class Box:
    """A box in a grid: its column and row, a title and lines below it."""

    column: float
    row: float
    kind: str
    title: str
    lines: tuple[str, ...] = ()


@frozen
class Arrow:
    """An arrow from a side of a box to a side of another one, with words beside it."""

    start: str
    leaves: Side
    end: str
    enters: Side
    words: str = ""


@frozen
class Diagram:
    """Boxes in a grid whose cells are `cell` wide and high, in pixels, and arrows between them."""

    title: str
    boxes: Mapping[str, Box]
    arrows: Sequence[Arrow]
    cell: tuple[int, int]
    box: tuple[int, int]
    extra: int = 0
    """Room at the right, for arrows that go around."""


def svg(diagram: Diagram) -> str:
    """Return a diagram as SVG."""
    (cell_wide, cell_high), (wide, high) = diagram.cell, diagram.box
    columns, rows = (max(getattr(box, of) for box in diagram.boxes.values()) for of in ("column", "row"))
    width = int(2 * MARGIN + columns * cell_wide + wide + diagram.extra)
    height = int(2 * MARGIN + rows * cell_high + high)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
            ' role="img" font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif">'
        ),
        f"<title>{escape(diagram.title)}</title>",
        (
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
            '<path d="M0,0 L8,4 L0,8 z" fill="#5b6b82"/></marker></defs>'
        ),
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" fill="#fff" stroke="#c4ccd8"/>',
    ]
    parts += [part for arrow in diagram.arrows for part in _arrow(arrow, diagram)]
    parts += [part for box in diagram.boxes.values() for part in _box(box, diagram)]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _box(box: Box, diagram: Diagram) -> Iterator[str]:
    (x, y), (wide, high), (fill, stroke) = _corner(box, diagram), diagram.box, COLOURS[box.kind]
    dashes = ' stroke-dasharray="5 4"' if box.kind == "outside" else ""
    place = f'x="{x:g}" y="{y:g}" width="{wide}" height="{high}" rx="6"'
    yield f'<rect {place} fill="{fill}" stroke="{stroke}" stroke-width="1.5"{dashes}/>'
    first = y + high / 2 - len(box.lines) * LINE / 2 + 5
    for number, line in enumerate((box.title, *box.lines)):
        style = 'font-size="14" font-weight="600"' if number == 0 else 'font-size="12"'
        at = f'x="{x + wide / 2:g}" y="{first + number * LINE:g}"'
        yield f'<text {at} text-anchor="middle" fill="{TEXT}" {style}>{escape(line)}</text>'


def _arrow(arrow: Arrow, diagram: Diagram) -> Iterator[str]:
    points = _points(arrow, diagram)
    path = " L".join(f"{x:g},{y:g}" for x, y in points)
    yield f'<path d="M{path}" fill="none" stroke="#5b6b82" stroke-width="1.5" marker-end="url(#tip)"/>'
    if arrow.words:
        (x, y), (to_x, to_y) = _line_of_words(arrow, points)
        upright = x == to_x
        at = f'x="{(x + to_x) / 2 + (6 if upright else 0):g}" y="{(y + to_y) / 2 + (4 if upright else -6):g}"'
        anchor = "start" if upright else "middle"
        around = 'stroke="#fff" stroke-width="4" paint-order="stroke"'
        yield f'<text {at} text-anchor="{anchor}" font-size="12" fill="{TEXT}" {around}>{escape(arrow.words)}</text>'


def _points(arrow: Arrow, diagram: Diagram) -> list[Point]:
    """Return the corners of an arrow: it leaves and enters at right angles to the sides."""
    start = _anchor(diagram.boxes[arrow.start], arrow.leaves, diagram)
    end = _anchor(diagram.boxes[arrow.end], arrow.enters, diagram)
    if arrow.leaves == arrow.enters == "r":
        right = max(start[0], end[0]) + diagram.extra / 2
        middle = [(right, start[1]), (right, end[1])]
    elif arrow.leaves in "lr" and arrow.enters in "lr":
        half = (start[0] + end[0]) / 2
        middle = [(half, start[1]), (half, end[1])]
    elif arrow.leaves in "tb" and arrow.enters in "tb":
        half = (start[1] + end[1]) / 2
        middle = [(start[0], half), (end[0], half)]
    else:
        middle = [(end[0], start[1]) if arrow.leaves in "lr" else (start[0], end[1])]
    return list(dict.fromkeys([start, *middle, end]))


def _line_of_words(
    arrow: Arrow, points: Sequence[tuple[float, float]]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the part of an arrow that its words are beside: the level one that enters a box, or else the longest."""
    lines = [*itertools.pairwise(points)]
    return lines[-1] if (arrow.leaves, arrow.enters) == ("b", "l") else max(lines, key=_length)


def _length(line: tuple[Point, Point]) -> float:
    (x, y), (to_x, to_y) = line
    return abs(x - to_x) + abs(y - to_y)


def _corner(box: Box, diagram: Diagram) -> Point:
    return MARGIN + box.column * diagram.cell[0], MARGIN + box.row * diagram.cell[1]


def _anchor(box: Box, side: Side, diagram: Diagram) -> Point:
    (x, y), (wide, high) = _corner(box, diagram), diagram.box
    sides = {
        "l": (x, y + high / 2),
        "r": (x + wide, y + high / 2),
        "t": (x + wide / 2, y),
        "b": (x + wide / 2, y + high),
    }
    return sides[side]


MESSAGE = Diagram(
    title="The way of a message, from the application to the vendor and back",
    cell=(216, 122),
    box=(176, 72),
    boxes={
        "message": Box(0, 0, "outside", "Message", ("number, text, key",)),
        "checks": Box(1, 0, "plain", "Checks", ("limits, opt-outs,", "quiet hours, budgets")),
        "intent": Box(2, 0, "plain", "Journal: intent", ("on the disk before", "a byte leaves")),
        "provider": Box(3, 0, "plain", "Provider", ("rate, circuit breaker,", "the vendor's words")),
        "connection": Box(3, 1, "plain", "Connection", ("records what of the", "request was written")),
        "vendor": Box(3, 2, "outside", "Vendor"),
        "proof": Box(2, 1, "plain", "What it proves", ("the record, and a", "whole answer")),
        "end": Box(1, 1, "plain", "Journal: end", ("one of four",)),
        "result": Box(0, 1, "outside", "SendResult", ("or a typed error",)),
    },
    arrows=[
        Arrow("message", "r", "checks", "l"),
        Arrow("checks", "r", "intent", "l"),
        Arrow("intent", "r", "provider", "l"),
        Arrow("provider", "b", "connection", "t", "request"),
        Arrow("connection", "b", "vendor", "t", "bytes"),
        Arrow("vendor", "l", "proof", "b", "answer, or silence"),
        Arrow("connection", "l", "proof", "r"),
        Arrow("proof", "t", "intent", "b", "not sent: next provider"),
        Arrow("proof", "l", "end", "r"),
        Arrow("end", "l", "result", "r"),
    ],
)
EVENT = Diagram(
    title="The way of an event, from the vendor to the application",
    cell=(216, 122),
    box=(176, 72),
    boxes={
        "vendor": Box(0, 0, "outside", "Vendor", ("report, reply, STOP",)),
        "receiver": Box(1, 0, "plain", "Receiver", ("secret, signature,", "age of the call")),
        "polling": Box(1, 1, "plain", "Polling", ("smsgate asks",)),
        "adapter": Box(2, 0, "plain", "Adapter", ("reads the call", "or the list")),
        "seen": Box(3, 0, "plain", "Journal: seen?", ("a copy ends here",)),
        "joined": Box(3, 1, "plain", "Journal: joined", ("with its message;", "from now on a STOP counts")),
        "function": Box(3, 2, "outside", "Your function", ("the event, with", "its entry")),
        "taken": Box(2, 2, "good", "Journal: delivered", ("once your function", "has returned")),
    },
    arrows=[
        Arrow("vendor", "r", "receiver", "l"),
        Arrow("vendor", "b", "polling", "l"),
        Arrow("receiver", "r", "adapter", "l"),
        Arrow("polling", "r", "adapter", "b"),
        Arrow("adapter", "r", "seen", "l"),
        Arrow("seen", "b", "joined", "t", "new"),
        Arrow("joined", "b", "function", "t"),
        Arrow("function", "l", "taken", "r"),
    ],
)
FAILURE = Diagram(
    title="What a failure proves: three questions, four ends",
    cell=(360, 92),
    box=(264, 64),
    boxes={
        "written": Box(0, 0, "plain", "Was any byte written?", ("of the request",)),
        "whole": Box(0, 1, "plain", "Did a whole answer come?", ("as long as it says",)),
        "says": Box(0, 2, "plain", "What does it say?", ("status and body",)),
        "none": Box(1, 0, "good", "Not sent", ("the next provider, or send again",)),
        "lost": Box(1, 1, "open", "Unknown", ("no other provider; not sent again",)),
        "accepted": Box(1, 2, "good", "Accepted", ("the vendor's id was read",)),
        "rejected": Box(1, 3, "bad", "Rejected", ("this message ends",)),
        "account": Box(1, 4, "good", "Not sent", ("the account's fault: the next provider",)),
        "unclear": Box(1, 5, "open", "Unknown", ("no other provider; not sent again",)),
    },
    arrows=[
        Arrow("written", "r", "none", "l", "no"),
        Arrow("written", "b", "whole", "t", "yes"),
        Arrow("whole", "r", "lost", "l", "no"),
        Arrow("whole", "b", "says", "t", "yes"),
        Arrow("says", "r", "accepted", "l", "taken"),
        Arrow("says", "b", "rejected", "l", "the message is refused"),
        Arrow("says", "b", "account", "l", "the account is refused"),
        Arrow("says", "b", "unclear", "l", "nothing that counts, or 5xx"),
    ],
)
ENTRY = Diagram(
    title="The life of an entry in the journal",
    cell=(290, 118),
    box=(190, 72),
    extra=132,
    boxes={
        "queued": Box(0, 0, "plain", "queued", ("of a run",)),
        "send": Box(
            0,
            1,
            "outside",
            "gateway.send",
        ),
        "held": Box(0, 2, "plain", "held", ("until its time",)),
        "intent": Box(1, 1, "plain", "intent", ("a provider is asked now",)),
        "cancelled": Box(0, 3, "bad", "cancelled", ("from queued or held",)),
        "accepted": Box(2, 0, "good", "accepted", ("the vendor has it",)),
        "rejected": Box(2, 1, "bad", "rejected", ("refused",)),
        "not sent": Box(2, 2, "good", "not sent", ("for certain", "no text is out")),
        "unknown": Box(2, 3, "open", "unknown", ("it may have been sent",)),
    },
    arrows=[
        Arrow("queued", "r", "intent", "t"),
        Arrow("send", "r", "intent", "l"),
        Arrow("held", "r", "intent", "b"),
        Arrow("held", "b", "cancelled", "t"),
        Arrow("intent", "r", "accepted", "l"),
        Arrow("intent", "r", "rejected", "l"),
        Arrow("intent", "r", "not sent", "l"),
        Arrow("intent", "r", "unknown", "l"),
        Arrow("unknown", "r", "accepted", "r", "report, list"),
        Arrow("unknown", "t", "not sent", "b", "the vendor says no"),
    ],
)
DIAGRAMS = {
    "way-of-a-message.svg": MESSAGE,
    "way-of-an-event.svg": EVENT,
    "what-a-failure-proves.svg": FAILURE,
    "life-of-an-entry.svg": ENTRY,
}


def files() -> Iterator[tuple[Path, str]]:
    """Give each file as it should be."""
    for name, diagram in DIAGRAMS.items():
        yield IMAGES / name, svg(diagram)


if __name__ == "__main__":
    for path, text in files():
        path.write_text(text, encoding="utf-8")
