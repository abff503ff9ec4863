"""An invented memo of fifteen measures in the form of a joint-incentive memo, as Word file, web page and PDF.

City, number and names are invented. One text gives all three files, so that what is read from each can be held against
the others.
"""

from __future__ import annotations

import csv
import io
from html import escape
from pathlib import Path

from docx import Document
from tests.pdffiles import Word, make_pdf

from policygraph.keeping.additions import add_document
from policygraph.keeping.curation.cases import Case, open_case, open_desk
from policygraph.keeping.curation.drafting import draft_document
from policygraph.keeping.workspace import init_workspace

CITY, CODE, SLUG = "临溪市", "999902", "linxi-2031-9"
BASE, AT = "https://data.example.gov.cn/credit/", "2031-06-01T09:00:00+08:00"
"""Where things of the workspace get their names, and when it is drafted."""
TITLE = "关于对临溪市安全生产领域守信生产经营单位及其有关人员开展联合激励的合作备忘录"
UNIT = "91230803MA9XN00015"
MEASURES = 15
BODIES = ("临溪市应急管理局", "临溪市财政局", "临溪市市场监督管理局", "临溪市税务局", "临溪市自然资源局")
LINES = (
    f"关于印发《{TITLE}》的通知",
    "临应急联发〔2031〕9号",
    "各县（区）应急管理局、市直有关部门：",
    f"现将《{TITLE}》印发给你们，请认真贯彻执行。",
    *BODIES,
    "2031年5月20日",
    TITLE,
    "为建立守信联合激励机制，促进生产经营单位落实安全生产主体责任，经协商，就开展联合激励达成如下意见。",
    "一、联合激励对象",
    "联合激励对象为同时符合以下条件的生产经营单位及其有关人员：",
    "(1)公开向社会作出安全生产承诺；",
    "(2)3年内无安全生产失信行为；",
    "(3)3年内未发生生产安全责任事故；",
    "(4)未被列入失信联合惩戒对象名单。",
    "二、激励措施",
    "（一）给予财政资金支持",
    "1.在安排安全生产专项资金时，同等条件下优先安排。",
    "2.对采购安全防护设备的守信企业给予适当补助。",
    "3.在实施财政性资金项目时，优先予以支持。",
    "实施单位：临溪市财政局",
    "（二）优化监督检查",
    "4.适当减少日常检查频次。",
    "5.优先推荐参加安全生产标准化示范评选。",
    "6.在办理安全生产许可证延期时简化审查程序。",
    "实施单位：临溪市应急管理局",
    "（三）提供登记便利",
    "7.在办理登记、备案时开通绿色通道，实行容缺受理。",
    "8.适当降低抽查比例。",
    "9.在评选守合同重信用企业时给予优先考虑。",
    "实施单位：临溪市市场监督管理局",
    "（四）提供纳税便利",
    "10.对信用良好的纳税人优先办理出口退税。",
    "11.可预约上门办理涉税事项。",
    "12.在领用发票时适当放宽数量。",
    "实施单位：临溪市税务局",
    "（五）支持用地保障",
    "13.在土地供应时同等条件下优先安排用地。",
    "14.优先办理不动产登记。",
    "15.将守信信息作为评审的重要参考。",
    "实施单位：临溪市自然资源局",
    "三、联合激励的实施方式",
    "临溪市应急管理局每季度将联合激励对象名单通报有关部门，并通过政府网站向社会公布。各部门应当在收到名单之日起"
    "10个工作日内落实激励措施，每年12月20日前将实施情况反馈给临溪市应急管理局。",
    "四、动态管理",
    "发现联合激励对象存在失信行为的，应当在5个工作日内将其移出联合激励对象名单，并书面告知当事人。",
)
_ACROSS = 36
"""Characters in a line of the PDF."""
_DOWN = 40
"""Lines on a page of it."""


def write_register(folder: Path, **tables: list[dict[str, str]]) -> Path:
    """A register of one unit that meets every condition of the memo, all tables complete; ``tables`` stand beside."""
    known: dict[str, list[dict[str, str]]] = {
        "enterprises": [{"uscc": UNIT, "name": "临溪示例（虚构）", "region": CODE}],
        "commitments": [{"uscc": UNIT, "date": "2031-06-01", "published": "true"}],
        "coverage": [
            {"table": table, "from": "2028-01-01", "to": "2031-12-31", "uscc": "", "source": "虚构"}
            for table in ("commitments", "dishonesty", "accidents", "listings", "penalties")
        ],
    }
    folder.mkdir()
    for name, rows in (known | tables).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    return folder


def draft_memo(folder: Path, *, samples: bool = False) -> Case:
    """A workspace ``own`` in a folder with the memo of a Word file, drafted, and nothing decided yet."""
    (folder / "memo.docx").write_bytes(make_docx())
    workspace = init_workspace(folder / "own", BASE, samples=samples)
    add_document(workspace, folder / "memo.docx", SLUG, f"{CODE}={CITY}")
    case = open_case(open_desk(workspace), SLUG)
    draft_document(case, AT)
    return case


def make_docx() -> bytes:
    """The memo as a Word file, a paragraph a line."""
    document = Document()
    for line in LINES:
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def make_html() -> bytes:
    """The memo as a web page with the chrome of a portal around it."""
    words = "".join(f"<p>{escape(line)}</p>" for line in LINES)
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{TITLE}</title></head><body>'
        f"<nav><a href='/'>首页</a></nav><div class='article'>{words}</div><footer>版权所有</footer></body></html>"
    ).encode()


def make_memo_pdf() -> bytes:
    """The memo as a PDF with a text layer: paragraphs begin two characters in, as they are printed."""
    rows: list[Word] = []
    for line in LINES:
        rest, left = line, 90.0 + 24 * (len(line) > 12)
        while rest:
            most = _ACROSS - (2 if left > 90 else 0)
            rows.append((left, 0.0, rest[:most]))
            rest, left = rest[most:], 90.0
    pages = [rows[at : at + _DOWN] for at in range(0, len(rows), _DOWN)]
    return make_pdf(
        [([(x, 60.0 + 18 * number, text) for number, (x, _, text) in enumerate(page)], []) for page in pages], 11
    )
