"""Links of the pages: each leads to something, and those that leave the pages go to the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REPOSITORY = "https://github.com/smsgate/smsgate"
PICTURES = {".gif", ".jpg", ".png", ".svg", ".webp"}

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^#{1,6} (.+?)#*$")
_LINK = re.compile(r"`+[^`]*`+|(?P<before>!?\[[^\[\]]*\]\()(?P<target>[^()\s]+)(?P<after>\))")
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


class BrokenLinkError(Exception):
    """A link leads to no file and no page."""


def for_site(text: str, page: Path) -> str:
    """Return a page with its links to what is no page of the site leading to the repository.

    `page` is its file. Raises `BrokenLinkError` for a link to a file that is not there.
    """
    return "".join(
        line if is_code else _LINK.sub(partial(_with_target, page=page, line=number), line)
        for number, line, is_code in lines_of(text)
    )


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as the repository's pages and the site both name them."""
    found: dict[str, int] = {}
    for _, line, is_code in lines_of(text):
        if not is_code and (heading := _HEADING.match(line)):
            words = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", heading[1])
            slug = re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")
            found[slug] = found.get(slug, -1) + 1
    return {f"{slug}-{number}" if number else slug for slug, last in found.items() for number in range(last + 1)}


def moved(text: str, folder: str) -> str:
    """Return Markdown whose relative links are those of a page that is one folder deeper, such as ``topics``."""
    up = "../" * (folder.count("/") + 1)
    return _LINK.sub(
        lambda link: (
            link[0]
            if link["target"] is None or _OUTSIDE.match(link["target"])
            else f"{link['before']}{up}{link['target']}{link['after']}"
        ),
        text,
    )


def targets(text: str) -> Iterator[str]:
    """Give the target of each link of a page, those in code left out."""
    for _, line, is_code in lines_of(text):
        if not is_code:
            yield from (link["target"] for link in _LINK.finditer(line) if link["target"])


def lines_of(text: str) -> Iterator[tuple[int, str, bool]]:
    """Give each line with its number, and whether it is in a block of code."""
    fence = ""
    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        mark = _FENCE.match(line)
        yield number, line, bool(fence or mark)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and line.strip() == mark[1]:
            fence = ""


def _with_target(link: re.Match[str], page: Path, line: int) -> str:
    target = link["target"]
    if target is None or target.startswith("#") or _OUTSIDE.match(target):
        return link[0]
    path, _, fragment = target.partition("#")
    file = (page.parent / unquote(path)).resolve()
    if not file.exists() or not file.is_relative_to(ROOT):
        raise BrokenLinkError(f"{page}:{line}: there is no {target}; correct the link")
    if fragment and file.suffix == ".md" and fragment not in anchors(file.read_text(encoding="utf-8")):
        raise BrokenLinkError(f"{page}:{line}: {file.name} has no heading #{fragment}; correct the link")
    if file.is_relative_to(DOCS) and (file.suffix == ".md" or file.suffix in PICTURES):
        return link[0]
    kind = "tree" if file.is_dir() else "blob"
    address = f"{REPOSITORY}/{kind}/main/{file.relative_to(ROOT)}{fragment and '#'}{fragment}"
    return f"{link['before']}{address}{link['after']}"
