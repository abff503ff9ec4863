"""Add a document to a workspace: take its file in, keep the original, and draft what its head says.

``documents/<id>/`` gets four files at once or none: the original as it came, the text that was read from it, the way
from the text back to the original, and metadata. The metadata are drafted from what the readers found at the head and
at the end of the text, so a build, which holds metadata against the text, bears them out. What the text does not say
stays missing; which region it is for is taken from the names of those who issue it, when they agree.

It makes no names of bodies, laws or conditions, and transliterates nothing: where no id follows from the name of the
file, or from region and number, the id is asked for.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, SKOS

from policygraph.errors import InputError
from policygraph.graph.describing import describe_header
from policygraph.graph.knowledge import Region, load_kinds, load_regions
from policygraph.graph.memory import make_graph
from policygraph.judging.rules.codes import region_prefix
from policygraph.keeping.dataset.knowledge import load_graphs, make_knowledge, merge, parse_file
from policygraph.keeping.originals import MAP, ORIGINAL, map_source, render_map
from policygraph.keeping.sources import SourceFile, read_bytes, read_source, take_in
from policygraph.keeping.turtle import Triple, change_file, write_statements
from policygraph.keeping.workspace import SOURCE, Workspace, check_identifier
from policygraph.keeping.writing import clear_leavings, write_file, write_files, write_folder
from policygraph.namespaces import ELI, ID, PG, clause_iri, instance, source_iri
from policygraph.reading.branches import find_name_end
from policygraph.reading.documents import Document, Problem
from policygraph.reading.intake.extractions import Aside, locate
from policygraph.reading.organisations import NATION
from policygraph.reading.passages import read_passage
from policygraph.reading.patterns import forms_of
from policygraph.reading.patterns.bodies import NARROWER_PLACE
from policygraph.reading.texts import Knowledge, Reading, read_text
from policygraph.text.folding import count_plain, fold
from policygraph.text.numbers import parse_number
from policygraph.text.spans import Span

# haitang-2031-7 · memo7;  not: 2031 · 7 (no letter: whose number it is cannot be told)
_LETTER = re.compile(r"[a-z]")
_CUT = re.compile(r"[^a-z0-9]+")
_CODE = re.compile(r"[0-9]{6}")
# .docx · .htm;  not: .备份 · .d/x
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}")

# <table> · </tr>;  not: <2031>9号 · a < b
_TAG = re.compile(r"</?(?:table|tr|td)>")

_METADATA = "metadata.ttl"
_REGIONS = "地区：本工作区的文件所属、样本里没有的地区；policygraph add 写出，也可手工改。"
_OPENING = """\
# 这是什么：{name}的来历：原文从哪里来、校验值、文号、标题、日期、地区，以及文本缺什么、坏在哪里。
# 由 policygraph add 照原文的首部和落款起草。谁可以改：收集文件的人。
# 原文没有的（日期、机关）不填；推断的日期写成区间（pg:dateFrom、pg:dateTo），由何推断写在 pg:dateInference。
# 怎样检查：policygraph build（校验值、文号、标题、日期、印发机关与原文不符则拒绝生成）。

