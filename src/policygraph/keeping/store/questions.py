"""Named queries: one ``.rq`` file is one question, and its ``#+`` lines say what it is called and what it takes.

The decorators are those of grlc (a small subset of YAML inside comments), so the file stays plain SPARQL that any
endpoint runs. They are read here and nowhere else; the CLI, the pages and the API show what they say. A parameter's
name is the query variable that it binds, and a column's name the variable that it shows: ``parse_query`` refuses a
file where that does not hold, because a misspelt parameter would silently ask for everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

from policygraph.errors import DataError

FOLDER = Path(__file__).parents[2] / "queries"

TYPES = ("document", "measure", "work", "locator", "department", "question", "entity", "date")
"""What a parameter may be; each has its own way from a person's words to the value that is bound."""

JOBS = ("basis", "places", "case", "papers", "data")
"""The jobs that a question may serve, in the order in which they are shown; the last where a file names none."""

MARK = re.compile(r"<(\w+)>")
"""A mark in a phrasing: ``<document>`` stands for any document."""
_NOTE = 100
"""Letters of a line of notes."""
# matches the line "#+ asked:" and its list; not "#+ columns:" after it
_ASKED = re.compile(r"^#\+ asked:\n(?:#\+   .*\n)*", re.MULTILINE)
MARKS = (*TYPES, "since")
"""What a phrasing may leave open: a value of one of the types, or the earlier of two days."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value the question takes: the variable it binds, what it is called, its type, and one that works."""

    name: str
    label: str
    type: str
    required: bool
    example: str
    unasked: tuple[str, frozenset[str]] | None = None
    """Where the value is not given: a column, and what it must hold in the rows that are kept; None for all rows."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer: its name (the contract) and its heading for people."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A question: its name, what it says of itself in Chinese and English, what it takes and gives, and its SPARQL.

    ``kinds`` are the kinds of curated content that its answer rests on: where a document was not read to its end for
    one of them, no row does not mean no rule.
    """

    name: str
    summary_zh: str
    summary_en: str
    description_zh: str
    description_en: str
    """What its columns mean and what to beware of; the English puts what a program reads in backticks."""
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str
    kinds: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    """How people put the question, in Chinese and English, with marks for what it takes: ``<measure>的依据是什么``."""
    sentence_zh: str = ""
    sentence_en: str = ""
    """The phrasing by which it is shown: the first in each language; empty where there is none."""
    job: str = JOBS[-1]

    @property
    def shown(self) -> str:
        """Its file as people read and change it: without the many phrasings by which it is recognised."""
        return _ASKED.sub("", self.text)

    @property
    def shown_en(self) -> str:
        """The same for who reads no Chinese: what it answers and takes in English, then the query without its notes."""
        takes = "; ".join(
            f"{one.name} ({'required, ' if one.required else ''}such as {one.example})" for one in self.parameters
        )
        told = [self.summary_en, self.description_en.replace("`", ""), f"Parameters: {takes}." if takes else ""]
        notes = [line for text in told if text for line in wrap(text, _NOTE, break_long_words=False)]
        query = [line for line in self.text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        return "\n".join([*(f"# {line}" for line in notes), *query]) + "\n"

    @property
    def about_entity(self) -> bool:
        """Whether the question is about an enterprise: never asked by address, answered with a register only."""
        return any(parameter.type == "entity" for parameter in self.parameters)


def load_queries(folder: Path = FOLDER) -> tuple[NamedQuery, ...]:
    """Every named query of a folder, by name; empty when the folder has none.

    >>> [query.summary_zh for query in load_queries() if query.name == "legal-bases"]
    ['法律及政策依据']
    """
    return tuple(parse_query(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.rq")))


def parse_query(name: str, text: str) -> NamedQuery:
    """Read a query file's decorators and check them against its SELECT line.

    Errors: ``DataError`` that names the file and the line or variable at fault.
    """
    place = f"queries/{name}.rq"
    scalars, lists = _parse_decorators(place, text)
    zh, _, en = scalars.get("summary", "").partition(" / ")
    if not (zh and en and scalars.get("description") and scalars.get("description_en")):
        raise DataError(place, "缺少 summary（中文 / English）、description 或 description_en", "请在文件头补上 #+ 行")
    parameters = tuple(
        Parameter(
            name=p.get("name", ""),
            label=p.get("label", ""),
            type=p.get("type", ""),
            required=p.get("required") == "true",
            example=p.get("example", ""),
            unasked=_parse_unasked(p.get("unasked", "")),
        )
        for p in lists.get("params", ())
    )
    columns = tuple(Column(key, label) for item in lists.get("columns", ()) for key, label in item.items())
    selected = _projection(text)
    for parameter in parameters:
        if parameter.type not in TYPES:
            raise DataError(
                place, f"参数 {parameter.name} 的类型 {parameter.type!r} 不认识", f"可用 {'、'.join(TYPES)}"
            )
        if parameter.name not in selected:
            raise DataError(place, f"参数 {parameter.name} 不是 SELECT 的变量", "参数按同名变量绑定，请把它加进 SELECT")
        if parameter.unasked is not None and parameter.unasked[0] not in selected:
            raise DataError(place, f"unasked 的列 {parameter.unasked[0]} 不是 SELECT 的变量", "写成 列名=值|值")
    if tuple(column.name for column in columns) != selected:
        raise DataError(place, "columns 与 SELECT 的变量不一致", "两处须同名同序")
    kinds = tuple(item.get("kind", "") for item in lists.get("curated", ()))
    asked = tuple(words for item in lists.get("asked", ()) for words in item.values())
    for mark in (found for words in asked for found in MARK.findall(words)):
        if mark not in MARKS:
            raise DataError(place, f"asked 的标记 <{mark}> 不认识", f"可用 {'、'.join(MARKS)}")
    job = scalars.get("job", JOBS[-1])
    if job not in JOBS:
        raise DataError(place, f"job {job!r} 不认识", f"可用 {'、'.join(JOBS)}")
    first = {tag: words for item in reversed(lists.get("asked", ())) for tag, words in item.items()}
    return NamedQuery(
        name, zh, en, scalars["description"], scalars["description_en"], parameters, columns, text, kinds, asked,
        sentence_zh=first.get("zh", ""), sentence_en=first.get("en", ""), job=job,
    )  # fmt: skip


def _parse_unasked(written: str) -> tuple[str, frozenset[str]] | None:
    """The column and values of ``via=cited|in-force``; None where nothing is written."""
    column, equals, values = written.partition("=")
    return (column, frozenset(values.split("|"))) if equals else None


# #+ summary: 措施 / Measures · #+   - name: document · #+     type: document;  not: # 谁可以改：法制人员
_DECORATOR = re.compile(
    r"""^\#\+\ (?P<indent>\ *)(?P<item>-\ )?(?P<key>[a-z_]+):(?:\ (?P<value>.+))?$""",
    re.VERBOSE,
)


def _parse_decorators(place: str, text: str) -> tuple[dict[str, str], dict[str, list[dict[str, str]]]]:
    scalars: dict[str, str] = {}
    lists: dict[str, list[dict[str, str]]] = {}
    current: list[dict[str, str]] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#+"):
            continue
        match = _DECORATOR.match(line)
        if match is None:
            raise DataError(f"{place}:{number}", f"看不懂的 #+ 行: {line}", "写成 #+ 键: 值 或 #+   - 键: 值")
        key, value = match["key"], (match["value"] or "").strip()
        if not match["indent"]:
            current = None
            if value in ("", "[]"):
                current = lists.setdefault(key, [])
            else:
                scalars[key] = value
        elif current is None or not (match["item"] or current):
            raise DataError(f"{place}:{number}", "这一行不属于任何列表", "上面应有 #+ params: 或 #+ columns:")
        elif match["item"]:
            current.append({key: value})
        else:
            current[-1][key] = value
    return scalars, lists


# SELECT ?measure ?document⏎  ?notation⏎WHERE;  not: a SELECT inside braces
_SELECT = re.compile(r"^SELECT(?:\s+DISTINCT)?(?P<variables>(?:\s+\?[a-z_]+)+)\s+WHERE", re.MULTILINE)


def _projection(text: str) -> tuple[str, ...]:
    match = _SELECT.search(text)
    return tuple(_variables(match["variables"])) if match else ()


def _variables(line: str) -> Iterator[str]:
    for word in line.split():
        yield word.removeprefix("?")
