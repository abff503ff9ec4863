"""What a build reads, and whether a dataset was built from it: told by meaning, so that a comment never rebuilds.

The files are compared byte by byte first; only where something differs are comments and layout left out: of a module
what it compiles to, of a Turtle file its tokens. Registers, queries and pages are no inputs of a build, nor is the
program that shows them.
"""

from __future__ import annotations

import hashlib
import marshal
import py_compile
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from importlib.util import cache_from_source
from pathlib import Path
from types import CodeType

from policygraph.errors import StorageError
from policygraph.keeping.dataset.manifest import Manifest
from policygraph.keeping.workspace import Workspace, open_workspace
from policygraph.keeping.writing import write_file

PACKAGE = Path(__file__).parents[2]
PROGRAM = ("text", "reading", "graph", "judging", "keeping")
"""The floors whose modules have a part in what a build writes."""
BUILT_FROM = "built-from"
"""A file beside a dataset: the digest of the bytes last found to mean what it was built from."""


def is_current(folder: Path, manifest: Manifest, workspace: Workspace | None = None) -> bool:
    """Whether a dataset was built from what the files say now; a changed comment or a moved line changes nothing."""
    workspace = workspace or open_workspace()
    digest = _digest(workspace, _bytes_of)
    noted = folder / BUILT_FROM
    if noted.is_file() and noted.read_text(encoding="utf-8").split() == [digest, manifest.inputs]:
        return True
    if fingerprint(workspace) != manifest.inputs:
        return False
    with suppress(StorageError):  # a folder that cannot be written is read by meaning each time
        write_file(noted, f"{digest} {manifest.inputs}\n".encode())
    return True


def fingerprint(workspace: Workspace | None = None) -> str:
    """The sha256 of the meaning of everything a build reads, the program that reads it included."""
    return _digest(workspace or open_workspace(), _meaning_of)


def list_inputs(workspace: Workspace) -> tuple[tuple[str, Path], ...]:
    """The files that a build reads, sorted, each with its place: below the package, the ground or its workspace."""
    modules = [path for floor in PROGRAM for path in (PACKAGE / floor).rglob("*.py")]
    modules += [PACKAGE / "namespaces.py", PACKAGE / "errors.py"]
    files = [(workspace.ground, "", path) for path in (workspace.ground / "ontology").rglob("*.ttl")]
    for one in workspace.all:
        ground = one.root.is_relative_to(workspace.ground)
        origin, prefix = (workspace.ground, "") if ground else (one.root, one.base)
        files += [(origin, prefix, path) for path in one.list_files()]
    return (
        *sorted((path.relative_to(PACKAGE).as_posix(), path) for path in modules),
        *sorted((prefix + path.relative_to(origin).as_posix(), path) for origin, prefix, path in files),
    )


def _digest(workspace: Workspace, read: Callable[[Path], Iterable[bytes]]) -> str:
    digest = hashlib.sha256()
    for name, path in list_inputs(workspace):
        digest.update(name.encode() + b"\0")
        for part in read(path):
            digest.update(part + b"\0")
    return digest.hexdigest()


def _bytes_of(path: Path) -> Iterable[bytes]:
    return (path.read_bytes(),)


def _meaning_of(path: Path) -> Iterable[bytes]:
    """What a file says without its comments and layout; its bytes where that cannot be told."""
    try:
        if path.suffix == ".py":
            return (marshal.dumps(_strip_code(_compile(path)), _PLAIN),)
        if path.suffix == ".ttl":
            return (strip_turtle(path.read_text(encoding="utf-8")).encode(),)
    except (SyntaxError, UnicodeDecodeError):
        pass  # a build says what is wrong with it
    return _bytes_of(path)


def _compile(path: Path) -> CodeType:
    """What a module compiles to; as Python has kept it, where that cannot be of another text.

    Python takes what it kept for current by the second and the size of the source alone. What was kept at least
    ``_SURE_SECONDS`` after the source was last written cannot be of a text that was changed within that second; what
    was kept sooner is kept again.
    """
    kept = Path(cache_from_source(str(path)))
    if kept.is_file() and kept.stat().st_mtime - path.stat().st_mtime < _SURE_SECONDS:
        code = compile(path.read_bytes(), path.name, "exec", dont_inherit=True)
        if not sys.dont_write_bytecode:
            with suppress(OSError, py_compile.PyCompileError):
                py_compile.compile(str(path), doraise=True)
        return code
    loaded = SourceFileLoader(path.stem, str(path)).get_code(path.stem)
    assert loaded is not None, "a source has code"
    return loaded


_SURE_SECONDS = 2


_PLAIN = 2
"""The format of marshal that writes a value alike however often, and by how many, it is held."""


def _strip_code(code: CodeType) -> CodeType:
    """What a module compiles to, without the lines and the file it came from, and with sets in order."""
    constants = tuple(map(_strip_constant, code.co_consts))
    return code.replace(co_filename="", co_firstlineno=0, co_linetable=b"", co_consts=constants)


def _strip_constant(constant: object) -> object:
    if isinstance(constant, CodeType):
        return _strip_code(constant)
    return ("frozenset", *sorted(map(repr, constant))) if isinstance(constant, frozenset) else constant


# a stretch with single blanks only: ex:a "a # b"@zh ; · """two\nlines # here""" · <https://example.org/x#y>;
# not: # a comment and what is blank around it
_STRETCHES = re.compile(
    r'''
    ( (?: [^\s"'<\\\#]++
        | [ ] (?= [^\s\#] )
        | """ (?: [^"\\]++ | \\. | "(?!"") )*+ """
        | \'\'\' (?: [^'\\]++ | \\. | '(?!\'\') )*+ \'\'\'
        | " [^"\\\n\r]*+ (?: \\. [^"\\\n\r]*+ )*+ "
        | ' [^'\\\n\r]*+ (?: \\. [^'\\\n\r]*+ )*+ '
        | < [^<>"{}|^`\\\s]*+ >
        | \\.
        | [^\s\#] )+ )
    | (?: \s++ | \#[^\n\r]*+ )++
    ''',
    re.VERBOSE | re.DOTALL,
)


def strip_turtle(text: str) -> str:
    """Turtle with each comment and run of blanks as one space; strings and IRIs as they are (Turtle 1.1, section 6).

    >>> strip_turtle('<a#b>  ex:c "d # e" . # f')
    '<a#b> ex:c "d # e" .'
    """
    if any(sign in text for sign in _SPREADING):
        return _strip(text)
    # no string spans lines: most lines hold neither a comment nor a run of blanks, and stand as they are
    lines = (_strip(line) if "#" in line or "  " in line else line for line in map(str.strip, text.split("\n")))
    return " ".join(filter(None, lines))


_SPREADING = ('"""', "'''", "\t", "\r")


def _strip(text: str) -> str:
    return " ".join(filter(None, _STRETCHES.findall(text.lstrip())))
