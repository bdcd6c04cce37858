"""Write everything that is computed, in one process, as each start and its imports take seconds. Run by `make docs`."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from docs import diagrams, failures, generate


def main() -> None:
    """Write the pages and pictures; the vendors' pages have parts of two programs, so one follows the other."""
    write([*generate.pages(), generate.stub(), *diagrams.files()])
    with ThreadPoolExecutor(len(failures.VENDORS)) as threads:  # sandboxes make vendors wait
        write(list(threads.map(failures.page, failures.VENDORS)))


def write(files: list[tuple[Path, str]]) -> None:
    """Write each file with its text."""
    for path, text in files:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
