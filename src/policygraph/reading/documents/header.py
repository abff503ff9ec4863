"""What stands above the body: issuers, document number, title, addressees, the line of a statute's promulgation.

The order and form are those of GB/T 9704 (公文格式); crawls glue or break these lines, so a line is first cut where two
of them meet. Only what stands in header position counts: a number that the body cites is not the document's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from policygraph.reading.documents.layout import Line, Page, ends_sentence
from policygraph.reading.documents.numbering import find_markers, opens_clause
from policygraph.text.dates import DATE
from policygraph.text.numbers import BRACKETED, ORDINAL

# Kinds of official document (党政机关公文处理工作条例 art. 8) and what plans, rules and statutes are called.
_KIND_WORDS = """
通知 意见 办法 方案 决定 规定 条例 公告 通告 命令 令 函 批复 报告 请示 纪要 备忘录 细则 规则 规程 规范 标准 指引 指南
纲要 规划 计划 要点 清单 目录 制度 决议 议案 公报 通报 法 章程 准则 解释 预案 措施 承诺书 责任书 倡议书 名单 协议 合同
说明 复函 答复 公示 政策 守则 公约 建议 机制 分工 安排 总结 须知 手册 表 样本 样式
"""
KINDS = tuple(sorted(_KIND_WORDS.split(), key=lambda kind: (-len(kind), kind)))
_KIND = "|".join(KINDS)
_LONG_KIND = "|".join(kind for kind in KINDS if len(kind) > 1)
# Matches …的通知, …实施方案（试行）, …意见》的通知, …规划（2014—2020年）; not …进行了通知.
_TITLE_END = re.compile(rf"(?P<kind>{_KIND})[》〉”]*\s*(?:（[^（）]{{1,24}}）|\[[^\[\]]{{1,12}}\])*\s*$")
# Kinds after which a title may go on in its next line: …联合惩戒制度 / 实施方案.
_OPEN_KINDS = frozenset({"制度", "措施", "机制", "安排", "规范", "标准", "规划", "计划", "总结", "分工", "法", "表"})
_ORG_END = (
    r"(?:局|委|委员会|会|办|办公室|厅|部|院|行|政府|中心|署|处|公司|集团|队|联合会|社|校|大学|站|所|机关|海关|党组|"
    r"管委会|人大|政协|分行|支行|分局|国资委|发改委)"
)
# Matches 佳木斯市财政局, 中共佳木斯市委, 住房和城乡建设局（建委）; not 关于印发…, 各有关单位：.
_ORGANISATION = re.compile(
    rf"(?!关于|附\s*件|第)[\u4e00-\u9fffA-Za-z·、（）\s]{{2,58}}?{_ORG_END}(?:（[^（）]{{1,12}}）)?"
)
_ADDRESSEE_END = re.compile(
    rf"(?:{_ORG_END}|单位|部门|机构|企业|组织|部委|院校|商会|协会|成员|同志|市|县|区|州|旗|乡|镇|街道|盟|团|师|省|分会|高校|学校|人员|科室)"
    r"(?:（[^（）]{1,40}）)?$"
)
_BRACKETED_YEAR = re.compile(BRACKETED, re.VERBOSE)
_DECREE_NUMBER = re.compile(ORDINAL)
_DATE_LINE = re.compile(rf"[（(]?\s*{DATE}\s*[）)]?", re.VERBOSE)
_ENACTED = r"(?:通过|公布|发布|施行|实施|修订|修正|批准|印发|颁布|修改|公告|废止|生效)"
# Matches 2014年8月7日 中华人民共和国国务院令第654号公布, （2011年12月15日…公布）; not 2014年起，各地区要….
_PROMULGATION = re.compile(
    rf"[（(〔\[]?\s*(?:根据|经|自|已?于)?\s*(?:{DATE}|\d{{4}}\s*年\s*\d{{1,2}}\s*月\s*\d{{0,2}}\s*日?)", re.VERBOSE
)


# Matches 附件, 附件1, 附件：, 附 件 二; not 附件1：某某方案 (that has a title), 附件所列.
_ANNEX_MARK = re.compile(r"附\s*件\s*(?P<number>\d{1,3}|[一二三四五六七八九十]{1,3})?\s*[：.、]?")


@dataclass(slots=True)
class Header:
    """The lines above the body, by what they are, and where the body begins."""

    entries: list[tuple[str, list[Line]]] = field(default_factory=list)
    body: int = 0

    def lines(self, level: str) -> list[Line]:
        """All lines of a level, in order."""
        return [line for name, lines in self.entries if name == level for line in lines]


def annex_mark(text: str) -> str | None:
    """The printed number of an annex when a line is its mark ("" when unnumbered); None when it is no mark.

    >>> annex_mark("附件2："), annex_mark("附 件"), annex_mark("附件所列材料")
    ('2', '', None)
    """
    match = _ANNEX_MARK.fullmatch(text) if len(text) <= 12 else None
    return (match["number"] or "") if match else None


def title_kind(title: str) -> str | None:
    """The kind of document that a title ends with; None when it ends with none.

    >>> title_kind("关于加强安全生产领域信用管理的通知"), title_kind("信用修复管理办法（试行）"), title_kind("总体要求")
    ('通知', '办法', None)
    """
    match = _TITLE_END.search(title.strip())
    return match["kind"] if match else None


def _balanced(text: str) -> bool:
    return all(text.count(a) == text.count(b) for a, b in ("《》", "〈〉", "（）", "“”"))


def is_title(text: str) -> bool:
    """Whether a stretch reads as a finished title: names a kind of document at its end, all brackets closed."""
    return bool(title_kind(text)) and _balanced(text) and "。" not in text and 4 <= len(text) <= 160


def is_organisation(text: str) -> bool:
    """Whether a whole line is the name of an organisation, as letterheads and signatures print it.

    >>> [is_organisation(line) for line in ("中国人民银行佳木斯市中心支行", "二、组织领导", "各有关单位：")]
    [True, False, False]
    """
    return len(text) <= 60 and bool(_ORGANISATION.fullmatch(text)) and not opens_clause(text)


def is_date_line(text: str) -> bool:
    """Whether a line is nothing but a date."""
    return len(text) <= 40 and bool(_DATE_LINE.fullmatch(text))


def find_number(text: str) -> tuple[int, int] | None:
    """Where a document number stands that is not part of a quoted title: the bounds; None when there is none.

    >>> text = "国务院办公厅关于加强环境监管执法的通知国办发〔2014〕56号各省、自治区、直辖市人民政府："
    >>> start, end = find_number(text); text[start:end]
    '国办发〔2014〕56号'
    """
    for match in _BRACKETED_YEAR.finditer(text):
        before = text[: match.start()]
        if before.count("《") > before.count("》"):
            continue
        run = re.search(
            r"[\u4e00-\u9fffA-Za-z·]+(?:[ \u3000\n]{1,3}[\u4e00-\u9fffA-Za-z·]{1,10})?[ \u3000\n]*$", before[-40:]
        )
        if not run:
            continue
        code = run.group()
        kind_ends = [m.end() for m in re.finditer(rf"{_LONG_KIND}|文件", code) if m.end() < len(code.rstrip())]
        start = kind_ends[-1] if kind_ends else 0
        length = len(code[start:].strip())
        if not 1 <= length <= 18:
            continue
        begin = match.start() - len(code) + start
        begin += len(code[start:]) - len(code[start:].lstrip())
        return begin, match.end()
    return None


def _cut(line: Line, *places: int) -> list[Line]:
    """A line cut at places counted from its start; the cut-off pieces count as following without a blank line."""
    bounds = sorted({line.start, line.end, *(line.start + place for place in places)})
    return [Line(a, b, line.after_blank and a == line.start, line.indented) for a, b in pairwise(bounds)]


def _trim(page: Page, lines: Sequence[Line]) -> list[Line]:
    trimmed = []
    for line in lines:
        text = page.text(line)
        left, right = len(text) - len(text.lstrip()), len(text.rstrip())
        if left < right:
            trimmed.append(line._replace(start=line.start + left, end=line.start + right))
    return trimmed


def _split_line(page: Page, line: Line, titled: bool, numbered: bool) -> list[Line]:
    """A header line cut where title, number, addressees and body are glued together; itself when they are not."""
    text = page.text(line)
    head = text[:1200]
    if opens_clause(head):
        return [line]
    marked = re.match(r"附\s*件\s*\d{0,2}[：\s]\s*(?=关于|\S{4,60}(?:办法|方案|备忘录|细则|规定))", head)
    if marked and not titled:
        return _trim(page, _cut(line, marked.end()))
    number = find_number(head[:300])
    if number and "。" not in head[: number[0]] and (number[0] > 0 or number[1] < len(text)):
        start, end = number
        before = head[:start].rstrip()
        bracketed = before[-1:] in ("（", "(") and text[end : end + 1] == "）"
        if bracketed:
            before = before[:-1].rstrip()
        tail = len(text) - end - (1 if bracketed else 0)
        fits = is_title(before) or before.endswith("文件") or is_organisation(before)
        fits = fits and not re.match("为|根据|按照|依据|依照|现将|经", before)
        if fits and not (bracketed and tail > 0 and text[end + 1] != "各"):
            return _trim(page, _cut(line, len(before), end + 1 if bracketed else end))
        if not before and tail > 0 and text[end] not in "，。；、）)的文和精":
            return _trim(page, _cut(line, end))
    colon = head.find("：")
    if colon > 0 and "。" not in head[:colon]:
        addressed = head[:colon]
        title = re.match(rf".{{4,80}}?(?:{_LONG_KIND})[》”]*(?=\s*(?:各|有关|市直|机关))", addressed)
        if title and is_title(title.group()) and not titled:
            return _trim(page, _cut(line, title.end()))
        if colon + 1 < len(text) and (titled or numbered) and is_addressees(addressed + "："):
            return _trim(page, _cut(line, colon + 1))
    if not titled:
        for pattern in _TITLE_THEN:
            match = pattern.match(head)
            if match and is_title(match["title"].strip()):
                return _trim(page, _cut(line, match.end("title")))
    else:
        act = _GLUED_ACT.match(head)
        if act and act.end() < len(text):
            return _trim(page, _cut(line, act.end()))
    closing = re.match(r"（[^（）]*(?:（[^（）]*）[^（）]*)*）", head) if head.startswith("（") else None
    if closing and _PROMULGATION.match(head) and closing.end() < len(text):
        return _trim(page, _cut(line, closing.end()))
    markers = (m for m in find_markers(head[:200]) if m.number == 1 and m.style in {"chp", "art", "cn_dun", "part"})
    glued = _GLUED_OPENING.search(head[:160])
    place = next((m.start for m in markers), glued.start() if glued else 0)
    if 0 < place <= 120 and not titled and is_title(head[:place].strip()):
        return _trim(page, _cut(line, place))
    return [line]


# Where a title ends although its line goes on.
_TITLE_THEN = (
    # …办法（2011年12月15日…, …条例2014年7月23日 …
    re.compile(r"(?P<title>[^（）。：]{2,60}?)\s*（(?=\s*(?:根据|经|自)?\s*(?:19|20)\d\d\s*年)"),
    re.compile(rf"(?P<title>[^（）。：]{{2,60}}?(?:{_KIND}))\s*(?=(?:19|20)\d\d\s*年\s*\d{{1,2}}\s*月)"),
    # …实施方案为贯彻落实…, …条例目录第一章
    re.compile(
        rf"(?P<title>[^。：；]{{2,80}}?(?:{_LONG_KIND})(?:（[^（）]{{1,10}}）)?)"
        r"(?=\s*(?:为[了进贯加规深切全推落促构建保认]|目\s*录\s*第))"
    ),
)
# An act of a statute's history when the next one or the text is glued to it: 2014年7月23日…通过 before 2014年8月7日.
_GLUED_ACT = re.compile(
    rf"""
    {DATE} [^。；]{{0,120}}? {_ENACTED} [）)]?
    (?= \s* (?: (?:19|20)\d\d\s*年 | 第\s*[一1]\s*[章条编] | （(?:19|20)\d\d | 目\s*录 | 为 ) )""",
    re.VERBOSE,
)
# The first chapter or article of a one-line statute. Matches 第一章总则, 第一条为了; not 第一条规定, 第一章、.
_GLUED_OPENING = re.compile(r"第\s*[一1]\s*[章条编](?=\s|[^第规的、，。款项]{2})")


def is_addressees(text: str) -> bool:
    """Whether a stretch that ends with a colon names those to whom a document is sent.

    >>> is_addressees("各乡镇人民政府，市人民政府各部门，各有关单位："), is_addressees("现就有关事项通知如下：")
    (True, False)
    """
    if not text.endswith("：") or "。" in text or "《" in text or len(text) > 900 or opens_clause(text):
        return False
    items = [item.strip() for item in re.split("[，、；]", text[:-1]) if item.strip()]
    if not items:
        return False
    named = sum(bool(_ADDRESSEE_END.search(item)) for item in items)
    return bool(_ADDRESSEE_END.search(items[-1]) or named * 2 >= len(items)) and named * 2 >= len(items)


def _is_title_piece(text: str) -> bool:
    """Whether a line can be one of a title's lines."""
    return (
        len(text) <= 90
        and "\t" not in text
        and not ends_sentence(text)
        and text[-1] not in "，、"
        and not opens_clause(text)
        and not re.match(r"[^《》]{1,12}：", text)
        and not is_date_line(text)
        and not _PROMULGATION.match(text)
        and not re.fullmatch(r"目\s*[录次]|文\s*件|附\s*[件录表].{0,6}", text)
    )


