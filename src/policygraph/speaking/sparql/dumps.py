"""The published files of a dataset: every graph with its name, the union without, each with a checksum.

A dump is named after the content hash of its dataset and never changes afterwards, so it may be cached for ever; only
``latest`` moves. So nothing is published under a hash that the file read does not have, and what lies there already is
held against its checksums. The bytes depend on the dataset alone (no time stamp in the gzip header, sorted quads), so
two machines that build the same dataset publish the same files. Restricted graphs cannot get in: the only input is the
public N-Quads file.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse, serialize

from policygraph.errors import DataError
from policygraph.keeping.digests import hash_dataset
from policygraph.keeping.writing import clear_leavings, explain_fault, hold_path

INDEX = "index.json"
CHECKSUMS = "SHA256SUMS"

# a dataset hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "abc123"; not "latest", "../x"
_DATASET = re.compile(r"[0-9a-f]{6,64}")

_DATASET_FORMATS = (("trig", RdfFormat.TRIG), ("nq", RdfFormat.N_QUADS), ("jsonld", RdfFormat.JSON_LD))
_UNION_FORMATS = (("ttl", RdfFormat.TURTLE), ("nt", RdfFormat.N_TRIPLES))


@dataclass(frozen=True, slots=True)
class Dump:
    """One published file: its name, the media type inside the gzip, sizes in bytes, and its sha256."""

    name: str
    media_type: str
    is_union: bool
    size: int
    sha256: str


def write_dumps(
    nquads: Path, folder: Path, dataset: str, prefixes: Mapping[str, str] | None = None
) -> tuple[Dump, ...]:
    """Write the dumps of a dataset into ``folder/<dataset>/``, once; what is already there and whole is only read.

    Errors: ``DataError`` when the file is not the dataset of that hash; ``StorageError`` when the disk does not take
    the dumps. Nothing is left half-written.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     source = Path(folder) / "policygraph.nq"
    ...     _ = source.write_text('<urn:s> <urn:p> "红名单" <urn:g> .\\n', encoding="utf-8")
    ...     [d.name for d in write_dumps(source, Path(folder) / "dumps", hash_dataset(source.read_bytes()))]
    ['policygraph.trig.gz', 'policygraph.nq.gz', 'policygraph.jsonld.gz', 'policygraph.ttl.gz', 'policygraph.nt.gz']
    """
    if not is_dataset_name(dataset):
        raise DataError(str(nquads), f"数据集名不是十六进制散列: {dataset}", "用 policygraph build 重建数据集")
    target = folder / dataset
    try:
        raw = nquads.read_bytes()
        if (found := hash_dataset(raw)) != dataset:
            raise DataError(
                str(nquads), f"内容是 {found[:12]}，不是数据集 {dataset[:12]}", "用 policygraph build 重建数据集"
            )
        if _is_whole(target, dumps := read_dumps(folder, dataset), raw):
            return dumps
        quads = sorted(set(parse(raw, format=RdfFormat.N_QUADS)), key=str)
    except (OSError, SyntaxError) as error:
        raise DataError(str(nquads), f"不能读取数据集: {error}", "用 policygraph build 重建数据集") from error
    union = sorted({Quad(q.subject, q.predicate, q.object) for q in quads}, key=str)
    existed = folder.exists()
    temporary: Path | None = None
    held: int | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # built beside its place and renamed: a reader never sees half a dump
        clear_leavings(folder)
        temporary = Path(tempfile.mkdtemp(dir=folder, prefix=f".{dataset}.{os.getpid()}.", suffix=".part"))
        held = hold_path(temporary)
        dumps = tuple(
            _write_dump(temporary, quads, suffix, format_, prefixes, is_union=False)
            for suffix, format_ in _DATASET_FORMATS
        ) + tuple(
            _write_dump(temporary, union, suffix, format_, prefixes, is_union=True)
            for suffix, format_ in _UNION_FORMATS
        )
        sums = "".join(f"{dump.sha256}  {dump.name}\n" for dump in dumps)
        (temporary / CHECKSUMS).write_text(sums, encoding="ascii")
        (temporary / INDEX).write_text(json.dumps([asdict(dump) for dump in dumps], indent=1), encoding="ascii")
        temporary.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        temporary.rename(target)
    except OSError as error:
        raise explain_fault(folder, error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        if held is not None:
            os.close(held)
        if not existed:
            # only a folder that stayed empty goes
            with suppress(OSError):
                folder.rmdir()
    return dumps


def read_dumps(folder: Path, dataset: str) -> tuple[Dump, ...]:
    """The dumps of a dataset; empty when it has none here."""
    index = folder / dataset / INDEX
    if not is_dataset_name(dataset) or not index.is_file():
        return ()
    try:
        return tuple(Dump(**entry) for entry in json.loads(index.read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        # a spoilt index publishes nothing; the next start writes the folder anew
        return ()


def read_dump(folder: Path, dataset: str, dump: Dump) -> bytes:
    """The bytes of a dump, which are those of its index.

    Errors: ``DataError`` when they are others, or gone.
    """
    place = f"{dataset[:12]}/{dump.name}"
    try:
        content = (folder / dataset / dump.name).read_bytes()
    except OSError as error:
        raise DataError(place, f"不能读取（{error.strerror}）", _ANEW) from error
    if hashlib.sha256(content).hexdigest() != dump.sha256:
        raise DataError(place, "内容与公布的校验值不符", _ANEW)
    return content


_ANEW = "请重启服务，重新写出下载文件"


def _is_whole(target: Path, dumps: tuple[Dump, ...], raw: bytes) -> bool:
    """Whether the files of a dump folder are all there, those of its index, and the quads those of the dataset."""
    if not dumps:
        return False
    try:
        contents = {dump.name: read_dump(target.parent, target.name, dump) for dump in dumps}
        quads = gzip.decompress(contents["policygraph.nq.gz"])
    except (DataError, KeyError, OSError, EOFError, zlib.error):
        return False
    return quads == raw or hash_dataset(quads) == target.name


def is_dataset_name(name: str) -> bool:
    """Whether a text can be the name of a dataset (and of its folder).

    >>> is_dataset_name("9f86d081884c"), is_dataset_name("..")
    (True, False)
    """
    return _DATASET.fullmatch(name) is not None


def _write_dump(
    folder: Path,
    quads: list[Quad],
    suffix: str,
    format_: RdfFormat,
    prefixes: Mapping[str, str] | None,
    *,
    is_union: bool,
) -> Dump:
    takes_prefixes = format_ in {RdfFormat.TURTLE, RdfFormat.TRIG}
    content = serialize(
        (quad.triple for quad in quads) if is_union else quads,
        format=format_,
        prefixes=dict(prefixes) if prefixes and takes_prefixes else None,
    )
    packed = gzip.compress(content or b"", compresslevel=9, mtime=0)
    name = f"policygraph.{suffix}.gz"
    (folder / name).write_bytes(packed)
    return Dump(name, format_.media_type, is_union, len(packed), hashlib.sha256(packed).hexdigest())
