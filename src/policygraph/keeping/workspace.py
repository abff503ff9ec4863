"""A workspace: the folder that holds somebody's documents, bodies, laws and remarks, and the base of their IRIs.

Whoever has documents of her own keeps them in a folder of hers, under a base of hers; ours stand beside them. Our five
are a workspace too, in place (``data/``), and nothing here or elsewhere asks whether a workspace is ours: what is on
the ground of each (ontology, concepts, words of reading, profile and review shapes) is a field of it, like what
stands beside it.

Whether the samples stand beside is kept in the settings and not told at each build: a stale dataset is built again by
whichever command asks it, and must not become another one by that.

What it deliberately does not do: read a document (``additions``) or build anything (``dataset``).
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from policygraph.errors import DataError, InputError, NotFoundError
from policygraph.keeping.commits import PENDING, complete_commit
from policygraph.keeping.sources import find_root
from policygraph.keeping.writing import write_file, write_folder
from policygraph.namespaces import BASE, is_base, policy_ids
from policygraph.version import __version__

SETTINGS = "workspace.toml"
"""The file that makes a folder a workspace: its base, and whether the samples stand beside it."""
SOURCE = "source.txt"
PARTS = (
    SOURCE, "source.map", "metadata.ttl", "model.ttl", "bearings.ttl", "curation.ttl", "conditions.ttl", "shapes.ttl",
)  # fmt: skip
"""The files of a document that a build reads."""
BODIES = "organisations.ttl"
LAWS = "registered.ttl"
"""The works of law that people registered while they curated, a file of ``legislation/``."""
"""The registry of bodies of a workspace."""
JUDGED = "eligibility.ttl"
"""What the shapes that decide for a document are called among the files that change with it; those of its other
policies have the number of the policy in the name (`name_judged`)."""
_CURATED = ("model.ttl", "draft.ttl", "curation.ttl", "conditions.ttl", "journal.jsonl")
ELIGIBILITY = "eligibility"
"""The folder of the shapes that decide, one file a policy."""
FOLDERS = ("documents", "legislation", "editorial", f"shapes/{ELIGIBILITY}")
SKELETON = Path(__file__).parents[1] / "skeleton"
"""What a new workspace begins with; ``$base`` stands for its base."""

# linhai-2031-9 · a1;  not: Linhai · 2031年9号 · -a · a--b
_IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_IDENTIFIER = 64
_SETTING = re.compile(r"^samples\s*=.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder of documents with what they stand on and beside.

    ``root`` holds ``documents/``, ``organisations.ttl``, ``regions.ttl``, ``legislation/`` and ``editorial/``;
    ``shapes`` the shapes; ``ground`` the folder with ``ontology/``, which is that of policygraph itself; ``dataset`` is
    where its dataset is built. ``beside`` are the workspaces that its dataset includes; one that is beside for its
    knowledge alone has ``holds_documents`` false.
    """

    root: Path
    base: str
    shapes: Path
    ground: Path
    dataset: Path
    beside: tuple[Workspace, ...] = ()
    holds_documents: bool = True

    @property
    def all(self) -> tuple[Workspace, ...]:
        """The workspaces that its dataset includes, itself last."""
        return (*self.beside, self)

    def documents(self) -> tuple[str, ...]:
        """The ids of its own documents, sorted; empty when it has none yet."""
        return self._list() if self.holds_documents else ()

    def left_out(self) -> tuple[str, ...]:
        """The ids of the documents in its folder that it stands here without, sorted."""
        return () if self.holds_documents else self._list()

    def _list(self) -> tuple[str, ...]:
        # a folder that is still being written, or was when its writer was killed, has a name that is no id
        named = (path.parent.name for path in (self.root / "documents").glob(f"*/{SOURCE}"))
        return tuple(sorted(name for name in named if _IDENTIFIER.fullmatch(name)))

    def list_files(self) -> tuple[Path, ...]:
        """Its files that a build reads, sorted: of each document the parts, laws, bodies, remarks, shapes, settings."""
        folders = (self.root / "legislation", self.root / "editorial", self.shapes)
        files = [path for folder in folders for path in folder.rglob("*.ttl")]
        files += [self.root / name for name in (BODIES, "regions.ttl", SETTINGS)]
        files += [self.folder(name) / part for name in self.documents() for part in PARTS]
        return tuple(sorted(path for path in files if path.is_file()))

    def folder(self, identifier: str) -> Path:
        """Where a document of its own has its files, whether there is one of that id or not."""
        return self.root / "documents" / identifier

    def list_curated(self, identifier: str) -> dict[str, Path]:
        """The files that may change when somebody decides on a document of its own, by name; they may not be there."""
        folder = self.folder(identifier)
        return {
            **{name: folder / name for name in _CURATED},
            BODIES: self.root / BODIES,
            LAWS: self.root / "legislation" / LAWS,
            **{name_judged(one): self.shapes / ELIGIBILITY / f"{one}.ttl" for one in policy_ids(identifier)},
        }

    def find_document(self, identifier: str) -> Workspace:
        """The workspace that holds a document: itself, or one beside it.

        Errors: ``NotFoundError`` with the ids there are.
        """
        for one in reversed(self.all):
            if identifier in one.documents():
                return one
        known = "、".join(name for one in self.all for name in one.documents()) or "（没有）"
        raise NotFoundError(identifier, "工作区里没有这份文件", f"已有的文件: {known}；加一份用 policygraph add FILE")