def _take_title(page: Page, lines: Sequence[Line], start: int, annex: bool) -> int:
    """How many lines from `start` make up the title; 0 when none does. An annex may be called anything."""
    best = 0
    joined = ""
    for count in range(1, 8):
        at = start + count - 1
        if at >= len(lines):
            break
        text = page.text(lines[at])
        if (
            not _is_title_piece(text)
            or find_number(text)
            or (count > 1 and joined and _balanced(joined) and is_addressees(text))
        ):
            break
        joined += re.sub(r"\s", "", text)
        remark = re.fullmatch(r"（[^（）]{1,24}）", text)
        if is_title(joined):
            above = re.sub(r"\s", "", "".join(page.text(line) for line in lines[start : start + best]))
            if best and not remark and (count - best > 1 or len(text) > 40 or title_kind(above) not in _OPEN_KINDS):
                break
            best = count
        elif best and not remark and (len(text) > 24 or is_organisation(text)):
            break
    if not best and start < len(lines) and _is_title_piece(first := page.text(lines[start])) and 4 <= len(first) <= 60:
        below = page.text(lines[start + 1]) if start + 1 < len(lines) else ""
        follows = below and (
            is_addressees(below)
            or _PROMULGATION.match(below)
            or opens_clause(below)
            or (len(below) > 60 and not _is_title_piece(below))
            or ends_sentence(below)
        )
        if follows and re.search(r"[\u4e00-\u9fff]{3}", first) and "，" not in first and "：" not in first:
            best = 1
    if annex and not best and start < len(lines):
        first = page.text(lines[start])
        best = int(2 <= len(first) <= 60 and _is_title_piece(first) and not re.search("[，：；]", first))
    return best


