"""The navigation is rendered once, and shown as seen from each page."""

from docs.site.sidebar import seen_from

LINE = '<li class="toctree-l{level}{current}"><a class="{link}" href="{address}">'


def item(level: int, address: str, *, current: str = "") -> str:
    link = "current reference internal" if address == "#" else "reference internal"
    return LINE.format(level=level, current=current, link=link, address=address)


def test_a_page_and_those_above_it_are_marked_and_addresses_are_relative_to_it() -> None:
    tree = [item(1, "topics/a.html"), item(2, "how-to/x.html"), item(1, "topics/b.html"), item(2, "how-to/y.html")]
    assert seen_from("how-to/y", "<ul>".join(tree)) == "<ul>".join(
        [
            item(1, "../topics/a.html"),
            item(2, "../how-to/x.html"),
            item(1, "../topics/b.html", current=" current"),
            item(2, "#", current=" current"),
        ]
    )


def test_a_page_that_the_navigation_does_not_have_marks_none() -> None:
    assert seen_from("404", item(1, "topics/a.html")) == item(1, "topics/a.html")
