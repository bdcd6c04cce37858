"""The body and the query of a vendor's call as fields; whatever is odd in them is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NoReturn, TypeVar
from urllib.parse import parse_qsl

from smsgate.model.errors import WebhookError

__all__ = ["LARGEST_BODY", "body_text", "check_size", "json_elements", "json_object", "pairs", "refuse"]

T = TypeVar("T")

LARGEST_BODY = 64 * 1024
"""Bytes; texts and their labels take a fraction of it."""
MOST_FIELDS = 100
MOST_ELEMENTS = 500
"""Of a JSON array: a report has over 100 bytes."""
DEEPEST = 20
"""Brackets within brackets of a JSON object."""
_BLANKS = re.compile(r"[ \t\n\r]*")
_SCAN = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)
"""Finds where an element ends, whatever is wrong within it."""


def check_size(body: bytes) -> None:
    """Refuse a body that is too long."""
    if len(body) > LARGEST_BODY:
        refuse(f"the body has over {LARGEST_BODY:,} bytes", 413)


def body_text(body: bytes) -> str:
    """Return a body as text."""
    check_size(body)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        return refuse(f"the body is not UTF-8 (byte {error.start})")


def pairs(text: str, where: str) -> Mapping[str, str]:
    """Read a query or a form."""
    try:
        found = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        refuse(f"the {where} is not UTF-8")
    except ValueError:
        refuse(f"the {where} has over {MOST_FIELDS} fields")
    return _once(((name.strip(), value) for name, value in found), where)  # the guide's example has blanks


def json_object(text: str) -> Mapping[str, object]:
    """Read a JSON object."""
    if max(_depths(text), default=0) > DEEPEST:
        refuse(f"the JSON body is nested over {DEEPEST} deep")
    try:
        value: object = json.loads(
            text, object_pairs_hook=lambda found: _once(found, "JSON body"), parse_constant=_refuse_constant
        )
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair could be kept nowhere
    except ValueError:  # a number of 5,000 digits too
        refuse("the body is no JSON of whole characters")
    return value if isinstance(value, dict) else refuse("the JSON body is not an object")


def json_elements(text: str) -> list[str] | None:
    """Return each element of a JSON array as it is written, without judging it; None for what is no array."""
    start = _blanks(text, 0)
    if text[start : start + 1] != "[":
        return None
    elements: list[str] = []
    for element in _elements(text, _blanks(text, start + 1)):
        elements.append(element)
        if len(elements) > MOST_ELEMENTS:
            refuse(f"the JSON body has over {MOST_ELEMENTS} elements", 413)
    return elements


def _elements(text: str, at: int) -> Iterator[str]:
    separator = "" if text[at : at + 1] == "]" else ","
    while separator == ",":
        try:
            end = _SCAN.raw_decode(text, at)[1]
        except (ValueError, RecursionError):
            refuse("the body is no JSON of whole characters")
        yield text[at:end]
        at = _blanks(text, end)
        separator = text[at : at + 1]
        at = _blanks(text, at + 1) if separator == "," else at
    if text[at:].strip(" \t\n\r") != "]":
        refuse("the body is no JSON of whole characters")


def _blanks(text: str, at: int) -> int:
    """Return where the next character is that is no blank."""
    match = _BLANKS.match(text, at)
    return match.end() if match else at


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _depths(text: str) -> Iterable[int]:
    """Give the depth at each bracket, those within strings counted too: only an upper bound is needed."""
    depth = 0
    for character in text:
        if character in "[{":
            depth += 1
            yield depth
        elif character in "]}":
            depth -= 1


def _once(found: Iterable[tuple[str, T]], where: str) -> dict[str, T]:
    fields: dict[str, T] = {}
    for name, value in found:
        if name in fields:
            refuse(f"the {where} has a field twice")  # its name may be a person's text, where an & was not escaped
        fields[name] = value
    return fields


def refuse(reason: str, status: int = 400) -> NoReturn:
    """Raise `WebhookError`."""
    raise WebhookError(reason, status=status)