def _issuer_block(page: Page, lines: Sequence[Line], at: int) -> int:
    """How many lines of letterhead stand at `at` (organisations, 文件, closed by a number or 文件); 0 when none."""
    count = 0
    closed = False
    while at + count < len(lines) and count < 60:
        text = page.text(lines[at + count])
        if re.fullmatch(r"文\s*件", text) or re.fullmatch(rf".{{2,58}}{_ORG_END}\s*文\s*件", text):
            count += 1
            closed = True
            break
        if not is_organisation(text):
            break
        count += 1
    if count == 0:
        return 0
    below = page.text(lines[at + count]) if at + count < len(lines) else ""
    number = find_number(below[:80])
    return count if closed or (number and number[0] == 0) or re.match(r"签发人", below) else 0


def read_header(page: Page, lines: list[Line], annex: bool = False) -> tuple[Header, list[Line]]:
    """Read the lines above the body; also returns the lines with glued ones cut apart."""
    header = Header()
    lines = list(lines)
    at = 0
    seen: set[str] = set()

    def take(level: str, count: int) -> None:
        nonlocal at
        header.entries.append((level, lines[at : at + count]))
        seen.add(level)
        at += count

    while at < len(lines) and at < 120:
        cut = _split_line(page, lines[at], "title" in seen, "number" in seen)
        if len(cut) > 1:
            lines[at : at + 1] = cut
        text = page.text(lines[at])
        number = find_number(text)
        decree = _DECREE_NUMBER.fullmatch(text)
        if number and re.fullmatch(r"[（(\s]*", text[: number[0]]) and re.fullmatch(r"[）)\s]*", text[number[1] :]):
            if "number" in seen:
                break
            take("number", 1)
            continue
        if "number" not in seen and at + 1 < len(lines) and len(text) <= 24 and not opens_clause(text):
            joint = text + page.text(lines[at + 1])
            if (
                (pair := find_number(joint))
                and pair == (0, len(joint))
                and not number
                and not find_number(page.text(lines[at + 1]))
            ):
                take("number", 2)
                continue
        if decree and "number" not in seen and (not header.entries or header.entries[-1][0] in {"issuers", "title"}):
            take("number", 1)
            continue
        if re.match(r"签发人\s*：", text) and len(text) <= 40:
            take("signer", 1)
            continue
        if not header.entries and at == 0 and annex_mark(text) is not None:
            take("marking", 1)
            continue
        if re.fullmatch(r"(?:特急|加急|平急|机密|秘密|绝密|内部|急件)[★\d年]*|\d{6}", text):
            take("marking", 1)
            continue
        if "title" not in seen and "issuers" not in seen and (count := _issuer_block(page, lines, at)):
            take("issuers", count)
            continue
        below = page.text(lines[at + 1]) if at + 1 < len(lines) else ""
        if not seen & {"title", "issuers"} and re.fullmatch(r".{2,40}令", text) and _DECREE_NUMBER.fullmatch(below):
            take("issuers", 1)
            continue
        if "title" in seen and "signature" not in seen and (count := _signing_lines(page, lines, at)):
            take("signature", count)
            continue
        if "title" in seen and is_date_line(text) and "addressees" not in seen:
            take("date" if "date" not in seen else "promulgation", 1)
            continue
        if seen & {"title", "number"} and (count := _promulgation_lines(page, lines, at)):
            take("promulgation", count)
            continue
        if "title" in seen and re.fullmatch(r"目\s*[录次]", text) and (count := _contents_lines(page, lines, at)):
            take("contents", count)
            continue
        if "title" not in seen and (count := _take_title(page, lines, at, annex)):
            take("title", count)
            continue
        if (
            "addressees" not in seen
            and ("title" in seen or "number" in seen)
            and (count := _addressee_lines(page, lines, at))
        ):
            take("addressees", count)
            break
        if not seen & {"title", "number", "issuers"} and _is_label(page, lines, at):
            take("marking", 1)
            continue
        break
    header.body = at
    return header, lines