"""


@dataclass(frozen=True, slots=True)
class Addition:
    """A document that was added: its id and folder, its reading, what was set aside, and its region if known.

    ``problems`` are those of the reading that concern words of the original, not tags that the extraction wrote.
    """

    identifier: str
    folder: Path
    reading: Reading
    asides: tuple[Aside, ...]
    problems: tuple[Problem, ...]
    region: Region | None


def add_document(
    workspace: Workspace, path: Path, identifier: str | None = None, region: str | None = None, *,
    again: bool = False, replace: bool = False,
) -> Addition:  # fmt: skip
    """Take a file in, of any form that ``read_any_source`` reads, as a new document of a workspace.

    ``region`` says which region it is for: the code of one that is known, or ``code=name`` of one that is not yet,
    which ``regions.ttl`` then gets. ``again`` takes a document although another one has its number and title,
    ``replace`` puts it in the place of the very same file, of which nobody has drafted or decided anything yet.

    Errors: those of ``read_any_source``; ``InputError`` for an id that is taken, cannot be one, or has to be given,
    for a region that is not known or not the text's, and for a document that is there already; ``StorageError``.
    Nothing is left half-written then.
    """
    raw = read_bytes(path)
    former = _find_former(workspace, raw) if replace else None
    identifier = identifier or former
    if identifier is not None:
        check_identifier(identifier)
        _refuse_taken(workspace, identifier, former)
    file = take_in(raw, str(path))
    graphs = load_graphs(workspace)
    knowledge, concepts = make_knowledge(graphs), merge(graphs, "concepts/")
    regions = load_regions(concepts)
    first = read_text(file.text, knowledge).document
    if region is None:
        place = find_region(first, regions, knowledge)
    else:
        place = read_region(region, regions, workspace.base)
        refuse_elsewhere(place, first, regions, knowledge)
    refuse_double(workspace, str(path), raw, file.text, first, knowledge, again=again, former=former)
    code = place.code if place else None
    reading = read_text(file.text, knowledge, code, base=workspace.base)
    if identifier is None:
        identifier = derive_identifier(path, reading.document, code)
        _refuse_taken(workspace, identifier, former)
    original = f"{ORIGINAL}{path.suffix.lower() if _EXTENSION.fullmatch(path.suffix) else ''}"
    text = file.text.encode()
    metadata = draft_metadata(identifier, path.name, file, reading, place, load_kinds(concepts))
    way_back = map_source(file, original)
    files = {
        original: raw,
        SOURCE: text,
        MAP: render_map(way_back),
        _METADATA: _write_metadata(metadata, workspace.base, reading.document).encode(),
    }
    folder = workspace.folder(identifier)
    clear_leavings(folder.parent)
    if place is not None and place not in regions:
        register_region(workspace, place, regions)
    _write_document(folder, files, workspace.folder(former) if former is not None else None)
    asides = file.extraction.asides if file.extraction else ()
    problems = tuple(
        problem
        for problem in (*reading.document.problems, *reading.measures.problems)
        if problem.code != "markup"
        if locate(way_back.places, problem.start, problem.end)
    )
    return Addition(identifier, folder, reading, asides, problems, place)


def _find_former(workspace: Workspace, raw: bytes) -> str:
    """The document of a workspace that is these bytes and of which nobody has drafted or decided anything.

    Errors: ``InputError`` where there is none, or where there is more than `add` has written.
    """
    for identifier in workspace.documents():
        folder = workspace.folder(identifier)
        if any(_holds_bytes(one, raw) for one in folder.glob(f"{ORIGINAL}*")):
            if more := _list_more(folder):
                raise InputError(
                    "--replace", f"{identifier} 已经起草或核定过（{'、'.join(more)}）", f"确实要换掉的，先移走 {folder}"
                )
            return identifier
    raise InputError("--replace", "没有收过这个文件", "去掉 --replace")


def _list_more(folder: Path) -> list[str]:
    """The files of a document that no `add` has written, sorted: somebody has drafted or decided something of it."""
    names = (one.name for one in folder.iterdir())
    return sorted(n for n in names if n not in (SOURCE, MAP, _METADATA) and not n.startswith(f"{ORIGINAL}"))


def _write_document(folder: Path, files: Mapping[str, bytes], former: Path | None) -> None:
    """Write the folder of a document, in the place of another one where there is one."""
    if folder == former:
        # its bytes are the same, so that what differs is what was read of them and the one file of metadata
        write_files({folder / name: content for name, content in files.items()})
        for other in folder.glob(f"{ORIGINAL}*"):
            if other.name not in files:
                other.unlink()
        return
    write_folder(folder, files)
    if former is not None:
        shutil.rmtree(former)


def _refuse_taken(workspace: Workspace, identifier: str, former: str | None) -> None:
    if identifier != former and workspace.folder(identifier).exists():
        raise InputError(
            "--id",
            f"已有 {workspace.folder(identifier)}",
            "请换一个标识；同一个文件再收一次的，加 --replace；要换成别的，先移走它的文件夹",
        )
    if any(identifier in one.documents() for one in workspace.beside):
        raise InputError("--id", f"{identifier} 是样本文件的标识", "请换一个标识")


def refuse_double(
    workspace: Workspace, place: str, raw: bytes, text: str, document: Document, knowledge: Knowledge, *, again: bool,
    former: str | None = None,
) -> None:  # fmt: skip
    """Refuse a document that the workspace or one beside it has already: it would count twice in every comparison.

    The same file and the same words, whatever form they came in, are the same document. One with the same number and
    title and other words may be another edition: it is taken ``again`` when somebody says so. ``former`` is the one
    whose place it takes. Errors: ``InputError`` at ``place``, where the file lies, that names the other one.
    """
    words, named = _bare(text), (document.number, _bare(document.title or ""))
    probes = count_plain(text)
    for home in workspace.all:
        for identifier in home.documents():
            if home is workspace and identifier == former:
                continue
            folder = home.folder(identifier)
            held = read_source(folder / SOURCE).text
            same_file = any(_holds_bytes(one, raw) for one in folder.glob(f"{ORIGINAL}*"))
            same_words = all(held.count(one) == times for one, times in probes) and _bare(held) == words
            same_name = all(named) and _said_name(folder, identifier, home.base, named[0] or "") == named
            # a page keeps its tags in the text: what is read from it is compared where the names are the same
            if same_file or same_words or (same_name and _same_clauses(document, held, knowledge)):
                raise InputError(
                    place, f"{'这个文件' if same_file else '同样的文字'}已经收过，标识是 {identifier}（{folder}）",
                    _say_way_on(workspace, home, identifier, replaceable=same_file),
                )  # fmt: skip
            if same_name and not again:
                raise InputError(
                    place, f"{identifier}（{folder}）有同样的文号和标题：{document.number}",
                    "同一份的，用已有的那一份，或先移走它的文件夹；文字不同、确是另一个版本的，加 --again",
                )  # fmt: skip


def _say_way_on(workspace: Workspace, home: Workspace, identifier: str, *, replaceable: bool) -> str:
    """What whoever adds a document again may want to do: go on with the one there, or put it right."""
    if home is not workspace:
        return (
            f"它是样本文件，已经整理好：policygraph ask measures --document {identifier} --workspace {workspace.root}"
        )
    started = bool(_list_more(workspace.folder(identifier)))
    goes_on = f"{'serve --edit' if started else f'draft {identifier}'} --workspace {workspace.root}"
    again = "" if started or not replaceable else "；地区或标识收错了的，加 --replace 再收一次"
    return f"接着做：policygraph {goes_on}{again}；要换成别的，先移走它的文件夹"


def _holds_bytes(path: Path, raw: bytes) -> bool:
    """Whether a file is these bytes; one of another size is not read."""
    return path.is_file() and path.stat().st_size == len(raw) and path.read_bytes() == raw


def _same_clauses(document: Document, held: str, knowledge: Knowledge) -> bool:
    """Whether another text has the same clauses, word by word."""
    other = read_text(held, knowledge).document
    return [_bare(one.text) for one in document.clauses] == [_bare(one.text) for one in other.clauses]


def _bare(text: str) -> str:
    """Words without white space and without the tags that an extraction writes for tables."""
    return "".join(fold(_TAG.sub("", text), "name").text.split())


def _said_name(folder: Path, identifier: str, base: str, wanted: str) -> tuple[str | None, str]:
    """The number and title that the metadata of a document give; None and empty where they do not have a number."""
    path, root = folder / _METADATA, clause_iri(identifier, "", base)
    if not path.is_file() or wanted not in path.read_text(encoding="utf-8"):
        return None, ""
    metadata = parse_file(path)
    number = metadata.value(root, ELI.id_local)
    return (None if number is None else str(number)), _bare(str(metadata.value(root, DCTERMS.title) or ""))


def derive_identifier(path: Path, document: Document, region: str | None) -> str:
    """The id of a document from the name of its file, else from its region and number.

    Errors: ``InputError`` where neither gives one: nothing is transliterated.
    """
    stem = path.stem
    found = _CUT.sub("-", stem.lower()).strip("-") if stem.isascii() else ""
    if _LETTER.search(found):
        check_identifier(found)
        return found
    number = parse_number(document.number) if document.number else None
    if region is not None and number is not None:
        return f"{region}-{number.year}-{number.serial}"
    # who is told of one thing only comes back twice: the region is asked for in the next step anyway
    place = "" if region is not None else "；地区也没有认出，一并加 --region 代码=名称，例如 --region 331082=临海市"
    raise InputError(
        str(path),
        "文件名和文号里都得不出英文标识",
        f"请加 --id，用小写字母、数字、连字符，例如 --id linhai-2031-9（地名-年份-序号）{place}",
    )


def find_region(document: Document, regions: tuple[Region, ...], knowledge: Knowledge) -> Region | None:
    """The region whose name those who issue a document begin with; None when none is known, or they do not agree.

    Where the text names no issuer, the names under it and then the title are looked at. A name that goes on with a
    place nobody knows tells no region, and the country is told by the whole name of a registered national body only:
    中国人民银行云栖市中心支行 is a body of 云栖市.
    """
    names = {name: region for region in regions for name in region.names}
    heads = (
        [item.text for item in document.issuers],
        [item.text for item in document.signatories],
        [document.title or ""],
    )
    for said in heads:
        told = {region for text in said if (region := _region_of(text, names, knowledge)) is not None}
        # a branch of a national body is named after the country first, and tells nothing beside the others
        found = {region for region in told if not region.whole} or told
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _region_of(text: str, names: Mapping[str, Region], knowledge: Knowledge) -> Region | None:
    """The region that a name begins with, the narrowest where several stand one after the other; None for none."""
    found, rest = None, text
    while begun := [name for name in names if rest.startswith(name)]:
        longest = max(begun, key=len)
        found, rest = names[longest], rest[len(longest) :]
    if found is None or forms_of(knowledge.vocabulary).find(NARROWER_PLACE, rest):
        return None
    return found if not found.whole or _is_national(text, knowledge) else None


def _is_national(text: str, knowledge: Knowledge) -> bool:
    """Whether words begin with the whole name of a registered body of the country, and not with a branch's."""
    passage = read_passage(text, "", "title", (Span(0, len(text)),))
    ends = [len(name.label) for name in knowledge.names if name.scope == NATION and passage.text.startswith(name.label)]
    return bool(ends) and find_name_end(passage, 0, max(ends), knowledge.vocabulary) == max(ends)


