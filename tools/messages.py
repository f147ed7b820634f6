"""Brings the catalogue in archive/messages up to the code: `python -m tools.messages` (`make messages`).

What the code says and `vi.po` lacks is added with an empty translation, what nothing says any more is dropped, and each
entry names the files it is said in. `--check` changes nothing and exits 1 where something is missing or unused.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from errno import EACCES, ECONNREFUSED, EEXIST, EISDIR, EMFILE, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, EROFS
from functools import cache
from pathlib import Path

import click

from archive.cli.program import ROLES
from archive.errors import ArchiveError
from archive.messages.message import Entry, catalogue_file, entries

ROOT = Path(__file__).parent.parent
SYSTEM = (ENOSPC, EACCES, EROFS, ENOENT, EISDIR, ENOTDIR, EEXIST, ENAMETOOLONG, EMFILE, ECONNREFUSED)
"""Errors of the operating system that people meet: `reason_of` says them."""
TOML = ("Invalid value", "Invalid statement")
"""What tomllib finds wrong, most often."""
CLICK = ("exceptions.py", "parser.py", "types.py")
"""Where click has what it says of a command line; `archive.cli.program` lets it speak through the catalogue."""
CLICK_BESIDE = (
    "Missing command.",
    "Got unexpected extra argument ({args})",
    "Got unexpected extra arguments ({args})",
)
SPEAKING = {"Message", "tr", "say", "progress", "Progress", "declared", "_of_rows"}
"""Functions whose first argument is a sentence, beside the errors and those of `LATER`; of `option` it is the help;
`declared` is what command modules call `archive.search.question.option`."""
LATER = {"fail": 1, "Option": 1, "_declared": 1, "Operation": 2}
"""Functions with the place of the argument that is a sentence."""
_NO_SENTENCES = {"InstallationError", "Unreadable", "SelectionError"}


@dataclass(slots=True)
class Code:
    """What the code says: sentences with the files they are said in, every other text, and what is said wrongly."""

    said: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    texts: set[str] = field(default_factory=set)
    finished: list[str] = field(default_factory=list)  # f-strings where a sentence and its values belong


@cache
def code() -> Code:
    """All that `archive` and `crawler` say, and what click and the system say through them."""
    found = Code()
    for path in sorted(path for folder in ("archive", "crawler") for path in (ROOT / folder).rglob("*.py")):
        _read(found, path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
    for path in sorted((ROOT / "archive" / "web" / "templates").glob("*.html")):
        found.texts.update(re.findall(r'"([\w.:]+)"', path.read_text(encoding="utf-8")))
    for role, commands in ROLES.items():
        for text in (role, *commands.values()):
            found.said[text].add("archive/cli/program.py")
    for text in (*map(os.strerror, SYSTEM), *TOML):
        found.said[text].add("(system)")
    for text in (*CLICK_BESIDE, *_of_click()):
        found.said[text].add("(click)")
    return found


def missing(known: Iterable[Entry]) -> set[str]:
    """What is said and has no translation among `known`."""
    return {text for text in code().said if _worded(text)} - {one.msgid for one in known if one.msgstr and not one.key}


def unused(known: Iterable[Entry]) -> set[str]:
    """The entries of `known` that nothing says: by their key, or by their sentence."""
    texts = code().texts | code().said.keys()
    starts = tuple(text for text in texts if text.endswith("."))  # t("run.told." ~ name)
    return {
        one.key or one.msgid
        for one in known
        if one.msgid and not (one.key in texts or one.key.startswith(starts) if one.key else one.msgid in texts)
    }


def _read(found: Code, name: str, tree: ast.Module) -> None:
    assigned: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name):
                parts = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
                assigned[target.id].update(text for part in parts for text in _constants(part))
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.texts.add(node.value)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            told = inspect.cleandoc(ast.get_docstring(node) or "")
            parts = [" ".join(part.split()) for part in told.split("\n\n") if part]
            found.texts.update(parts)
            if any(_is_command(one) for one in node.decorator_list):
                for part in parts:
                    found.said[part].add(name)
    for node in ast.walk(tree):
        for text in _sentences(node) if isinstance(node, ast.Call) else ():
            if isinstance(text, ast.JoinedStr):
                found.finished.append(f"{name}:{text.lineno}")
            for sentence in _assigned(text, assigned) or _constants(text):
                found.said[sentence].add(name)


def _is_command(decorator: ast.expr) -> bool:
    """Whether a decorator makes a command, whose docstring is its help."""
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    return getattr(made, "id", getattr(made, "attr", "")) in ("command", "group")


def _sentences(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call that are sentences for people."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name in SPEAKING | _errors():
        yield from call.args[:1]
    elif name in LATER:
        yield from call.args[LATER[name] :][:1]
    elif name == "option":
        yield from (word.value for word in call.keywords if word.arg == "help")
        yield from (one for one in call.args[:1] if not any(text.startswith("-") for text in _constants(one)))


def _errors() -> set[str]:
    """The errors that people see, those of other modules too."""
    found, waiting = set[str](), [ArchiveError]
    while waiting:
        kind = waiting.pop()
        found.add(kind.__name__)
        waiting += kind.__subclasses__()
    return found - _NO_SENTENCES | {"DayError", "BusyError", "TooSlowError", "StalledError", "CutOffError"}


def _assigned(node: ast.expr, assigned: dict[str, set[str]]) -> set[str]:
    """What may stand in a variable, or in a table that is looked up (`TABLE[key]`, `TABLE.get(key, other)`)."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        other = {text for part in node.args[1:] for text in _constants(part)}
        return other | _assigned(node.func.value, assigned)
    if isinstance(node, ast.Subscript):
        node = node.value
    return assigned[node.id] if isinstance(node, ast.Name) else set()