def _is_label(page: Page, lines: Sequence[Line], at: int) -> bool:
    """Whether a short line above the title belongs to whoever copied the document: a telephone, a column's name."""
    text = page.text(lines[at])
    if at > 8 or len(text) > 40 or ends_sentence(text) or opens_clause(text) or "\t" in text:
        return False
    return any(is_title(words) and not opens_clause(words) for words in map(page.text, lines[at + 1 : at + 6]))


def _signing_lines(page: Page, lines: Sequence[Line], at: int) -> int:
    """How many lines a signature takes that stands above the text, closed by its date; 0 when there is none."""
    count = 0
    while at + count < len(lines) and count < 60:
        text = page.text(lines[at + count])
        names = text.split() if len(text) <= 200 else []
        if not (is_organisation(text) or (names and all(is_organisation(name) for name in names))):
            break
        count += 1
    dated = at + count < len(lines) and is_date_line(page.text(lines[at + count]))
    return count if dated else 0


def _promulgation_lines(page: Page, lines: Sequence[Line], at: int) -> int:
    """How many lines the history of a statute takes at `at`: one, or up to the closing bracket."""
    first = page.text(lines[at])
    if not _PROMULGATION.match(first) or opens_clause(first):
        return 0
    if first[0] in "（(" and first.count("（") > first.count("）"):
        joined = ""
        for count in range(1, 25):
            if at + count > len(lines):
                return 0
            joined += page.text(lines[at + count - 1])
            if joined.count("（") <= joined.count("）"):
                return count if re.search(_ENACTED, joined) else 0
        return 0
    joined = ""
    for count, line in enumerate(lines[at : at + 5], start=1):
        text = page.text(line)
        if count > 1 and (_PROMULGATION.match(text) or opens_clause(text) or line.after_blank):
            return 0
        joined += text
        if len(joined) > 300 or "。" in joined[:-1]:
            return 0
        if re.search(rf"{_ENACTED}[）)。]?\s*$", joined):
            return count
    return 0


