"""The navigation of the site, read from docs/index.md: its groups are the topics, its links the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import frozen

TASKS = "How to: "
"""What the name of a group of how-to pages starts with in docs/index.md."""

_GROUP = re.compile(r"^\*\*(.+?)\*\*$")
_PAGE = re.compile(r"\[([^\[\]]+)\]\(([^()\s#]+)\.md\)")


@frozen
class Topic:
    """A group of pages, with a page of its own that lists them."""

    name: str
    is_tasks: bool
    items: tuple[str, ...]
    """The lines of its list, in Markdown."""

    @property
    def page(self) -> str:
        """The page that lists it: ``topics/start-and-send``."""
        return "topics/" + re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def pages(self) -> list[tuple[str, str]]:
        """A short label and the page's name, for each of its pages: ("Start", "how-to/start")."""
        return [(label.partition(":")[0], page) for label, page in _PAGE.findall("\n".join(self.items))]


def topics(index: str) -> list[Topic]:
    """Return the groups of docs/index.md in their order."""
    groups: list[tuple[str, list[str]]] = []
    for line in index.splitlines():
        if group := _GROUP.match(line):
            groups.append((group[1], []))
        elif groups and line.strip():
            groups[-1][1].append(line)
    return [_topic(name, items) for name, items in groups]


def contents(entries: Sequence[tuple[str, str]], caption: str = "") -> str:
    """Return a table of contents that shows in the navigation only."""
    head = f"```{{toctree}}\n:hidden:\n{caption and f':caption: {caption}'}\n".rstrip() + "\n\n"
    return "\n" + head + "".join(f"{label} </{page}>\n" for label, page in entries) + "```\n"


def front(all_topics: Sequence[Topic]) -> Iterator[str]:
    """Give the tables of contents of the front page: tutorial and tasks, then what is looked up."""
    tasks = [topic for topic in all_topics if topic.is_tasks]
    first = all_topics[: all_topics.index(tasks[0])] if tasks else []
    rest = [topic for topic in all_topics if not topic.is_tasks and topic not in first]
    for caption, group in (("", first), ("How-to", tasks), ("Look up", rest)):
        if group:
            yield contents([(topic.name, topic.page) for topic in group], caption)


def _topic(name: str, items: list[str]) -> Topic:
    short = name.removeprefix(TASKS)
    return Topic(short[:1].upper() + short[1:], short != name, tuple(items))