def _constants(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _constants(one)
            yield from _constants(other)


def _of_click() -> Iterator[str]:
    for file in CLICK:
        tree = ast.parse((Path(click.__file__).parent / file).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
                yield from (text for part in node.args for text in _constants(part))


def _worded(text: str) -> bool:
    """Whether a sentence has words of its own beside its gaps."""
    return bool(re.search("[a-zA-Z]", re.sub(r"\{[^{}]*\}", "", text)))


def written(known: Iterable[Entry]) -> str:
    """The catalogue brought up to the code: sentences by their text, then labels by their key."""
    known, gone = tuple(known), unused(known)
    head = next(one for one in known if not one.msgid)
    kept = {one.msgid: one for one in known if one.msgid and not one.key and one.msgid not in gone}
    kept |= {text: Entry(text, "") for text in missing(known) if text not in kept}
    labels = sorted((one for one in known if one.key and one.key not in gone), key=lambda one: one.key)
    blocks = [_block(one) for one in (head, *sorted(kept.values(), key=lambda one: one.msgid.casefold()), *labels)]
    return "\n".join(blocks)


def _block(entry: Entry) -> str:
    lines = [f"#: {' '.join(sorted(code().said[entry.msgid]))}"] if entry.msgid in code().said and not entry.key else []
    lines += ["#, fuzzy"] if entry.fuzzy else []
    lines += [f"msgctxt {_quoted(entry.key)}"] if entry.key else []
    return "\n".join([*lines, f"msgid {_quoted(entry.msgid)}", f"msgstr {_quoted(entry.msgstr)}", ""])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main(arguments: list[str]) -> int:
    """Writes the catalogue, or with `--check` says what is missing and unused."""
    path = catalogue_file("vi")
    known = tuple(entries(path.read_text(encoding="utf-8")))
    if "--check" not in arguments:
        path.write_text(written(known), encoding="utf-8")
        known = tuple(entries(path.read_text(encoding="utf-8")))
    for what, texts in (("no translation", missing(known)), ("nothing says", unused(known))):
        for text in sorted(texts):
            print(f"{what}: {text}")
    for place in code().finished:
        print(f"{place}: a finished sentence (f-string): give a sentence and values")
    return 1 if missing(known) or unused(known) or code().finished else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
