"""What two versions of the program read in the same documents: gains and losses, document by document.

    python tests/benchmarks/bench_reading.py FOLDER                      # what this checkout reads in each document
    python tests/benchmarks/bench_reading.py FOLDER --against CHECKOUT   # and what another one read: + gained, - lost

Each version is the real program in a process of its own (``parse FILE --format json``), started from its own source;
``CHECKOUT`` is another working tree, as of ``git worktree add FOLDER COMMIT``. Counted are what ``parse`` promises:
the header (title, number, date, issuers), the labels of clauses, citations with a place or number, departments,
measures, tables, and problems raised. A thing counts as the same where its words are; what another version wrote of the
same words in another way is therefore both gained and lost, and is to be read by eye. There is no key to the documents:
whether a gain is right is told by its words, which are printed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("header", "clauses", "citations", "departments", "measures", "tables", "problems")
SHOWN = 3
"""Gains and losses of a kind that are printed of each document."""


def read(checkout: Path, document: Path) -> dict[str, Any] | None:
    """What the program of a checkout says of a document; None when it refuses it."""
    with (checkout / "pyproject.toml").open("rb") as file:
        module, function = tomllib.load(file)["project"]["scripts"]["policygraph"].split(":")
    run = f"import sys; sys.argv[0] = 'policygraph'; from {module} import {function}; sys.exit({function}())"
    done = subprocess.run(
        [sys.executable, "-c", run, "parse", str(document), "--format", "json"],
        env={**os.environ, "PYTHONPATH": str(checkout / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return None
    return found


def list_things(found: dict[str, Any] | None) -> dict[str, set[str]]:
    """By kind, each thing in one line of words."""
    things: dict[str, set[str]] = {kind: set() for kind in KINDS}
    if found is None:
        return things
    for name in ("title", "number", "date"):
        things["header"] |= {f"{name} {found[name]}"} if found.get(name) else set()
    things["header"] |= {f"issuer {text_of(issuer)}" for issuer in found.get("issuers", ())}
    things["clauses"] = {clause["id"] for clause in found.get("clauses", ()) if clause.get("label")}
    for citation in found.get("citations", ()):
        if citation.get("role") == "self":
            continue
        title = citation.get("title") or ""
        numbered = citation.get("number") or ""
        places = citation.get("locators") or ("",)
        things["citations"] |= {" ".join(filter(None, (title, numbered, text_of(place)))) for place in places}
    things["departments"] = {text_of(one) for one in found.get("departments", ())}
    things["measures"] = {
        f"{one.get('notation')} {one.get('title') or ''}".strip() for one in found.get("measures", ())
    }
    things["tables"] = {
        f"{len(one.get('rows', ()))} rows: {'|'.join(map(str, one.get('header') or ()))}"
        for one in found.get("tables", ())
    }
    things["problems"] = {f"{one['code']} {one['start']}" for one in found.get("problems", ())}
    return things


def text_of(thing: object) -> str:
    """The words of what stands as text or as a record with its words."""
    if isinstance(thing, dict):
        return str(thing.get("as_written") or thing.get("text") or thing.get("name") or thing)
    return str(thing)


def report(document: Path, now: dict[str, set[str]], then: dict[str, set[str]] | None) -> None:
    """A row of the table, and below it what was gained and lost."""
    if then is None:
        print(f"| {document.name} | " + " | ".join(str(len(now[kind])) for kind in KINDS) + " |")
        return
    cells = []
    for kind in KINDS:
        gained, lost = len(now[kind] - then[kind]), len(then[kind] - now[kind])
        cells.append(f"{len(then[kind])} → {len(now[kind])} (+{gained} -{lost})")
    print(f"| {document.name} | " + " | ".join(cells) + " |")


def show(document: Path, now: dict[str, set[str]], then: dict[str, set[str]]) -> None:
    """Some of the words that were gained and lost."""
    print(f"\n{document.name}")
    for kind in KINDS:
        for sign, words in (("+", now[kind] - then[kind]), ("-", then[kind] - now[kind])):
            if words:
                more = f" … {len(words) - SHOWN} more" if len(words) > SHOWN else ""
                print(f"  {sign} {kind}: {'; '.join(shorten(sorted(words)[:SHOWN]))}{more}")


def shorten(words: Iterable[str]) -> list[str]:
    """Words that fit a line."""
    return [word if len(word) <= 60 else f"{word[:57]}…" for word in (" ".join(one.split()) for one in words)]


def main() -> None:
    """Read every document of a folder with one version or two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="documents; files that end in .source.txt are notes on them")
    parser.add_argument("--against", type=Path, help="another checkout of the program")
    chosen = parser.parse_args()
    documents = sorted(
        path
        for path in chosen.folder.iterdir()
        if path.suffix in (".txt", ".md", ".html", ".json", ".docx", ".pdf") and not path.name.endswith(".source.txt")
    )
    print("| document | " + " | ".join(KINDS) + " |")
    print("|---" * (len(KINDS) + 1) + "|")
    pairs = []
    for document in documents:
        now = list_things(read(ROOT, document))
        then = list_things(read(chosen.against.resolve(), document)) if chosen.against else None
        report(document, now, then)
        if then is not None:
            pairs.append((document, now, then))
    for document, now, then in pairs:
        show(document, now, then)


if __name__ == "__main__":
    main()
