"""A file or a folder of statute texts: each read, matched to a registered work and text, and kept, with a receipt.

Every file that was seen is added, already there, or refused with its reason: nothing is passed over in silence but
what an operating system hides (names that begin with a dot). All texts are written together at the end, so a disk
that fails leaves the library as it was. The registry comes from the dataset that answers; a work it does not know
goes, when asked for, into the user's own library and nowhere else. No conclusion is touched: questions are answered
from the dataset, and the library holds words only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from policygraph.errors import DataError, InputError, LimitError, PolicygraphError
from policygraph.judging.law.editions import (
    Choice,
    Edition,
    Heading,
    Work,
    choose_edition,
    compare_count,
    find_work,
    read_heading,
    split_front,
    weigh_days,
)
from policygraph.judging.law.quotations import Statute, Unplaced, read_statute
from policygraph.keeping.library import (
    OwnWork,
    StatuteText,
    list_texts,
    list_works,
    load_text,
    read_text,
    render_text,
    render_work,
)
from policygraph.keeping.store import Store
from policygraph.keeping.writing import write_files
from policygraph.namespaces import slug_of
from policygraph.reading.citations import title_keys
from policygraph.reading.patterns import forms_of
from policygraph.reading.vocabulary import Vocabulary

KINDS = (".docx", ".html", ".htm", ".xhtml", ".md", ".markdown", ".txt")
"""The kinds of files that are read, by the ending of the name."""
MOST_FILES = 20_000
"""How many files a folder may hold; the largest public collection known to us has below 5,000."""
MOST_BYTES = 400_000_000
"""How many bytes one import may write."""

_WORKS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX pg: <https://w3id.org/policygraph/ns#>
SELECT ?work ?title ?variant WHERE {
  ?work a pg:Work ; dcterms:title ?title FILTER(LANG(?title) IN ("zh", ""))
  OPTIONAL { ?work pg:titleVariant ?variant FILTER(LANG(?variant) IN ("zh", "")) }
} ORDER BY ?work ?title ?variant
"""
_EDITIONS = """
PREFIX eli: <http://data.europa.eu/eli/ontology#>
PREFIX pg: <https://w3id.org/policygraph/ns#>
SELECT ?work ?date ?from ?articles WHERE {
  ?version pg:versionOf ?work ; eli:date_document ?date .
  OPTIONAL { ?version pg:inForceFrom ?from } OPTIONAL { ?version pg:articleCount ?articles }
} ORDER BY ?work ?date
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file whose text lies in the library now: ``state`` is added, replaced or present (nothing was written)."""

    file: str
    title: str
    text: StatuteText
    place: Path
    state: str
    notes: tuple[str, ...]
    unplaced: tuple[Unplaced, ...]

    @property
    def articles(self) -> int:
        """How many articles the text has."""
        return count_articles(self.text)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file whose text was not kept: why, and what to do."""

    file: str
    cause: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of every file seen, in the order of their names."""

    kept: tuple[Kept, ...]
    refused: tuple[Refused, ...]

    @property
    def added(self) -> int:
        """How many texts were written."""
        return sum(item.state != "present" for item in self.kept)

    @property
    def present(self) -> int:
        """How many lay in the library already, word for word."""
        return len(self.kept) - self.added

    @property
    def seen(self) -> int:
        """How many files were looked at: added, present and refused together."""
        return len(self.kept) + len(self.refused)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user says of the files: the work, the date of the text, and whether unknown ones are registered."""

    work: str | None = None
    date: str | None = None
    new: bool = False


def load_works(store: Store) -> tuple[Work, ...]:
    """The registered works with their titles and dated texts, by slug."""
    works: dict[str, Work] = {}
    for iri, title, variant in store.select(_WORKS):
        slug = slug_of(str(iri)).removeprefix("law/")
        known = works.get(slug) or Work(slug, str(title))
        works[slug] = replace(known, variants=(*known.variants, str(variant))) if variant else known
    for iri, day, since, articles in store.select(_EDITIONS):
        slug = slug_of(str(iri)).removeprefix("law/")
        if slug in works:
            edition = Edition(str(day), str(since) if since else None, int(str(articles)) if articles else None)
            works[slug] = replace(works[slug], editions=(*works[slug].editions, edition))
    return tuple(works.values())


def add_texts(library: Path, path: Path, works: Iterable[Work], words: Vocabulary, wish: Wish | None = None) -> Receipt:
    """Import a file, or every file of a folder, into the library.

    Errors: ``InputError`` for a path that is not there or a work that nobody registered; ``LimitError`` for a folder
    of too many files or too much text; ``StorageError`` when the library cannot be written. Nothing is written then.
    """
    wish = wish or Wish()
    known = [*works, *_own_works(library)]
    if wish.work and not wish.new and wish.work not in {work.slug for work in known}:
        near = "、".join(sorted(work.slug for work in known if work.slug[:4] == wish.work[:4]))
        raise InputError(
            "--work", f"登记中没有 {wish.work}", f"可用的有: {near or '见 policygraph ask legal-bases'}；或加 --new"
        )
    importer = _Importer(library, known, words, wish)
    for file, name in _list_files(path):
        importer.take(file, name)
    write_files(importer.files)
    return Receipt(tuple(importer.kept), tuple(importer.refused))


def count_articles(text: Statute | StatuteText) -> int:
    """How many articles a text has."""
    return sum("/" not in provision.path for provision in text.provisions)


class _Importer:
    """One run over files: what is kept and refused so far, and what is to be written at the end."""

    def __init__(self, library: Path, works: list[Work], words: Vocabulary, wish: Wish) -> None:
        self.library, self.works, self.words, self.wish = library, works, words, wish
        self.kept: list[Kept] = []
        self.refused: list[Refused] = []
        self.files: dict[Path, bytes] = {}
        self._bytes = 0

    def take(self, file: Path, name: str) -> None:
        """Read one file and keep its text, or say why not."""
        try:
            self._keep(file, name)
        except LimitError as error:
            if self._bytes > MOST_BYTES:
                raise
            self.refused.append(Refused(name, error.cause, error.remedy))
        except PolicygraphError as error:
            self.refused.append(Refused(name, error.cause, error.remedy))
        except OSError as error:
            self.refused.append(Refused(name, f"无法读取（{error.strerror}）", "请检查路径和权限"))

    def _keep(self, file: Path, name: str) -> None:
        if file.suffix.lower() not in KINDS:
            raise InputError(name, "不认识的文件类型", f"可以读的有: {' '.join(KINDS)}；其他的请另存为其中一种")
        words, sha256 = read_text(file)
        fields, body = split_front(words)
        statute = read_statute(body, self.words)
        if not statute.provisions:
            raise InputError(name, "没有找到一条“第X条”", "请确认这是法律、法规或规章的正文")
        heading = read_heading(statute, fields, file.stem, self.words)
        work, own = self._find_work(name, heading)
        choice = self._find_date(name, heading, work, count_articles(statute))
        place, payload = render_text(self.library, work.slug, choice.date, statute, source=file.name, sha256=sha256)
        text = StatuteText(work.slug, choice.date, statute.title, file.name, sha256, statute.provisions)
        if place in self.files:
            first = next(item for item in self.kept if item.place == place)
            if first.text.provisions != text.provisions:
                raise InputError(name, f"与 {first.file} 是同一次文本，文字却不同", "请只留一份，或用 --date 分别导入")
            self.kept.append(replace(first, file=name, state="present"))
            return
        former = self._find_former(work.slug, choice.date)
        state = "added" if former is None else "present" if former.provisions == text.provisions else "replaced"
        notes = [*choice.notes]
        if (warning := compare_count(work, choice.date, count_articles(statute))) is not None:
            notes.append(warning)
        if heading.title and self.wish.work and not find_work(heading.title, [work], self.words):
            notes.append(f"正文标题是《{heading.title}》，登记的名称是《{work.title}》，请核对")
        if state == "replaced" and former is not None:
            notes.append(f"替换了原来从 {former.source} 导入的文本")
        if state != "present":
            self._stage(place, payload)
            if own:
                self._stage(*render_work(self.library, OwnWork(work.slug, work.title, choice.date)))
                self.works.append(work)
        self.kept.append(Kept(name, work.title, text, place, state, tuple(notes), statute.unplaced))

    def _stage(self, place: Path, payload: bytes) -> None:
        self._bytes += len(payload)
        if self._bytes > MOST_BYTES:
            raise LimitError(str(self.library), f"一次导入超过 {MOST_BYTES // 1_000_000} MB", "请分几次导入")
        self.files[place] = payload

    def _find_former(self, work: str, day: str) -> StatuteText | None:
        """The text that lies there; None also where it is broken, for it is then replaced."""
        try:
            return load_text(self.library, work, day)
        except DataError:
            return None

    def _find_work(self, name: str, heading: Heading) -> tuple[Work, bool]:
        """The work of a text, and whether it is to be registered in the library first."""
        if self.wish.work:
            known = next((work for work in self.works if work.slug == self.wish.work), None)
            meant = find_work(heading.title, self.works, self.words) if heading.title else ()
            if known and meant and known not in meant:
                slugs = "、".join(work.slug for work in meant)
                raise InputError(
                    name, f"正文标题是《{heading.title}》，那是 {slugs}，不是 {known.slug}",
                    "去掉 --work，让程序依标题去认；确是这一部的，请改正文件里的标题",
                )  # fmt: skip
            if known:
                return known, False
            return Work(self.wish.work, heading.title or self.wish.work), True
        if heading.title is None:
            raise InputError(name, "没有找到标题", "请在第一行写上名称，或用 --work 写明是哪一部")
        found = find_work(heading.title, self.works, self.words)
        if len(found) > 1:
            slugs = "、".join(work.slug for work in found)
            raise InputError(name, f"《{heading.title}》可以是几部: {slugs}", "请用 --work 写明是哪一部")
        if found:
            return found[0], False
        if not self.wish.new:
            raise InputError(
                name, f"登记中没有《{heading.title}》",
                "登记过的用 --work 写明短名；没有登记的加 --new，存到自己的文库（不进数据集）",
            )  # fmt: skip
        key = min(title_keys(heading.title, forms_of(self.words)), default=heading.title)
        return Work(f"own-{hashlib.sha256(key.encode()).hexdigest()[:12]}", heading.title), True

    def _find_date(self, name: str, heading: Heading, work: Work, articles: int) -> Choice:
        if self.wish.date:
            known = not work.editions or work.find(self.wish.date)
            return Choice(self.wish.date, () if known else (f"登记中没有 {self.wish.date} 的文本，请核对日期",))
        told = weigh_days(name, heading, work, articles)
        if not self.wish.new or (told and work.find(told.date)):
            return choose_edition(name, heading, work, articles)
        try:
            return choose_edition(name, heading, work, articles)
        except InputError:
            if told is None:
                raise
            return Choice(told.date, (*told.notes, f"{told.date} 的文本没有登记，存为自己的（believed）"))


def _own_works(library: Path) -> Iterator[Work]:
    texts = list_texts(library)
    for own in list_works(library):
        days = tuple(Edition(text.version, None, count_articles(text)) for text in texts if text.work == own.work)
        yield Work(own.work, own.title, (), days)


def _list_files(path: Path) -> Iterator[tuple[Path, str]]:
    """The files of a folder in the order of their names, each with its place below it; a file itself."""
    if not path.exists():
        raise InputError(str(path), "没有这个文件或文件夹", "请检查路径")
    if not path.is_dir():
        yield path, str(path)
        return
    files: list[Path] = []
    for found in path.rglob("*"):
        below = found.relative_to(path)
        if found.is_dir() or any(part.startswith(".") for part in below.parts):
            continue
        files.append(found)
        if len(files) > MOST_FILES:
            raise LimitError(str(path), f"文件超过 {MOST_FILES} 个", "请分成几个文件夹导入")
    if not files:
        raise InputError(str(path), "文件夹里没有文件", f"可以读的有: {' '.join(KINDS)}")
    for found in sorted(files):
        yield found, found.relative_to(path).as_posix()
