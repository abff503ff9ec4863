"""What names a dataset: the digest of each named graph, and the hash over them that every answer carries.

A hash only binds an answer to its data when whoever opens a dataset works it out again from the bytes it is about to
load. So the rule is small enough for everybody who must apply it (the page process, the isolated query workers, the
dumps, ``verify``, a reader with a shell) and stands here once:

* the *digest of a graph* is the sha256 over its N-Quads lines, graph name included, each once, sorted by code point,
  each ended by a line feed (``grep -F ' <GRAPH> .' policygraph.nq | LC_ALL=C sort -u | sha256sum``);
* the *hash of a dataset* is the sha256 over the digests of its graphs, hexadecimal, sorted, each ended by a line feed.

A graph's name stands in its lines, so two graphs that change places are another dataset. Lines are taken as they are
written: the builder writes them in one way only, and has no blank nodes. A hash is no signature: it tells whether data
are the data meant, not who made them. Only the standard library is used, because the workers import nothing else.
"""

from __future__ import annotations

import hashlib
import operator
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GraphDigest:
    """The digest of one named graph (sha256, hexadecimal) and the number of its quads."""

    digest: str
    quads: int


def split_lines(raw: bytes) -> list[bytes]:
    """The lines of an N-Quads file; a last line that was cut off counts as one."""
    lines = raw.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return lines


def digest_graphs(lines: Sequence[bytes]) -> dict[str, GraphDigest]:
    """The digest of every named graph by its IRI; what lies in no named graph is under the empty name.

    >>> lines = [b'<urn:a> <urn:p> "1" <urn:g> .', b'<urn:a> <urn:p> "2" <urn:h> .']
    >>> found = digest_graphs(lines)
    >>> sorted(found), found == digest_graphs([*reversed(lines), lines[0]])
    (['urn:g', 'urn:h'], True)
    >>> digest_graphs([line.replace(b"1", b"3") for line in lines])["urn:g"] == found["urn:g"]
    False
    """
    if not all(map(operator.lt, lines, lines[1:])):
        lines = sorted(set(lines))
    graphs: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for line in lines:
        # an IRI holds no "<", so the last one opens the graph's name
        graphs[line[line.rfind(b"<") :]].append(line)
    named: defaultdict[str, list[bytes]] = defaultdict(list)
    for tail, found in graphs.items():
        named[tail[1:-3].decode() if tail.endswith(b"> .") and b" " not in tail[:-2] else ""] += found
    return {name: digest_graph(b"\n".join((*sorted(found), b""))) for name, found in sorted(named.items())}


def digest_graph(quads: bytes) -> GraphDigest:
    """The digest of a graph from its sorted N-Quads, each line once and ended."""
    return GraphDigest(hashlib.sha256(quads).hexdigest(), quads.count(b"\n"))


def digest_dataset(digests: Iterable[str]) -> str:
    """The hash that names a dataset whose graphs have these digests.

    >>> digest_dataset(["ab", "cd"]) == digest_dataset(["cd", "ab"]), digest_dataset(["ab"]) == digest_dataset(["cd"])
    (True, False)
    """
    return hashlib.sha256("".join(f"{digest}\n" for digest in sorted(digests)).encode()).hexdigest()


def hash_dataset(raw: bytes) -> str:
    """The hash that names the dataset in an N-Quads file.

    >>> hash_dataset(b"<urn:a> <urn:p> <urn:o> <urn:g> .")[:12]
    '5552238c0ef1'
    """
    return digest_dataset(graph.digest for graph in digest_graphs(split_lines(raw)).values())


def describe_differences(stated: Mapping[str, GraphDigest], found: Mapping[str, GraphDigest]) -> Iterator[str]:
    """What a dataset holds otherwise than stated, a phrase for each graph; nothing when it is the one meant.

    >>> list(describe_differences({"urn:g": GraphDigest("ab", 3)}, {"urn:h": GraphDigest("ab", 3)}))
    ['缺少图 urn:g（3 条）', '多出图 urn:h（3 条）']
    >>> list(describe_differences({"urn:g": GraphDigest("ab", 3)}, {"urn:g": GraphDigest("cd", 2)}))
    ['图 urn:g 有改动（清单 3 条，现有 2 条）']
    """
    for name, graph in stated.items():
        if name not in found:
            yield f"缺少图 {name}（{graph.quads} 条）"
        elif found[name] != graph:
            yield f"图 {name} 有改动（清单 {graph.quads} 条，现有 {found[name].quads} 条）"
    for name, graph in found.items():
        if name not in stated:
            yield f"多出图 {name}（{graph.quads} 条）" if name else f"有 {graph.quads} 行不在任何命名图里"
