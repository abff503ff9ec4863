"""What a built dataset says of itself: its hash, its graphs, its figures, and from which inputs it was built."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policygraph.errors import DataError, InputError
from policygraph.keeping.digests import GraphDigest, digest_dataset

DATASET_FILE = "policygraph.nq"
MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class DocumentFigures:
    """What one document yielded; counts."""

    document: str
    clauses: int
    leaves: int
    spans: int
    measures: int
    groups: int
    bases: int
    citations: int
    resolved: int
    unresolved: tuple[str, ...]
    organisations: int
    unnamed: int
    problems: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The identity of a dataset: the hash over the digests of its named graphs (``digests``), and what is in it.

    ``named_graphs`` are the digests by graph IRI. Errors: ``ValueError`` when the hash does not follow from them.
    """

    dataset: str
    quads: int
    graphs: int
    spans_verified: int
    quotes_verified: int
    inputs: str
    documents: tuple[DocumentFigures, ...]
    named_graphs: Mapping[str, GraphDigest]

    def __post_init__(self) -> None:
        if self.dataset != digest_dataset(graph.digest for graph in self.named_graphs.values()):
            raise ValueError("dataset 不是各图摘要的散列")


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a built dataset; None when there is none in the folder.

    Errors: ``DataError`` for a manifest that is broken, contradicts itself or was written by another version.
    """
    path = folder / MANIFEST_FILE
    if not path.is_file() or not (folder / DATASET_FILE).is_file():
        return None
    try:
        return _parse_manifest(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(str(path), f"清单无法读取（{error.strerror}）", "请检查权限和磁盘") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        cause = f"缺少 {error}" if isinstance(error, KeyError) else str(error)
        raise DataError(
            str(path), f"清单损坏或由另一版本写出（{cause}）", f"请重新运行 policygraph build --out {folder}"
        ) from error


def _parse_manifest(raw: dict[str, Any]) -> Manifest:  # Any: JSON from a file
    figures = tuple(DocumentFigures(**{**d, "unresolved": tuple(d["unresolved"])}) for d in raw["documents"])
    graphs = {name: GraphDigest(str(g["digest"]), int(g["quads"])) for name, g in raw["named_graphs"].items()}
    return Manifest(
        dataset=raw["dataset"],
        quads=raw["quads"],
        graphs=raw["graphs"],
        spans_verified=raw["spans_verified"],
        quotes_verified=raw["quotes_verified"],
        inputs=raw["inputs"],
        documents=figures,
        named_graphs=graphs,
    )


def find_manifest(folder: Path) -> Manifest:
    """The manifest of a built dataset. Errors: ``InputError`` when there is none; those of ``read_manifest``."""
    manifest = read_manifest(folder)
    if manifest is None:
        raise InputError(str(folder), "这里没有数据集", f"请先运行 policygraph build --out {folder}")
    return manifest
