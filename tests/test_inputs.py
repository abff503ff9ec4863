"""What a build reads, told by meaning: a comment never rebuilds, whatever else changes does."""

from __future__ import annotations

import os
import py_compile
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policygraph.keeping.dataset import inputs
from policygraph.keeping.dataset.inputs import BUILT_FROM, fingerprint, is_current, list_inputs, strip_turtle
from policygraph.keeping.dataset.manifest import Manifest, find_manifest
from policygraph.keeping.sources import find_root
from policygraph.keeping.workspace import open_workspace

pytestmark = pytest.mark.slow


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of everything a build reads: ``root`` with the files, ``package`` with the program."""
    root = find_root()
    for name, path in list_inputs(open_workspace(ground=root)):
        place = tmp_path / ("package" if path.suffix == ".py" else "root") / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    monkeypatch.setattr(inputs, "PACKAGE", tmp_path / "package")
    return tmp_path


@pytest.fixture
def manifest(copied: Path, dataset: Path) -> Manifest:
    return replace(find_manifest(dataset), inputs=fingerprint(open_workspace(ground=copied / "root")))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "current"),
    [
        ("package/errors.py", "from __future__", "# a remark\n\nfrom __future__", True),
        ("package/errors.py", "class InputError", "class OtherError", False),
        ("package/keeping/digests.py", "    return ", "    yield ", False),
        ("package/keeping/writing.py", "suppress(OSError)", "suppress(KeyError)", False),
        ("root/ontology/concepts/ranks.ttl", "# ", "# 另一句说明 ", True),
        ("root/ontology/concepts/ranks.ttl", "@zh", "@zh-Hans", False),
        ("root/data/documents/jiamusi-2020-6/source.txt", "应急", "应 急", False),
    ],
)
def test_only_what_has_a_meaning_makes_a_dataset_stale(
    copied: Path, manifest: Manifest, tmp_path: Path, file: str, old: str, new: str, current: bool
) -> None:
    folder = tmp_path / "build"
    assert is_current(folder, manifest, open_workspace(ground=copied / "root"))
    change(copied / file, old, new)
    assert is_current(folder, manifest, open_workspace(ground=copied / "root")) is current


def test_what_was_found_to_mean_the_same_is_not_read_again(
    copied: Path, manifest: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "build"
    assert is_current(folder, manifest, open_workspace(ground=copied / "root"))
    assert (folder / BUILT_FROM).is_file()
    monkeypatch.setattr(inputs, "fingerprint", lambda root: pytest.fail("read by meaning again"))
    assert is_current(folder, manifest, open_workspace(ground=copied / "root"))
    with pytest.raises(pytest.fail.Exception):
        is_current(folder, replace(manifest, inputs="another build"), open_workspace(ground=copied / "root"))


def test_code_that_python_kept_of_another_text_is_not_taken(copied: Path, tmp_path: Path) -> None:
    """Python would take it: the two texts are of one size and of one second."""
    module = copied / "package" / "errors.py"
    before = fingerprint(open_workspace(ground=copied / "root"))
    kept = Path(str(py_compile.compile(str(module), doraise=True)))
    written = module.stat()
    change(module, "class InputError", "class OtherError")
    for path in (module, kept):  # however slow the machine is
        os.utime(path, ns=(written.st_atime_ns, written.st_mtime_ns))
    assert fingerprint(open_workspace(ground=copied / "root")) != before


def test_code_that_python_kept_is_not_compiled_again(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, package = copied / "root", copied / "package"
    before = fingerprint(open_workspace(ground=root))
    for module in package.rglob("*.py"):
        os.utime(module, (1_700_000_000, 1_700_000_000))
        py_compile.compile(str(module))
    monkeypatch.setattr(inputs, "compile", lambda *_, **__: pytest.fail("compiled again"), raising=False)
    assert fingerprint(open_workspace(ground=root)) == before


def test_a_moved_file_is_another_input(copied: Path, manifest: Manifest, tmp_path: Path) -> None:
    concepts = copied / "root" / "ontology" / "concepts"
    (concepts / "ranks.ttl").rename(concepts.parent / "ranks.ttl")
    assert not is_current(tmp_path / "build", manifest, open_workspace(ground=copied / "root"))


@given(st.text(alphabet="ab#\"'\\<> \n", max_size=30))
def test_no_character_of_a_string_is_taken_for_a_comment(words: str) -> None:
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    long = f'<a> <b> """{quoted}""" .'
    assert strip_turtle(f" {long} # remark") == strip_turtle(f"#\n{long}\n") == long
    if "\n" not in words:
        assert strip_turtle(f'<a> <b>   "{quoted}" .') == f'<a> <b> "{quoted}" .'


@given(
    st.lists(
        st.sampled_from(
            ("<a#b>", '"a  # b"', "'#'", '"\\\\"', '"\\\\\\""', "a:b", "[", ";", ".", " ", "  ", "\n", "# c", "\n# 'd")
        )
    )
)
def test_lines_are_stripped_as_the_whole_is(tokens: list[str]) -> None:
    """A tab sends the whole text through the slow way; it stands where it means nothing."""
    text = " ".join(tokens)
    assert strip_turtle(text) == strip_turtle("\t" + text)