def read_region(written: str, regions: tuple[Region, ...], base: str) -> Region:
    """The region meant by a code, or a new one below a base by ``code=name``.

    Errors: ``InputError`` for what is no code, a new code without a name, and where the code is known under another
    name or the name under another code.

    >>> haitang = read_region("999901=海棠湾市", (), "https://a.example/")
    >>> haitang.names, read_region("999901=海棠湾市", (haitang,), "https://a.example/") == haitang
    (('海棠湾市',), True)
    >>> read_region("九九", (), "https://a.example/")
    Traceback (most recent call last):
    ...
    policygraph.errors.InputError: --region: '九九' 不是行政区划代码。写六位数字（GB/T 2260），例如 --region 331082
    """
    code, _, name = (part.strip() for part in written.partition("="))
    if not _CODE.fullmatch(code):
        raise InputError("--region", f"{code!r} 不是行政区划代码", "写六位数字（GB/T 2260），例如 --region 331082")
    known = next((region for region in regions if region.code == code), None)
    if known is not None:
        if name and name not in known.names:
            raise InputError(
                "--region", f"代码 {code} 是{'、'.join(known.names)}，不是{name}",
                f"就是它的，只写 --region {code}；不是的，核对代码（GB/T 2260）",
            )  # fmt: skip
        return known
    other = next((region for region in regions if name in region.names), None)
    if other is not None:
        raise InputError(
            "--region", f"{name}的代码是 {other.code}，不是 {code}",
            f"就是它的，写 --region {other.code}；另有同名的，连上级的名称一起写",
        )  # fmt: skip
    if not name:
        raise InputError("--region", f"还没有代码为 {code} 的地区", f"连名称一起写: --region {code}=名称")
    return Region(code, (name,), base, whole=False)


