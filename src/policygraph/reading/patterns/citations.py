"""What stands around a cited title or number: words that run into it, remarks behind it, pin-points and headings."""

from __future__ import annotations

from policygraph.reading.patterns import Pattern

RUN_INTO_NUMBER = Pattern(
    "words of the sentence that run into a number",
    r".* (?: (?&number_run_ins) | [年月日] )",
    matches=("根据国办发", "经国发", "2019年国办发", "依照本规定执行国发"),
    refuses=("国办发", "财综"),
    by="match",
)
RUN_INTO_YEARLY_NUMBER = Pattern(
    "short words that run into a number with a year",
    r".* (?&short_run_ins)",
    matches=("和国办发", "以国发", "对财综", "与国发"),
    refuses=("国办发", "财综"),
    by="match",
)
JOINED_ORDER = Pattern(
    "joining word before an order",
    r"(?&joining_words) (?= .{2} )",
    matches=("和国务院令", "与财政部令", "及省政府令"),
    refuses=("国务院令", "和令"),
    by="match",
)
BARE_TITLE = Pattern(
    "title without its marks, before an article",
    r"""
    (?: ^ | \W | [条款项法例] (?&joining_words) | (?&number_run_ins) | (?&reference_verbs) )
    (?&edition_leads)? (?! (?&pointing_words) | (?&document_kinds) 第 )
    (?P<title>
        (?: (?! (?&number_run_ins) | (?&reference_verbs) | (?&pointing_words) (?&document_kinds) ) [一-鿿] ){1,30}?
        (?&document_kinds) )
    (?P<aside> [（(] [^（）()]{1,20} [）)] )?
    (?= 第 )
    """,
    matches=("依据行政处罚法第三十三条", "第九条和新环境保护法（2014年修订）第六十一条", "对违反安全生产法第7条的"),
    refuses=("本办法第三条", "该条例第十条", "依照规定第九条", "行政处罚法规定"),
)
ALIAS_BEFORE = Pattern(
    "word before an alias",
    r"(?&alias_words) [：:“]? $",
    matches=("（以下简称", "以下统一简称：", "简称“"),
    refuses=("简称为", "以下"),
)
ALIAS = Pattern(
    "alias behind a title",
    r"""
    (?&alias_words) 为? [：:]? [“"《〈]{0,2} (?P<alias> [^“”"《》〈〉（）()，。；：]{2,30} ) [”"》〉]{0,2} [）)，]
    """,
    matches=("（以下简称《裁量权规定》）", "(以下简称“安法”)", "（以下统一简称：处罚法）"),
    refuses=("简称为", "（以下简称）"),
)
WRAPPER_TAIL = Pattern(
    "kind behind a title that is passed on",
    r"的? (?&wrapper_kinds) (?= [（(] )",
    matches=("的通知（国发〔2014〕20号）", "的决定(2014年修订)", "通知（国发"),
    refuses=("的通知", "的通知，国发"),
    by="match",
)
TITLE_SUFFIX = Pattern(
    "bracket that belongs to a title",
    r"[（(] (?: \d{4} [-—－–~～]+ \d{4}年 | (?&trial_words) ) [）)]",
    matches=("（2014-2020年）", "（试行）", "(暂行)"),
    refuses=("（以下简称《条例》）", "（2014年）"),
    by="fullmatch",
)
ASIDE = Pattern(
    "remark that does not belong to a title",
    r"""
    [（(] (?: (?: \d{4}年? (?: \d{1,2}月 (?: \d{1,2}日 )? )? )? (?: 第.{1,3}次 )? (?&edition_words) 本?
            | (?&alias_words) .+ ) [）)]
    """,
    matches=("（2014年修正）", "（2021年6月10日修正）", "（修订）", "（以下简称《条例》）", "（第二次修正本）"),
    refuses=("（国发〔2014〕20号）", "（试行）"),
    by="fullmatch",
)
EDITION = Pattern(
    "edition at the end of a title",
    r"（ (?: \d{4}年? )? (?&edition_words) 本? ） $",
    matches=("安全生产法（2021年修正）", "某条例（修订本）", "某规定（2014版）"),
    refuses=("安全生产法", "某规定（试行）"),
)
WRAPPED_TITLE = Pattern(
    "title inside a notice that passes it on",
    r".*? (?&forwarding_words) [《〈<]? (?P<inner>.+?) [》〉>]? 的 (?&wrapper_kinds)",
    matches=("关于印发《信用办法》的通知", "国务院关于印发社会信用体系建设规划纲要的通知", "转发《意见》的函"),
    refuses=("关于加强监管的通知", "信用办法"),
    by="fullmatch",
)
ABOUT = Pattern(
    "word before the subject of a title",
    r"(?<=.) (?&about_words)",
    matches=("国务院关于促进", "某市关于建立", "省局关于"),
    refuses=("关于促进", "促进法"),
)
ANNEX_BEFORE_TITLE = Pattern(
    "mark of an attachment before its title",
    r"^ (?&annex_words) \d* [：:]? (?: \d [.．、] )?",
    matches=("附件1：承诺书", "附件：1.申请表", "附件承诺书"),
    refuses=("承诺书", "见附件1"),
)
BRACKET_AT_END = Pattern(
    "bracket at the end of a title",
    r"[（(] [^（）()]* [）)] $",
    matches=("申请表（样式）", "承诺书(一)", "名单（）"),
    refuses=("（样式）申请表", "申请表"),
)
BEFORE_PIN_POINT = Pattern(
    "word between a title and its pin-point",
    r"(?&pin_point_leads)",
    matches=("的第七条", "文件第（十五）条", "文第三条"),
    refuses=("第七条", "《办法》"),
    by="match",
)
ARTICLE_GOES_ON = Pattern(
    "words that an article number in a sentence goes on with",
    r"(?&article_continuations) | [、，,）]",
    matches=("规定的情形", "的规定", "或第九条", "，应当"),
    refuses=("生产经营单位", "供应商", "为了"),
    by="match",
)
HEADING = Pattern(
    "heading in quoted words",
    r"[^。；：，,;:！？《》（）()\d]{4,30} (?: 。 | $ )",
    matches=("政府采购领域信用建设。", "税务领域信用建设。", "加强对失信主体的约束和惩戒"),
    refuses=("企业发现其公示的信息不准确的，应当及时更正", "（一）总则"),
    by="match",
)
BASIS_LABEL = Pattern(
    "label before a basis",
    r"[^。，；《》：:]{2,12} [：:] (?= 《 )",
    matches=("法律依据：《广告法》", "依据:《安全生产法》第一条", "政策依据：《意见》"),
    refuses=("法律依据：见附件", "依照《广告法》"),
    by="match",
)
