"""Each link of each page leads to something, in the repository and on the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.site.links import DOCS, ROOT, BrokenLinkError, anchors, for_site, moved, targets
from docs.site.navigation import topics
from docs.site.staging import documents

PAGES = [*documents(), *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_of_a_page_leads_to_a_file_and_a_heading_that_are_there(page: Path) -> None:
    for_site(page.read_text(encoding="utf-8"), page)


def test_a_link_to_no_file_and_to_no_heading_is_found_with_its_line() -> None:
    page = DOCS / "how-to/start.md"
    with pytest.raises(BrokenLinkError, match=r"start.md:3: there is no nowhere.md"):
        for_site("# Start\n\n[there](nowhere.md)\n", page)
    with pytest.raises(BrokenLinkError, match=r"start.md:1: README.md has no heading #nothing"):
        for_site("[there](../../README.md#nothing)", page)
    with pytest.raises(BrokenLinkError, match=r"start.md:1: there is no \.\./\.\./\.\./etc"):
        for_site("[there](../../../etc)", page)


def test_links_between_pages_stay_and_others_lead_to_the_repository() -> None:
    page = DOCS / "how-to/start.md"
    kept = "[a](../index.md) ![b](../images/inbox.png) [c](https://example.com/x.py) `[d](e.py)`\n"
    code = "```toml\n[x](nowhere)\n```\n"
    assert for_site(kept + code, page) == kept + code
    assert for_site("[x](../examples/shop) [y](../../README.md#install)", page) == (
        "[x](https://github.com/smsgate/smsgate/tree/main/docs/examples/shop) "
        "[y](https://github.com/smsgate/smsgate/blob/main/README.md#install)"
    )


def test_anchors_are_the_repositorys() -> None:
    assert anchors("# A `b`: c\n## [Link](x.md), twice\n## Link twice\n```\n# code\n```\n") == {
        "a-b-c",
        "link-twice",
        "link-twice-1",
    }


def test_a_list_that_is_moved_to_a_folder_leads_where_it_did() -> None:
    assert moved("[a](b/c.md) [d](https://e)", "topics") == "[a](../b/c.md) [d](https://e)"


def test_the_index_lists_every_page_under_a_topic() -> None:
    listed = {page for topic in topics((DOCS / "index.md").read_text("utf-8")) for _, page in topic.pages}
    pages = {str(page.relative_to(DOCS)).removesuffix(".md") for page in documents()}
    below = {page for page in pages if page.rpartition("/")[0] in listed}  # listed by the page that has the folder
    assert {page for page in pages - below if not page.startswith("examples/")} - listed == {"index"}


def test_each_page_of_an_example_is_reached_from_a_page_of_the_site() -> None:
    reached = {
        (page.parent / target).resolve()
        for page in documents()
        for target in targets(page.read_text("utf-8"))
        if "examples/" in target
    }
    examples = [page for page in documents() if page.is_relative_to(DOCS / "examples")]
    assert [page for page in examples if not {page, page.parent} & reached] == []


def test_topics_have_the_names_of_the_index_without_the_word_for_tasks() -> None:
    [first, second] = topics(
        "# X\n\n**How to: send texts**\n\n- [A: b](c/d.md), and [e](f.md)\n\n**Vendors**\n\n- no\n"
    )
    assert (first.name, first.page, first.is_tasks) == ("Send texts", "topics/send-texts", True)
    assert first.pages == [("A", "c/d"), ("e", "f")]
    assert (second.name, second.is_tasks, second.pages) == ("Vendors", False, [])
