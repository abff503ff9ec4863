"""A file is read exactly or refused with its place."""

from pathlib import Path

import pytest

from policygraph.errors import InputError, LimitError
from policygraph.keeping.sources import decode_source, find_root, read_source


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        ("源应急发〔2021〕28号\n".encode(), "UTF-8"),
        (b"\xef\xbb\xbf" + "有标记".encode(), "UTF-8"),
        ("源应急发〔2021〕28号\n".encode("gb18030"), "GB18030"),
    ],
)
def test_every_accepted_charset_is_reported_and_keeps_every_character(raw: bytes, charset: str) -> None:
    file = decode_source(raw, "x.txt")
    assert file.charset == charset
    assert file.text.encode(charset.lower()) == raw


@pytest.mark.parametrize(
    ("raw", "cause"),
    [(b"", "空的"), (b" \n\t", "空的"), (b"%PDF\0\1", "空字节"), (b"\xff\xff\xff", "GB18030")],
)
def test_what_is_no_text_is_refused_with_a_remedy(raw: bytes, cause: str) -> None:
    with pytest.raises(InputError, match=cause) as caught:
        decode_source(raw, "x.txt")
    assert caught.value.remedy
    assert caught.value.place == "x.txt"


def test_absent_folder_and_oversize_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="无法读取"):
        read_source(tmp_path / "没有.txt")
    with pytest.raises(InputError, match="文件夹"):
        read_source(tmp_path)
    big = tmp_path / "big.txt"
    big.write_text("一" * 100, encoding="utf-8")
    with pytest.raises(LimitError):
        read_source(big, limit=100)


def test_the_knowledge_files_are_found() -> None:
    root = find_root()
    assert (root / "data" / "documents" / "jiamusi-2020-5" / "source.txt").is_file()