def name_judged(policy: str) -> str:
    """What the shapes of a policy are called among the files that change with its document.

    >>> name_judged("linhai-2031-9"), name_judged("linhai-2031-9.2")
    ('eligibility.ttl', 'eligibility.2.ttl')
    """
    stem, ending = JUDGED.split(".")
    return ".".join((stem, *policy.split(".")[1:], ending))


def open_workspace(folder: Path | None = None, ground: Path | None = None) -> Workspace:
    """The workspace in a folder; None is our own, in place.

    ``ground`` is where policygraph's own files lie, when not where they are installed. A change of curation whose
    writer was killed is done to its end first. Errors: ``InputError`` for a folder that is none; ``DataError`` for
    settings that are broken; those of ``complete_commit``.
    """
    found = _find_workspace(folder, ground or find_root())
    for one in found.all:
        for pending in sorted((one.root / "documents").glob(f"*/{PENDING}")):
            complete_commit(pending, one.list_curated(pending.parent.name))
    return found


def _find_workspace(folder: Path | None, ground: Path) -> Workspace:
    ours = Workspace(ground / "data", BASE, ground / "shapes", ground, _own_dataset(ground))
    if folder is None:
        return ours
    path = folder / SETTINGS
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            str(folder),
            f"不是工作区（{SETTINGS}：{error.strerror}）",
            f"新建一个: policygraph init {folder} --base https://data.example.gov.cn/credit/",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(
            str(path), f"不是合法的 TOML（{error}）", "请改正，或照 policygraph init 写出的样子重写"
        ) from error
    base, samples = settings.get("base"), settings.get("samples", True)
    strange = sorted(settings.keys() - {"base", "samples"})
    if not isinstance(base, str) or not isinstance(samples, bool) or strange:
        wrong = f"没有 {strange[0]} 这一项" if strange else "base 应是文字，samples 应是 true 或 false"
        raise DataError(str(path), wrong, '例如 base = "https://data.example.gov.cn/credit/"')
    base = read_base(base, f"{path}: base")
    return Workspace(
        folder, base, folder / "shapes", ground, folder / "build", (replace(ours, holds_documents=samples),)
    )


def _own_dataset(ground: Path) -> Path:
    """``build/`` in a source tree, a cache folder of the user otherwise."""
    if (ground / "pyproject.toml").is_file():
        return ground / "build"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "policygraph" / __version__


