"""An invented memo with a red and a black list and a table of measures, as a web page.

City, number and names are invented. Both lists stand in sections of their own, and how one leaves them in a third, so
that what a draft says of a list or a policy comes from more than one clause; each measure is a row of the table.
"""

from __future__ import annotations

from html import escape

CITY, CODE, SLUG = "白岭市", "999903", "bailing-2031-4"
TITLE = "白岭市安全生产领域守信激励和失信惩戒合作备忘录"
HEADS = ("序号", "措施内容", "实施单位")
ROWS = (
    ("1", "在安排技改专项资金时，同等条件下优先安排", "市财政局"),
    ("2", "减少日常抽查频次", "市应急管理局"),
    ("3", "限制参与政府投资工程项目投标", "市发展和改革委员会"),
    ("4", "在评优评先中取消资格", "市总工会"),
)
_BEFORE = (
    f"关于印发《{TITLE}》的通知",
    "白应急联发〔2031〕4号",
    "各县（区）应急管理局、市直有关部门：",
    f"现将《{TITLE}》印发给你们，请认真贯彻执行。",
    "白岭市应急管理局",
    "2031年4月8日",
    TITLE,
    "一、红名单",
    "生产经营单位同时具备下列条件的，列入安全生产红名单：",
    "（一）近3年内未发生生产安全责任事故；",
    "（二）未被列入安全生产黑名单。",
    "二、黑名单",
    "有下列情形之一的，列入安全生产黑名单：",
    "（一）发生较大以上生产安全责任事故的；",
    "（二）1年内因同类违法行为受到两次以上行政处罚的。",
    "黑名单有效期为1年，由市应急管理局通过门户网站向社会公布。",
    "三、联合措施",
    "对列入红名单、黑名单的单位分别实施下列激励措施和惩戒措施：",
)
_AFTER = (
    "四、退出",
    "黑名单有效期届满且未再发生第二条所列情形的，由市应急管理局移出黑名单。",
    "红名单企业不再具备第一条所列条件的，由市应急管理局移出红名单。",
    "五、加强监管",
    "（一）失信联合惩戒。对存在失信行为的生产经营单位及其主要负责人依法从严审批，实施联合惩戒，包括："
    "向社会公开曝光；提高执法检查频次；限制申请财政补助资金。",
    "六、附则",
    "本备忘录自2031年5月1日起施行，有效期3年。",
)


def make_html() -> bytes:
    """The memo as a web page, its measures in a table."""
    before, after = ("".join(f"<p>{escape(line)}</p>" for line in part) for part in (_BEFORE, _AFTER))
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in (HEADS, *ROWS))
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{TITLE}</title></head>'
        f"<body>{before}<table>{rows}</table>{after}</body></html>"
    ).encode()
