"""A file or a folder of statute texts: which work, which dated text, what is refused, and what is left untouched.

All statutes here are invented. The texts under ../shared/legislation are read in place and never copied.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.words import WORDS, read_statute

from policygraph.errors import DataError, InputError, LimitError
from policygraph.judging.law.editions import Edition, Heading, Work, choose_edition, find_work, split_front
from policygraph.keeping.library import list_texts, list_works, load_text, read_page, read_text
from policygraph.keeping.statutes import Receipt, Wish, add_texts

Run = Callable[..., Any]  # the fixture's own type lives in conftest

TITLE = "中华人民共和国蓝河保护法"
ARTICLES = ("为了保护蓝河，制定本法。", "沿河单位应当登记。", "本法自2021年9月1日起施行。")
NUMBERS = ("第一条", "第二条", "第三条")
HISTORY = (
    "（2010年3月4日第一届蓝河会议第二次会议通过　根据2021年6月10日第三届蓝河会议第九次会议"
    "《关于修改〈中华人民共和国蓝河保护法〉的决定》修正　自2021年9月1日起施行）"
)
RIVER = Work(
    "lanhe-fa", TITLE, ("蓝河法",), (Edition("2010-03-04", "2010-05-01", 2), Edition("2021-06-10", "2021-09-01", 3))
)
PLAIN = "\n".join([TITLE, HISTORY, "第一章 总则", *(f"{n} {a}" for n, a in zip(NUMBERS, ARTICLES, strict=True))])
BODY = "\n\n".join(f"{n} {a}" for n, a in zip(NUMBERS, ARTICLES, strict=True))


def write(folder: Path, name: str, text: str, charset: str = "utf-8") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(charset))
    return path


def write_docx(path: Path, text: str) -> Path:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(str(path))
    return path


def add(tmp_path: Path, path: Path, wish: Wish | None = None, works: tuple[Work, ...] = (RIVER,)) -> Receipt:
    return add_texts(tmp_path / "library", path, works, WORDS, wish)


def lines(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"


LAYOUTS = {
    "plain.txt": PLAIN,
    "heading.md": lines(f"# {TITLE}", HISTORY, "<!-- INFO END -->", "## 第一章 总则", BODY),
    "bold.md": lines(
        f"# {TITLE}", HISTORY, "## 第一章 总则", *(f"**{n}** {a}" for n, a in zip(NUMBERS, ARTICLES, strict=True))
    ),
    "bare.md": lines(f"# {TITLE}", HISTORY, "## 第一章", f"**第一条** {ARTICLES[0]}", f"**第二条** {ARTICLES[1]}",
                     "## 第二章", f"**第三条** {ARTICLES[2]}"),
    "levels.md": lines(
        f"# {TITLE}", HISTORY, "## 第一章 总则",
        *(f"### {n}\n\n{a}" for n, a in zip(NUMBERS, ARTICLES, strict=True)),
    ),
    "acts.md": lines(
        f"# {TITLE}", "2010年3月4日 第一届蓝河会议第二次会议通过", "2021年6月10日 第三届蓝河会议第九次会议修正", BODY
    ),
    "hanzi.md": lines(f"# {TITLE}", "（二〇一〇年三月四日通过，二〇二一年六月十日修正）", BODY),
    "front.md": f"---\ntitle: {TITLE}\ndate: 2021-06-10\nlayout: law\n---\n\n{BODY}\n",
    "published.md": f"---\r\n公布日期: 2021年6月10日\r\n施行日期: 2021-09-01\r\n---\r\n# {TITLE}\r\n\r\n{BODY}\r\n",
    f"{TITLE}(2021-06-10).md": lines("## 第一章 总则", BODY),
    "蓝河保护法_20210610.txt": lines("蓝河保护法", BODY),
    "蓝河法（2021年修正）.txt": lines("蓝河法", BODY),
    "started_20210901.txt": lines(TITLE, BODY),
    "page.html": f"<html><head><title>某网站</title></head><body><nav>首页</nav><h1>{TITLE}</h1><p>{HISTORY}</p>"
    + "".join(f"<p><strong>{n}</strong>　{a}</p>" for n, a in zip(NUMBERS, ARTICLES, strict=True))
    + "<script>第四条 x</script></body></html>",
}  # fmt: skip


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_leads_to_the_work_and_the_dated_text(tmp_path: Path, name: str, charset: str) -> None:
    receipt = add(tmp_path, write(tmp_path, name, LAYOUTS[name], charset))
    assert receipt.refused == ()
    (kept,) = receipt.kept
    assert (kept.text.work, kept.text.version, kept.articles, kept.state) == ("lanhe-fa", "2021-06-10", 3, "added")
    text = load_text(tmp_path / "library", "lanhe-fa", "2021-06-10")
    assert text is not None
    assert [provision.text for provision in text.provisions if "/" not in provision.path] == list(ARTICLES)


def test_a_word_file_is_matched_like_any_other(tmp_path: Path) -> None:
    (kept,) = add(tmp_path, write_docx(tmp_path / "a.docx", PLAIN)).kept
    assert (kept.text.version, kept.articles, kept.notes) == ("2021-06-10", 3, ())


def test_a_folder_has_a_receipt_that_adds_up(tmp_path: Path) -> None:
    folder = tmp_path / "laws"
    write(folder, "a/one.md", PLAIN)
    write(folder, "b/same.txt", PLAIN)
    write(folder, "b/other.txt", PLAIN.replace("应当登记", "可以登记"))
    write(folder, "notice.txt", "关于开会的通知\n请准时参加。")
    write(folder, "scan.pdf", "%PDF")
    write(folder, "empty.txt", "")
    write(folder, "unknown.md", PLAIN.replace("蓝河", "红河"))
    write(folder, ".git/config.txt", PLAIN)
    receipt = add(tmp_path, folder)
    assert (receipt.seen, receipt.added, receipt.present, len(receipt.refused)) == (7, 1, 1, 5)
    why = {item.file: item.cause for item in receipt.refused}
    assert why["b/other.txt"] == "与 a/one.md 是同一次文本，文字却不同"
    assert "第X条" in why["notice.txt"]
    assert "文件类型" in why["scan.pdf"]
    assert "空" in why["empty.txt"]
    assert "登记中没有《中华人民共和国红河保护法》" in why["unknown.md"]
    assert all(item.remedy for item in receipt.refused)
    again = add(tmp_path, folder / "a")
    assert (again.seen, again.added, again.present) == (1, 0, 1)
    assert len(list((tmp_path / "library").rglob("*"))) == 2


def test_a_text_of_the_same_version_replaces_the_former_and_says_so(tmp_path: Path) -> None:
    add(tmp_path, write(tmp_path, "a.txt", PLAIN))
    (kept,) = add(tmp_path, write(tmp_path, "b.txt", PLAIN.replace("应当登记", "必须登记"))).kept
    assert kept.state == "replaced"
    assert "a.txt" in kept.notes[0]


@pytest.mark.parametrize(
    ("heading", "articles", "told"),
    [
        (Heading(TITLE), 3, "没有写明"),
        (Heading(TITLE, ("2010-03-04", "2023-05-05")), 3, "没有登记 2023-05-05"),
        (Heading(TITLE, ("2010-03-04",)), 3, "题注可能不全"),  # the number of articles is that of a later text
        # a name that tells a later day than the history, where the number of articles is that of neither or of both
        (Heading(TITLE, ("2010-03-04",), year="2015"), 4, "题注只到 2010-03-04，文件名（文件头）却写 2015"),
        (
            Heading(TITLE, ("2010-03-04",), stated="2015-01-01"),
            4,
            "题注只到 2010-03-04，文件名（文件头）却写 2015-01-01",
        ),
        (
            Heading(TITLE, ("2010-03-04",), stated="2021-06-10"),
            4,
            "题注只到 2010-03-04，文件名（文件头）却写 2021-06-10",
        ),
        (Heading(TITLE, year="2015"), 2, "2015 年"),
    ],
)
def test_what_does_not_lead_to_one_text_is_refused(heading: Heading, articles: int, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        choose_edition("a.md", heading, RIVER, articles)
    assert "--date" in caught.value.remedy
    assert "2021-06-10，3 条" in caught.value.remedy


@pytest.mark.parametrize(
    ("heading", "articles", "day", "note"),
    [
        (Heading(TITLE, ("2010-03-04",)), 2, "2010-03-04", ""),
        (Heading(TITLE, ("2010-03-04",)), 5, "2010-03-04", ""),  # a difference is a warning elsewhere
        (Heading(TITLE, ("2010-03-04",), stated="2021-06-10"), 3, "2021-06-10", "题注只到 2010-03-04"),
        (Heading(TITLE, ("2010-03-04",), stated="2021-06-10"), 2, "2010-03-04", "写 2021-06-10，题注到 2010-03-04"),
        (Heading(TITLE, ("2010-03-04",), stated="2015-01-01"), 2, "2010-03-04", "写 2015-01-01，题注到 2010-03-04"),
        (Heading(TITLE, ("2010-03-04",), year="2015"), 2, "2010-03-04", "写 2015，题注到 2010-03-04"),
        (Heading(TITLE, ("2010-03-04", "2021-06-10"), stated="2021-09-01"), 3, "2021-06-10", ""),
        (Heading(TITLE, ("2010-03-04", "2021-06-10"), stated="2010-03-04"), 3, "2021-06-10", "依题注"),
        (Heading(TITLE, ("2010-03-04",), year="2021"), 3, "2021-06-10", "是 2021-06-10 文本的条数"),
        (Heading(TITLE, ("2010-03-04", "2021-06-10"), year="2010"), 3, "2021-06-10", ""),
        (Heading(TITLE, stated="2021-09-01"), 3, "2021-06-10", "施行日期"),
    ],
)
def test_no_text_is_older_than_its_own_history(heading: Heading, articles: int, day: str, note: str) -> None:
    choice = choose_edition("a.md", heading, RIVER, articles)
    assert choice.date == day
    assert note in "".join(choice.notes)
    assert bool(choice.notes) is bool(note)


def test_a_history_broken_over_lines_is_read_to_its_last_act() -> None:
    head = f"{TITLE}\n2010年3月4日 第一届会议通过\n\n2021年6月10日 第三届会议《关于修改<甲法>\n\n<乙法>的决定》修正\n\n"
    assert read_statute(head + BODY).acts == ("2010-03-04", "2021-06-10")


def test_a_title_is_matched_whole_and_an_ambiguous_one_not_at_all(tmp_path: Path) -> None:
    rules = Work("lanhe-shishi", "中华人民共和国蓝河保护法实施条例")
    twin = Work("lanhe-er", "蓝河保护法")
    assert find_work("蓝河保护法（2021年修正）", (RIVER, rules), WORDS) == (RIVER,)
    assert find_work("蓝河保护法实施条例", (RIVER, rules), WORDS) == (rules,)
    assert find_work("河保护法", (RIVER, rules), WORDS) == ()
    path = write(tmp_path, "a.txt", PLAIN)
    (refused,) = add(tmp_path, path, works=(RIVER, twin)).refused
    assert ("lanhe-fa" in refused.cause, "lanhe-er" in refused.cause, "--work" in refused.remedy) == (True,) * 3
    assert not (tmp_path / "library").exists()


def test_the_text_of_another_registered_work_is_never_filed_under_a_name_given_by_hand(tmp_path: Path) -> None:
    other = Work("baihe-fa", "白河保护法")
    add(tmp_path, write(tmp_path, "a.txt", PLAIN), Wish("lanhe-fa", "2021-06-10"), (RIVER, other))
    before = {path: path.read_bytes() for path in (tmp_path / "library").rglob("*") if path.is_file()}
    wrong = write(tmp_path, "b.txt", PLAIN.replace("蓝河", "白河"))
    (refused,) = add(tmp_path, wrong, Wish("lanhe-fa", "2021-06-10"), (RIVER, other)).refused
    assert "baihe-fa" in refused.cause
    assert "--work" in refused.remedy
    assert {path: path.read_bytes() for path in before} == before
    (kept,) = add(tmp_path, wrong, Wish("lanhe-fa", "2021-06-10")).kept
    assert any("白河保护法" in note for note in kept.notes)


def test_another_number_of_articles_is_a_warning_that_names_both(tmp_path: Path) -> None:
    (kept,) = add(tmp_path, write(tmp_path, "a.txt", PLAIN + "\n第四条 附则。")).kept
    assert kept.notes == ("本文 4 条，登记的 2021-06-10 文本 3 条，请核对",)


def test_work_and_date_given_by_hand_count_before_what_the_file_says(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", PLAIN.replace("蓝河", "红河"))
    (kept,) = add(tmp_path, path, Wish("lanhe-fa", "2015-01-01")).kept
    assert (kept.text.work, kept.text.version) == ("lanhe-fa", "2015-01-01")
    assert "没有 2015-01-01 的文本" in kept.notes[0]
    assert "红河" in kept.notes[1]
    with pytest.raises(InputError, match="登记中没有 lanhe-x"):
        add(tmp_path, path, Wish("lanhe-x", "2015-01-01"))
    (refused,) = add(tmp_path, path, Wish("lanhe-fa", "2015-13-01")).refused
    assert "不是日期" in refused.cause


def test_an_unknown_work_is_registered_in_the_user_s_own_library(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", PLAIN.replace("蓝河", "红河"))
    (kept,) = add(tmp_path, path, Wish(new=True)).kept
    (own,) = list_works(tmp_path / "library")
    assert (own.work, own.title, own.date, own.certainty) == (
        kept.text.work, "中华人民共和国红河保护法", "2021-06-10", "believed",
    )  # fmt: skip
    assert own.work.startswith("own-")
    assert [text.work for text in list_texts(tmp_path / "library")] == [own.work]
    # known from now on, without the option, by either title
    again = add(tmp_path, write(tmp_path, "b.txt", PLAIN.replace(TITLE, "红河保护法")))
    assert [item.text.work for item in again.kept] == [own.work]
    named = add(tmp_path, write(tmp_path, "c.txt", PLAIN.replace("蓝河", "白河")), Wish("baihe-fa", new=True))
    assert [item.text.work for item in named.kept] == ["baihe-fa"]
    (refused,) = add(tmp_path, write(tmp_path, "d.txt", BODY.replace("2021年", "")), Wish(new=True)).refused
    assert "没有找到标题" in refused.cause


def test_an_unregistered_text_of_a_registered_work_is_kept_when_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", PLAIN.replace("2021年6月10日", "2025年2月2日"))
    assert "没有登记 2025-02-02" in add(tmp_path, path).refused[0].cause
    (kept,) = add(tmp_path, path, Wish(new=True)).kept
    assert (kept.text.work, kept.text.version) == ("lanhe-fa", "2025-02-02")
    assert list_works(tmp_path / "library") == ()
    # a history that ends too early is no new text
    short = write(tmp_path, "b.txt", f"{TITLE}\n2010年3月4日通过\n\n{BODY}")
    assert "题注可能不全" in add(tmp_path, short, Wish(new=True)).refused[0].cause


def test_the_name_of_a_file_never_outweighs_what_the_text_says_of_itself(tmp_path: Path) -> None:
    early = PLAIN.replace("2021年6月10日", "2010年3月4日")
    (kept,) = add(tmp_path, write(tmp_path, "lanhe_20210610.txt", early.rsplit("第三条", 1)[0])).kept
    assert (kept.text.version, kept.articles) == ("2010-03-04", 2)
    assert "写 2021-06-10，题注到 2010-03-04" in kept.notes[0]
    more = early + "\n第四条 附则。"
    for wish in (Wish(), Wish(new=True)):
        (refused,) = add(tmp_path, write(tmp_path, "lanhe_20210610.txt", more), wish).refused
        assert "题注只到 2010-03-04，文件名（文件头）却写 2021-06-10" in refused.cause
        assert "--date" in refused.remedy
    (kept,) = add(tmp_path, write(tmp_path, "lanhe_20210610.txt", more), Wish(date="2021-06-10")).kept
    assert kept.text.version == "2021-06-10"


# --- hostile files --------------------------------------------------------------------------------------------------


def broken_docx(folder: Path, part: bytes) -> Path:
    good = io.BytesIO()
    docx.Document().save(good)
    path = folder / "broken.docx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        for item in old.infolist():
            new.writestr(item, part if item.filename == "word/document.xml" else old.read(item))
    return path


@pytest.mark.parametrize("part", [b"", b"<w:document", b"<a/>", b"\0" * 50], ids=["empty", "cut", "other", "zeros"])
def test_a_spoilt_word_file_is_refused_in_words(tmp_path: Path, part: bytes) -> None:
    receipt = add(tmp_path, broken_docx(tmp_path, part))
    assert len(receipt.refused) == 1
    assert not (tmp_path / "library").exists()


def test_a_word_file_with_an_outer_entity_reads_nothing_from_outside(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", "第一条 机密。")
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    part = (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]><w:document xmlns:w="{space}">'
        "<w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
    )
    (refused,) = add(tmp_path, broken_docx(tmp_path, part.encode())).refused
    assert "机密" not in refused.cause


@pytest.mark.parametrize(
    "html",
    ["<div>" * 30_000 + "x", "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><p>&a;</p>", "<p", "<!-- -->"],
)
def test_an_odd_page_neither_breaks_nor_fetches(tmp_path: Path, html: str) -> None:
    (refused,) = add(tmp_path, write(tmp_path, "a.html", html)).refused
    assert "root:" not in refused.cause


def test_what_is_no_plain_file_is_refused_without_being_opened(tmp_path: Path) -> None:
    folder = tmp_path / "laws"
    (folder / "folder.txt").mkdir(parents=True)
    os.mkfifo(folder / "pipe.txt")
    (folder / "endless.txt").symlink_to("/dev/zero")
    (folder / "gone.md").symlink_to(tmp_path / "nowhere")
    (folder / "loop").symlink_to(folder)
    receipt = add(tmp_path, folder)
    assert [item.file for item in receipt.refused] == ["endless.txt", "gone.md", "pipe.txt"]
    assert receipt.kept == ()


@given(st.text(max_size=200))
def test_any_page_reads_as_text_or_is_refused(html: str) -> None:
    with suppress(InputError):
        assert "\0" not in read_page(html, "a.html")


@given(st.text(max_size=80))
def test_front_matter_takes_nothing_but_itself(text: str) -> None:
    fields, body = split_front(text)
    assert text.endswith(body)
    assert fields == {} or body != text


def test_limits_are_told_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "laws"
    write(folder, "a.txt", PLAIN)
    write(folder, "b.txt", PLAIN)
    monkeypatch.setattr("policygraph.keeping.statutes.MOST_FILES", 1)
    with pytest.raises(LimitError, match="超过 1 个"):
        add(tmp_path, folder)
    monkeypatch.undo()
    monkeypatch.setattr("policygraph.keeping.statutes.MOST_BYTES", 100)
    with pytest.raises(LimitError, match="一次导入"):
        add(tmp_path, folder)
    assert not (tmp_path / "library").exists()
    with pytest.raises(InputError, match="没有这个文件"):
        add(tmp_path, tmp_path / "nowhere")
    with pytest.raises(InputError, match="不是普通文件"):
        read_text(folder)


def test_a_registration_that_is_none_is_named(tmp_path: Path) -> None:
    write(tmp_path, "library/x/work.json", '{"work": 1}')
    with pytest.raises(DataError, match=r"work\.json"):
        add(tmp_path, write(tmp_path, "a.txt", PLAIN))


# --- the command, and the published texts ---------------------------------------------------------------------------


def test_the_command_says_file_by_file_what_it_did(run: Run, dataset: Path, tmp_path: Path) -> None:
    folder, library = tmp_path / "laws", str(tmp_path / "library")
    write(folder, "广告法（2018修正）.txt", "中华人民共和国广告法\n\n" + BODY)
    write(folder, "红河.txt", PLAIN.replace("蓝河", "红河"))
    at = ("--library", library, "--dataset", str(dataset))
    done = run("legislation", "add", str(folder), *at)
    assert done.returncode == 2
    assert "广告法（2018修正）.txt → 中华人民共和国广告法（2018-10-26）：3 条" in done.stdout
    assert "共看 2 个文件：导入 1，已有 0，拒收 1" in done.stdout
    assert "拒收 红河.txt：登记中没有《中华人民共和国红河保护法》" in done.stderr
    done = run("legislation", "add", str(folder), "--new", *at)
    assert (done.returncode, "导入 1，已有 1，拒收 0" in done.stdout) == (0, True)
    listed = json.loads(run("legislation", "list", "--library", library, "--format", "json").stdout)
    assert [text["version"] for text in listed] == ["2018-10-26", "2021-06-10"]


def test_an_import_never_changes_a_conclusion(run: Run, dataset: Path, tmp_path: Path) -> None:
    """Conclusions come from the dataset; the library holds words, and no question reads them."""
    at = ("--dataset", str(dataset))
    asked = ("ask", "conclusions", "--document", "jiamusi-2020-5", "--as_of", "2026-11-22", "--format", "json", *at)
    before = run(*asked).stdout
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path))
        text = "中华人民共和国安全生产法\n（2021年6月10日修正）\n" + "\n".join(
            f"第{n}条 一律可以。" for n in range(1, 120)
        )
        done = run("legislation", "add", str(write(tmp_path, "a.txt", text)), *at)
        assert (done.returncode, "119 条" in done.stdout) == (0, True)
        assert (tmp_path / "policygraph" / "legislation" / "anquan-shengchan-fa" / "2021-06-10.json").is_file()
        assert run(*asked).stdout == before
    assert len(json.loads(before)["rows"]) > 10


# published texts that do not tell enough of themselves under the short names they have in ../shared
UNTOLD = {
    "dianxin_tiaoli.txt": "题注可能不全",
    "jianshe_huanbao_tiaoli.txt": "题注可能不全",
    "meikuang_tebie_guiding_2005.txt": "题注可能不全",
    "shichang_zhuti_dengji_tiaoli.txt": "没有写明",
}


@pytest.mark.shared
def test_published_texts_are_matched_or_refused_and_none_falsely(
    dataset: Path, tmp_path: Path, read_shared: Callable[[str, str], str]
) -> None:
    """Under short names 29 of 33 without an option; under the names of their collection all."""
    from tests.conftest import SHARED
    from tests.test_gists import TEXTS

    from policygraph.keeping.dataset.opening import open_dataset
    from policygraph.keeping.statutes import load_works

    works = load_works(open_dataset(dataset))
    right = {file.rsplit("/", 1)[-1]: key for key, file in TEXTS.items() if file.startswith("legislation/")}
    names = sorted(path.name for path in (SHARED / "legislation").glob("*.txt") if ".source." not in path.name)
    if not names:
        read_shared("legislation", "anquan_shengchan_fa_2021.txt")  # skips, and says what is absent
    assert len(names) == 33
    short, long = tmp_path / "short", tmp_path / "long"
    for name in names:
        text = read_shared("legislation", name)
        write(short, name, text)
        notes = read_shared("legislation", name.replace(".txt", ".source.txt"))
        known = next(line for line in notes.splitlines() if line.startswith("path:"))
        write(long, f"{name}/{known.rsplit('/', 1)[-1]}", text)
    for folder, refused in ((short, UNTOLD), (long, {})):
        receipt = add_texts(tmp_path / folder.name / "library", folder, works, WORDS)
        assert {item.file for item in receipt.refused} == set(refused)
        assert all(refused[item.file] in item.cause for item in receipt.refused)
        for item in receipt.kept:
            assert f"{item.text.work}/{item.text.version}" == right[item.file.split("/")[0]]
            assert not any("请核对" in note for note in item.notes)