def refuse_elsewhere(place: Region, document: Document, regions: tuple[Region, ...], knowledge: Knowledge) -> None:
    """Refuse a region that is neither the one whose bodies issue a document nor inside it. Errors: ``InputError``."""
    told = find_region(document, tuple({*regions, place}), knowledge)
    if told is None or told.whole or told == place or place.code.startswith(region_prefix(told.code)):
        return
    raise InputError(
        "--region",
        f"{place.code}（{'、'.join(place.names)}）与原文不合：原文的机关或标题属于{'、'.join(told.names)}（{told.code}）",
        f"写 --region {told.code}，或不写；确实适用于别处的，收进以后在 metadata.ttl 里改",
    )  # fmt: skip


def register_region(workspace: Workspace, region: Region, regions: tuple[Region, ...]) -> None:
    """Write a region into ``regions.ttl``, below the nearest one above it that is known. Errors: ``StorageError``."""
    # province, prefecture, county stand in two digits each (GB/T 2260, section 4)
    codes = (f"{region.code[:4]}00", f"{region.code[:2]}0000")
    above = next((one for code in codes for one in regions if one.code == code != region.code), None)
    above = above or next((one for one in regions if one.whole), None)
    node = instance("region", region.code, base=region.base)
    said = make_graph([(node, RDF.type, SKOS.Concept), (node, SKOS.inScheme, ID["concept/scheme-regions"])])
    said += [(node, term, Literal(region.code)) for term in (PG.code, SKOS.notation)]
    said += [(node, SKOS.prefLabel, Literal(name, lang="zh")) for name in region.names]
    # what is known of it in English is its code
    said.add((node, SKOS.prefLabel, Literal(f"Region {region.code}", lang="en")))
    said.add((node, SKOS.definition, Literal(f"行政区划代码 {region.code}。", lang="zh")))
    said.add((node, SKOS.definition, Literal(f"The place with code {region.code}.", lang="en")))
    if above is not None:
        said.add((node, SKOS.broader, instance("region", above.code, base=above.base)))
    path = workspace.root / "regions.ttl"
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    write_file(path, change_file(before, {node: said}, str(path), _REGIONS, workspace.base).encode())


