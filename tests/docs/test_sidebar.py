"""The navigation is rendered once, and shown as seen from each page."""

from docs.site.sidebar import seen_from

BOX = '<input class="toctree-checkbox" type="checkbox"{checked}/>'


def item(level: int, address: str, *, classes: str = "", checked: str | None = None) -> str:
    """Return an item as the theme writes it; one with others below has a box."""
    link = "current reference internal" if address == "#" else "reference internal"
    box = "" if checked is None else BOX.format(checked=checked)
    return f'<li class="toctree-l{level}{classes}"><a class="{link}" href="{address}">Title</a>{box}'


def test_a_page_and_those_above_it_are_marked_and_open_and_addresses_are_relative_to_it() -> None:
    tree = [
        item(1, "topics/a.html", classes=" has-children", checked=""),
        item(2, "how-to/x.html"),
        item(1, "topics/b.html", classes=" has-children", checked=""),
        item(2, "how-to/y.html"),
    ]
    assert seen_from("how-to/y", "<ul>".join(tree)) == "<ul>".join(
        [
            item(1, "../topics/a.html", classes=" has-children", checked=""),
            item(2, "../how-to/x.html"),
            item(1, "../topics/b.html", classes=" current has-children", checked=' checked=""'),
            item(2, "#", classes=" current current-page"),
        ]
    )


def test_a_page_that_the_navigation_does_not_have_marks_none() -> None:
    assert seen_from("404", item(1, "topics/a.html")) == item(1, "topics/a.html")
