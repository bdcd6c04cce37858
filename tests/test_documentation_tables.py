import runpy
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def test_the_tables_of_the_documentation_are_what_the_adapters_say() -> None:
    pages = dict(runpy.run_path(str(DOCS / "generate.py"))["pages"]())
    assert DOCS / "adapters/zoomconnect.md" in pages
    for path, text in pages.items():
        assert path.read_text(encoding="utf-8") == text, "run `make docs`"


def test_every_adapter_has_a_page_with_its_table() -> None:
    generate = runpy.run_path(str(DOCS / "generate.py"))
    for name in generate["names"]():
        assert generate["BEGIN"] in (DOCS / f"adapters/{name}.md").read_text(encoding="utf-8")
