"""Docstrings as Markdown, with public names that lead to their descriptions."""

from __future__ import annotations

import re
from collections.abc import Mapping

_CODE = re.compile(r"``(.+?)``|`([^`]+)`", re.DOTALL)
_CALL = re.compile(r"(?:smsgate\.)?([A-Za-z_.]+)(?:\(\))?")


def prose(docstring: str, links: Mapping[str, str]) -> str:
    """Return a docstring as Markdown; `links` has the address of each public name."""
    blocks = re.sub(r"(?m)^::\n", "", docstring)
    blocks = re.sub(r"::\n\n(?=    )", ":\n\n", blocks)
    return "\n".join(
        line if line.startswith("    ") else _line(line, links) for line in _code_on_one_line(blocks).splitlines()
    )


def summary(docstring: str, links: Mapping[str, str]) -> str:
    """Return all of a docstring on one line, for a cell."""
    return prose(" ".join(docstring.split()), links).replace("|", "\\|")


def _line(line: str, links: Mapping[str, str]) -> str:
    parts, end = [], 0
    for found in _CODE.finditer(line):
        parts += [_plain(line[end : found.start()]), _linked(found[1] or found[2], links)]
        end = found.end()
    return "".join([*parts, _plain(line[end:])])


def _plain(text: str) -> str:
    return re.sub(r"([<*\[\]])", r"\\\1", text)


def _linked(code: str, links: Mapping[str, str]) -> str:
    call = _CALL.fullmatch(code)
    address = links.get(call[1]) if call else None
    return f"[`{code}`]({address})" if address else f"`{code}`"


def _code_on_one_line(text: str) -> str:
    return _CODE.sub(lambda found: " ".join(found[0].split("\n")) if "\n\n" not in found[0] else found[0], text)