def draft_metadata(
    identifier: str,
    came_as: str,
    file: SourceFile,
    reading: Reading,
    region: Region | None,
    kinds: Mapping[str, URIRef],
) -> tuple[Triple, ...]:
    """What the text says at its head and end, as metadata; nothing that it does not say."""
    document, base = reading.document, reading.base
    root, source = clause_iri(identifier, "", base), source_iri(identifier, base)

    def draft() -> Iterator[Triple]:
        yield root, RDF.type, PG.PolicyDocument
        yield root, DCTERMS.identifier, Literal(identifier)
        yield root, PROV.wasDerivedFrom, source
        yield root, PG.forceStatus, ID["concept/force-status-unverified"]
        yield from describe_header(root, document)
        kind = kinds.get(document.kind or "")
        if kind is not None:
            yield root, ELI.type_document, kind
        if region is not None:
            yield root, ELI.jurisdiction, instance("region", region.code, base=region.base)
        for issuer in document.issuers:
            yield root, PG.issuerAsWritten, Literal(issuer.text)
        yield source, RDF.type, PG.SourceText
        yield source, PG.sha256, Literal(hashlib.sha256(file.text.encode()).hexdigest())
        yield source, PG.charset, Literal("UTF-8")
        yield source, PG.receivedAs, Literal(came_as)

    return tuple(draft())


def _write_metadata(drafted: Sequence[Triple], base: str, document: Document) -> str:
    """Metadata as the Turtle that people go on with, in the order drafted."""
    name = " ".join((document.number or document.title or "").split())
    return _OPENING.format(name=name or "本文件") + write_statements(drafted, base)