def _contents_lines(page: Page, lines: Sequence[Line], at: int) -> int:
    """How many lines a table of contents takes: 目录 and the headings up to where they begin again."""
    for count in range(1, min(200, len(lines) - at)):
        text = page.text(lines[at + count])
        opener = opens_clause(text)
        if opener is None or ends_sentence(text) or opener.style == "art":
            break
        if count > 1 and re.sub(r"[\s\d.…·]", "", text) == re.sub(r"[\s\d.…·]", "", page.text(lines[at + 1])):
            return count
    return 1


def _addressee_lines(page: Page, lines: Sequence[Line], at: int) -> int:
    """How many lines the addressees take at `at`; 0 when they do not stand there."""
    joined = ""
    for count in range(1, 13):
        if at + count > len(lines):
            return 0
        text = page.text(lines[at + count - 1])
        if count > 1 and (opens_clause(text) or (lines[at + count - 1].after_blank and joined.endswith("。"))):
            return 0
        joined += text
        named = is_organisation(text) and not re.search("[、，]", text)
        if "。" in text or is_date_line(text) or named:
            return 0
        if joined.endswith("："):
            return count if is_addressees(joined) else 0
    return 0


def split_addressees(text: str) -> list[tuple[int, int]]:
    """The bounds of each addressee in the words before the colon.

    >>> text = "各省、自治区、直辖市人民政府，国务院各部委、各直属机构："
    >>> [text[a:b] for a, b in split_addressees(text)]
    ['各省、自治区、直辖市人民政府', '国务院各部委', '各直属机构']
    """
    found: list[tuple[int, int]] = []
    depth, begin, open_item = 0, 0, -1
    for at, c in enumerate(text + "，"):
        if c in "（(《":
            depth += 1
        elif c in "）)》":
            depth = max(0, depth - 1)
        elif c in "，；、：" and (depth == 0 or at == len(text)):
            start = open_item if open_item >= 0 else begin
            item = text[start:at]
            left, right = len(item) - len(item.lstrip()), len(item.rstrip())
            if c == "、" and not re.search(
                rf"(?:{_ORG_END}|单位|部门|机构|企业|部委|公司|组织|科室)(?:（[^（）]*）)?$", item.rstrip()
            ):
                open_item = start
            elif left < right:
                found.append((start + left, start + right))
                open_item = -1
            begin = at + 1
    return found
