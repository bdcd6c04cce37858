"""The sources of the site, made of the pages in docs/, which read well on their own too."""

from __future__ import annotations

import shutil
from pathlib import Path

from docs.site.links import DOCS, PICTURES, for_site, moved
from docs.site.navigation import Topic, contents, front, topics

ORPHAN = "---\norphan: true\n---\n\n"
"""The head of a page that the navigation does not have."""
MISSING = """# There is no such page

It was moved, or the address has an error. The search finds pages by their words; the navigation lists them all.
"""


def stage(pages: Path, beside: Path, url: str) -> None:
    """Write the sources of the site into `pages`, and what is served beside its pages into `beside`.

    `url` is the site's address, with a slash at its end, or empty if it is not known. Raises `BrokenLinkError`.
    """
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    found = topics(for_site(index, DOCS / "index.md"))
    texts = {str(path.relative_to(DOCS)): for_site(path.read_text("utf-8"), path) for path in documents()}
    lists = {f"{topic.page}.md": _list_of(topic) for topic in found}
    for name, text in {**texts, **lists}.items():
        _write(beside / name, text)
    _write(beside / "llms.txt", llms(texts["index.md"], found, url))
    for topic in found:
        lists[f"{topic.page}.md"] += contents(topic.pages)
    texts["index.md"] += "".join(front(found))
    for name, text in {**texts, **lists}.items():
        head = ORPHAN if _is_example(name, found) else ""
        _write(pages / name, head + text + _below(name.removesuffix(".md"), texts))
    _write(pages / "404.md", ORPHAN + MISSING)
    for path in DOCS.rglob("*"):
        if path.suffix in PICTURES:
            (pages / path.relative_to(DOCS)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, pages / path.relative_to(DOCS))


def documents() -> list[Path]:
    """Return the files of all pages."""
    return sorted(DOCS.rglob("*.md"))


def llms(index: str, found: list[Topic], url: str) -> str:
    """Return the list of pages for language models (llmstxt.org): each topic with the Markdown of its pages."""
    title, _, rest = index.partition("\n")
    summary = rest.strip().partition("\n\n")[0]
    parts = [title, "\n", f"> {summary}\n"] if not summary.startswith("**") else [title]
    for topic in found:
        items = "\n".join(topic.items)
        parts.append(f"\n## {topic.name}\n\n{_absolute(items, url)}\n")
    return "\n".join(parts).replace("\n\n\n", "\n\n") + "\n"


def _below(page: str, texts: dict[str, str]) -> str:
    """Return the contents of a page that has a folder of its own: the pages in it, by their titles."""
    inner = [name for name in texts if name.startswith(f"{page}/")]
    inner.sort(key=lambda name: texts[f"{page}.md"].find(f"{name.removeprefix(page.rpartition('/')[0] + '/')})"))
    titles = [(texts[name].partition("\n")[0].removeprefix("# "), name.removesuffix(".md")) for name in inner]
    return contents(titles) if titles else ""


def _absolute(items: str, url: str) -> str:
    return items.replace("](", f"]({url}") if url else items


def _is_example(name: str, found: list[Topic]) -> bool:
    """Whether a page is of an example that pages link to, and the navigation does not list."""
    listed = {page for topic in found for _, page in topic.pages}
    return name.startswith("examples/") and name.removesuffix(".md") not in listed


def _list_of(topic: Topic) -> str:
    return f"# {topic.name}\n\n{moved(chr(10).join(topic.items), 'topics')}\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
