"""What stands in a document's text: lists inside one sentence, labelled lines, headings behind a number."""

from __future__ import annotations

from policygraph.reading.patterns import Pattern

LEADS_TO_LIST = Pattern(
    "words that lead to a list",
    r"(?: (?&list_leads) | (?&list_pointers) [^。；：，]{0,30} ) ：",
    matches=("包括：", "符合下列条件：", "制定并落实以下措施：", "重点任务分别是："),
    refuses=("工作目标：", "实施单位：", "以下，条件："),
)
LABELLED_LINE = Pattern(
    "labelled line",
    r"[^，。；：\s]{2,12} \s* ：",
    matches=("实施单位：市财政局", "法律依据 ：《广告法》", "责任部门：各部门"),
    refuses=("为落实，责任：", "甲：", "各级人民政府及其有关部门的责任："),
    by="match",
)
CLOSING_FORMULA = Pattern(
    "closing formula",
    r"(?&closing_formulas)",
    matches=("特此通知。", "妥否，请批示。", "以上意见，请遵照执行。"),
    refuses=("请遵照执行。", "不特此"),
    by="match",
)
REFERS_BACK = Pattern(
    "paragraph that refers to the list above it",
    r"(?: (?&referring_openers) ){0,2} (?&back_pointers)",
    matches=("以上情形由市局认定。", "有前款情形的，从重处理。", "对符合上述条件的单位", "前述证明材料"),
    refuses=("五万元以上罚款", "市局对上述单位予以公示", "红名单有效期为二年"),
    by="match",
)
BRACKET_HEADING = Pattern(
    "heading in brackets",
    r"""
    \s* (?: 【(?P<lenticular>[^【】]{1,24})】 | （(?P<round>[^（）。，]{1,24})） | \[(?P<square>[^\[\]]{1,24})\] )
    \s* (?=\S)
    """,
    matches=("【目的】为了", "（适用范围）本条例", "[定义] 本法所称"),
    refuses=("【目的】", "（一）"),
    by="match",
)
HEADING_LEAD = Pattern(
    "mark between number and heading",
    r"[：，、]\s*",
    matches=("：总体要求", "、 目标", "，其次"),
    refuses=("总体要求", "。"),
    by="match",
)
HEADING_BEFORE_SPACE = Pattern(
    "heading before a space and its text",
    r"(?P<heading>\S{2,30}) [ \u3000]+ \S.{25,}",
    matches=(
        "总体要求 坚持以习近平新时代中国特色社会主义思想为指导深入贯彻落实党中央决策",
        "目标\u3000到2025年全面建成覆盖各类企业的安全生产信用管理制度体系并且运行",
        "适用范围  本市行政区域内从事生产经营活动的单位适用本办法法律另有规定的除外",
    ),
    refuses=("总体要求", "总 则"),
    by="match",
)
HEADING_BEFORE_SENTENCE = Pattern(
    "heading before a space and a sentence",
    r"(?P<heading>\S{2,30}) [ \u3000]+ (?= \S.{20,} )",
    matches=(
        "总体要求 坚持依法依规，保护权益，审慎适度，清单管理。全面推进。",
        "目标\u3000到2025年，全面建成安全生产信用管理的制度体系。",
        "适用范围  本市行政区域内从事生产经营活动的单位，适用本办法。",
    ),
    refuses=("总体要求 坚持依法。", "总体要求"),
    by="match",
)
LABEL_HEADING = Pattern(
    "heading before a colon",
    r"(?P<heading>[^。；：，]{2,14}) ： (?=\S)",
    matches=("激励对象：近三年", "责任单位：市财政局", "第一步：摸底"),
    refuses=("激励对象：", "近三年，符合条件的：企业"),
    by="match",
)
