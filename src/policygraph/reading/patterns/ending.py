"""What closes a document: lists of attachments, signatures with their dates, notes and the imprint."""

from __future__ import annotations

from policygraph.reading.patterns import Pattern
from policygraph.text.dates import DATE
from policygraph.text.numerals import HAN

TITLED_ANNEX = Pattern(
    "mark of an annex with its title",
    rf"""
    (?&annex_words:spaced) \s* (?P<number> \d{{1,3}} | [{HAN}]{{1,3}} )? \s*
    (?: [：.、—-] | (?<=[\d{HAN}])\s ) \s* (?P<title>\S.{{2,120}})
    """,
    matches=("附件1：信用修复实施方案", "附件2 评分标准", "附 件：承诺书样式"),
    refuses=("附件所列材料", "附件1："),
    by="fullmatch",
)
ATTACHMENTS = Pattern(
    "list of attachments",
    r"(?&attachment_labels:spaced) \s* (?: \d{1,2} \s* )? ： \s* \S",
    matches=("附件：1.名单", "附：申请表", "附件2：承诺书"),
    refuses=("附件", "附件所列：材料"),
    by="match",
)
GLUED_ATTACHMENTS = Pattern(
    "list of attachments behind a sentence",
    r"(?<=。) \s* (?= (?&annex_words:spaced) \s* \d? \s* ： \s* \S )",
    matches=("请认真执行。附件：1.名单", "执行。 附 件1：办法", "。附件：表"),
    refuses=("请认真执行。", "见附件：1"),
)
KEYWORDS = Pattern(
    "keywords",
    r"(?&keyword_labels:spaced) \s* [：:]?",
    matches=("主题词：安全生产", "主 题 词", "主题词 信用"),
    refuses=("主题", "关于主题词的说明"),
    by="match",
)
COPIES = Pattern(
    "copies",
    r"(?: (?&copy_labels:spaced) | (?&distribution_labels:spaced) ) \s* ： | (?&copy_labels:spaced) \s",
    matches=("抄送：市委办公室", "抄 报 市人大", "分送：各科室"),
    refuses=("抄送给有关单位", "发送 有关材料"),
    by="match",
)
IMPRINT = Pattern(
    "imprint",
    rf"""
    [^。；]{{0,60}}? {DATE} \s* (?&imprint_words:spaced) [^的。《]{{0,20}}
    | .{{0,40}} (?&print_run_words) \s* [\d{HAN}]+ \s* 份 .{{0,10}}
    """,
    matches=("新郑市人民政府办公室 2010年12月29日印发", "（印200份）", "共印50份"),
    refuses=("2010年12月29日印发的通知", "请印发执行"),
    by="fullmatch",
)
NOTE = Pattern(
    "note",
    r"[（(] \s* (?&note_openers) .{0,120} [）)] | (?&note_labels) \s* ： .{0,80}",
    matches=("（此件公开发布）", "（联系人：某某，电话：略）", "信息公开选项：主动公开"),
    refuses=("（试行）", "公开发布"),
    by="fullmatch",
)
SEALED_FOR = Pattern(
    "remark that another body's seal stands for the one that signs",
    r"（ [^（）。]{2,30} (?&seal_words:spaced) ）",
    matches=("（市发展改革委 代章）", "（某市发展和改革委员会代章）", "（县应急局 代 章）"),
    refuses=("代章", "（试行）", "（代章由办公室保管）"),
    by="fullmatch",
)
SEALED = Pattern(
    "remark behind a name that its seal stands for another's",
    r"\s* （ \s* (?&seal_words:spaced) \s* ） $",
    matches=("云泽市财政局（代章）", "某县人民政府 （ 代 章 ）", "某局（代）"),
    refuses=("代章", "某局（代章）和某局", "某局代章"),
)
SIGNED_POST = Pattern(
    "signature of an office-holder",
    r"""
    (?: [\u4e00-\u9fff]{2,20}? (?&body_endings) \s* )? (?: (?&acting_words) \s* )? (?&signer_posts:spaced)
    \s* [：:]? \s* [\u4e00-\u9fff·\s]{2,12}
    """,
    matches=("省长 张某某", "代市长：李某", "局长王某", "部　长　　李　某", "某某局局长 王某某"),
    refuses=("局长", "市长负责组织实施本辖区内的各项安全生产工作"),
    by="fullmatch",
)
SIGNED_TAIL = Pattern(
    "signature and date inside a line",
    rf"""
    (?<=[。；！）\s]) \s* (?P<org>[\u4e00-\u9fff（）\s]{{3,60}}?)?? \s* (?P<date>{DATE}) \s*
    (?: (?P<note> （ (?&note_openers) [^（）]{{2,60}} ） )
      | (?= $ | (?&annex_words:spaced) \s* [\d：] | (?&keyword_labels:spaced) | (?&copy_labels:spaced) \s* ： )
      | (?= [^。，；：]{{4,80}}? (?&long_kinds) (?: （[^（）]{{1,10}}） )? \s*
            (?: 第 \s* 一 \s* [章条] | 一、 | (?&purpose_openers) ) ) )
    """,
    matches=(
        "认真执行。国务院办公厅2020年7月15日（此件公开发布）",
        "认真执行。2010年12月29日主题词：",
        "执行。沂源县应急管理局2021年8月5日某某实施方案为贯彻落实",
    ),
    refuses=("。国务院1984年4月7日发布的", "自2020年7月15日起施行"),
)
SIGNED_DATE = Pattern(
    "signature and date in one line",
    rf"(?P<org>[\u4e00-\u9fff（）、\s]{{3,60}}?) \s* (?P<date>{DATE}) \s* (?P<note> （[^（）]{{2,60}}） )?",
    matches=(
        "佳木斯市应急管理局2020年6月16日",
        "国务院办公厅 2020年7月15日（此件公开发布）",
        "新郑市人民政府二〇一〇年十二月二十九日",
    ),
    refuses=("2020年6月16日", "自2020年6月16日起"),
    by="fullmatch",
)
APPENDIX = Pattern(
    "mark of an appendix",
    rf"(?&appendix_words:spaced) \s* (?: \d{{1,2}} | [{HAN}]{{1,2}} )? \s* [：.、]?",
    matches=("附录", "附表1：", "附 录 二"),
    refuses=("附件", "附录所列"),
    by="fullmatch",
)
FOLLOWING_TITLE = Pattern(
    "title behind the last sentence",
    r"[。）] [ \u3000]+ (?P<title>[^。，；：]{6,80}) $",
    matches=(
        "自发布之日起施行。 某省安全生产条例实施办法",
        "（试行）\u3000关于加强监管的通知",
        "。 关于信用修复的通知",
    ),
    refuses=("自发布之日起施行。", "。 通知"),
)
ARTICLE_OPENING = Pattern(
    "article at the beginning of a line",
    r"第 \s* \S{1,8} \s* 条",
    matches=("第一条 为了", "第 三十二 条", "第十条自"),
    refuses=("第一章", "依照第一条"),
    by="match",
)
