"""Entry points without an installation: the part of a wheel that makes a plug-in known."""

from collections.abc import Mapping
from importlib import invalidate_caches
from pathlib import Path


def publish(folder: Path, distribution: str, groups: Mapping[str, Mapping[str, str]]) -> None:
    """Write what an installed distribution leaves beside its packages; it counts once the folder is on `sys.path`."""
    info = folder / f"{distribution.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n", encoding="utf-8")
    lines = [
        line
        for group, entries in groups.items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in entries.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    invalidate_caches()
