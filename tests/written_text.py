"""What a reader meets: the pages, and the comments, docstrings and texts of the programs."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = [
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "SECURITY.md",
]
SOURCES = sorted(
    path for folder in ("smsgate", "adapters", "benchmarks", "docs") for path in (ROOT / folder).rglob("*.py")
)


def comments(program: str) -> Iterator[tuple[int, str]]:
    block: list[str] = []
    last = 0
    for token in tokenize.generate_tokens(io.StringIO(program).readline):
        if token.type == tokenize.COMMENT:
            if block and token.start[0] > last + 1:
                yield last - len(block) + 1, "\n".join(block)
                block = []
            block.append(token.string.lstrip("#: "))
            last = token.start[0]
    if block:
        yield last - len(block) + 1, "\n".join(block)


def docstrings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and (said := ast.get_docstring(node, False)):
            yield node.body[0].lineno, said


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give each string, joined where it is written in parts; a value of an enumeration comes with its name."""
    inner = ast.iter_child_nodes(tree)
    match tree:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(value))) if name.isupper():
            yield tree.lineno, f'{name} = "{value}"'
            return
        case ast.JoinedStr(values=parts):
            yield tree.lineno, "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
            inner = (part for part in inner if not isinstance(part, ast.Constant))
        case ast.Constant(value=str(value)):
            yield tree.lineno, value
        case _:
            pass
    for node in inner:
        yield from strings(node)


def helps(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give the help text of each option and argument of a command."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "help":
            yield from strings(node.value)


_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_ITEM = re.compile(r"^\s*([-*]|\d+\.)\s+(\[[ x]\]\s+)?")
_NO_PROSE = re.compile(r"^\s*(#|\||<|!\[|={3,}|-{3,}|.*[─=]{3,})")
_END_OF_SENTENCE = re.compile(r"""(?<=[.!?])["')\]]*\s+(?=["'(\[]*(?:[A-Z0-9]|smsgate\b))""")


def paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Give each paragraph and each item of a list on one line, with its first line; no code, heading or table."""
    lines: list[str] = []
    start, fence, in_table = 0, "", False
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and line.strip() == mark[1]:
            fence = ""
        is_code = bool(mark or fence) or (not lines and line.startswith("    ") and not _ITEM.match(line))
        in_table = bool(line.strip()) and (in_table or (not lines and bool(_NO_PROSE.match(line))))
        if lines and (is_code or in_table or not line.strip() or _ITEM.match(line) or _NO_PROSE.match(line)):
            yield start, " ".join(lines)
            lines = []
        if not (is_code or in_table or not line.strip() or _NO_PROSE.match(line)):
            start = start if lines else number
            lines.append(_ITEM.sub("", line).strip())


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Give each sentence with the first line of its paragraph; code, or a list of it, is a word, a link is its text."""
    for start, paragraph in paragraphs(text):
        prose = re.sub(r"``.+?``|`[^`]+`", "CODE", paragraph)
        prose = re.sub(r"!?\[([^\[\]]*)\]\([^()\s]*\)", r"\1", prose)
        prose = re.sub(r"CODE(,? (and |or )?CODE)+", "CODE", prose)
        for sentence in _END_OF_SENTENCE.split(prose.replace("**", "")):
            yield start, sentence
