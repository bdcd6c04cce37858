"""Each folder of tests mirrors the package that its tests are of."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
OTHERS = {
    "adapters",
    "docs",
    "simulation",
    "simulation/budgets",
    "simulation/held",
    "simulation/opt_outs",
    "simulation/route",
    "simulation/second_try",
    "soak",
}
"""Folders of tests that mirror no package: of all adapters, of the pages, of the core, simulated and in processes."""


def packages() -> set[str]:
    """Return the folders that tests may be in."""
    core = (path.relative_to(ROOT / "smsgate") for path in (ROOT / "smsgate").rglob("*") if path.is_dir())
    vendors = (path.name.removeprefix("smsgate_") for path in (ROOT / "adapters").iterdir())
    return {*map(str, core), *(f"adapters/{vendor}" for vendor in vendors)}


def unmatched(tests: Path) -> set[str]:
    """Return the folders with Python modules that mirror no package."""
    folders = {path.parent.relative_to(tests) for path in tests.rglob("*.py")}
    return {str(folder) for folder in folders} - packages() - OTHERS - {"."}


def test_each_folder_of_tests_mirrors_a_package() -> None:
    assert unmatched(ROOT / "tests") == set()


def test_a_folder_that_mirrors_no_package_is_found(tmp_path: Path) -> None:
    for folder in ("journal/sqlite", "adapters/salesmsg", "adapters/hooli", "journal/shared"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "test_it.py").touch()
    assert unmatched(tmp_path) == {"adapters/hooli", "journal/shared"}