def init_workspace(folder: Path, base: str, *, samples: bool = True) -> Workspace:
    """Make a new workspace; everything or nothing.

    Errors: ``InputError`` for a folder that holds something, or a base that cannot be one; ``StorageError``.
    """
    base = read_base(base, "--base")
    if folder.exists() and not (folder.is_dir() and next(folder.iterdir(), None) is None):
        what = "已有文件" if folder.is_dir() else "是一个文件"
        raise InputError(str(folder), f"这里{what}，不能新建工作区", "请给出一个还没有的或空的文件夹")
    files = {
        str(path.relative_to(SKELETON)): Template(path.read_text(encoding="utf-8")).substitute(base=base).encode()
        for path in sorted(SKELETON.rglob("*"))
        if path.is_file()
    }
    files[SETTINGS] = _set_samples(files[SETTINGS].decode(), samples).encode()
    write_folder(folder, files, FOLDERS)
    return open_workspace(folder)


def set_samples(folder: Path, samples: bool) -> None:
    """Keep in the settings whether the samples stand beside. Errors: those of ``open_workspace``; ``StorageError``."""
    open_workspace(folder)
    path = folder / SETTINGS
    text = path.read_text(encoding="utf-8")
    changed = _set_samples(text, samples)
    if changed != text:
        write_file(path, changed.encode())


def _set_samples(text: str, samples: bool) -> str:
    line = f"samples = {str(samples).lower()}"
    return _SETTING.sub(line, text) if _SETTING.search(text) else f"{text.rstrip()}\n{line}\n"


def read_base(written: str, place: str) -> str:
    """What the IRIs of a workspace begin with. Errors: ``InputError`` that says what is wrong with it.

    >>> read_base("https://data.example.gov.cn/credit/", "--base")
    'https://data.example.gov.cn/credit/'
    >>> read_base("https://a.example", "--base")
    Traceback (most recent call last):
    ...
    policygraph.errors.InputError: --base: 'https://a.example' 不能作为基址：末尾没有 /。例如 https://data.example.gov.cn/credit/
    """
    cause = _fault_of(written)
    if cause:
        raise InputError(place, f"{written!r} 不能作为基址：{cause}", "例如 https://data.example.gov.cn/credit/")
    return written


def _fault_of(written: str) -> str:
    """What keeps an address from being a base; empty when nothing does."""
    if not written.isascii():
        return "有非 ASCII 字符（中文域名写成 xn-- 的形式）"
    try:
        parts = urlsplit(written)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"不是网址（{error}）"
    if parts.scheme not in ("http", "https") or not host:
        return "不是 http 或 https 的完整网址"
    if parts.username is not None:
        return "含有用户名或口令"
    if "?" in written or "#" in written:
        return "含有 ? 或 #（各项的地址是基址加 id/…）"
    if not parts.path.endswith("/"):
        return "末尾没有 /"
    if "/id/" in parts.path:
        return "路径里有 /id/（各项的地址从基址之后的 id/ 起）"
    if f"{host}{parts.path}".lower().startswith(BASE.partition("://")[2]):
        return f"{BASE} 只用于 policygraph 自己的词汇和五份样本文件"
    return "" if is_base(written) else "含有网址里不能有的字符"


def check_identifier(identifier: str, place: str = "--id") -> None:
    """Refuse an id that cannot be a segment of an IRI. Errors: ``InputError``.

    >>> check_identifier("linhai-2031-9")
    >>> check_identifier("临海")
    Traceback (most recent call last):
    ...
    policygraph.errors.InputError: --id: '临海' 不能作为文件的标识。只用小写字母、数字和单个连字符，至多 64 字符
    """
    if not _IDENTIFIER.fullmatch(identifier) or len(identifier) > _LONGEST_IDENTIFIER:
        raise InputError(
            place,
            f"{identifier!r} 不能作为文件的标识",
            f"只用小写字母、数字和单个连字符，至多 {_LONGEST_IDENTIFIER} 字符",
        )
