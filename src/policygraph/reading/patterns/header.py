"""What stands above a document's text: titles, numbers, letterheads, addressees, the history of a statute."""

from __future__ import annotations

from policygraph.reading.patterns import Pattern
from policygraph.text.dates import DATE, UNNAMED_DATE
from policygraph.text.numbers import BRACKETED, ORDINAL
from policygraph.text.numerals import HAN

_YEAR_AHEAD = r"(?: 19 | 20 ) \d\d \s* 年"
_ENACTED = r"(?: (?&publishing_words) | (?&enacting_words) | (?&in_force_words) | (?&repeal_words) )"

TITLE_END = Pattern(
    "end of a title",
    r"(?P<kind>(?&title_kinds)) [》〉]* \s* (?: （[^（）]{1,24}） | \[[^\[\]]{1,12}\] )* \s* $",
    matches=(
        "关于加强监管的通知",
        "信用管理实施方案（试行）",
        "转发《关于做好信用工作的意见》的通知",
        "规划（2014—2020年）",
    ),
    refuses=("总体要求", "已经通知了各单位", "关于建立企业安全生产“黑名单”"),
)
KIND_ENDS = Pattern(
    "kind inside a run",
    r"(?&long_kinds) | (?&letterhead_words)",
    matches=("实施细则国办发", "文件临政办发", "通知"),
    refuses=("临政办发", "办"),
)
ORGANISATION = Pattern(
    "name of a body in a line of its own",
    r"""
    (?! (?&about_words) | (?&annex_words:spaced) | 第 )
    (?: [\u4e00-\u9fffA-Za-z·、（）\s]{2,58}? (?&body_endings:spaced)
      | (?&place_endings) \s* (?&long_body_endings:spaced) )
    (?: （[^（）]{1,12}） )?
    """,
    matches=("佳木斯市财政局", "中共佳木斯市委", "住房和城乡建设局（建委）", "共 青 团 中 央", "市工商联"),
    refuses=("关于印发办法", "各有关单位：", "第二中心", "附件办公室"),
    by="fullmatch",
)
ADDRESSEE_END = Pattern(
    "end of an addressee",
    r"""
    (?: (?&body_endings) | (?&generic_units) | (?&addressee_units) | (?&addressee_endings) )
    (?: （[^（）]{1,40}） )? $
    """,
    matches=("各乡镇人民政府", "各有关单位", "各县（市、区）", "市直各部门（单位）"),
    refuses=("现就有关事项", "通知如下"),
)
ADDRESSEE_ITEM_END = Pattern(
    "end of an addressee before an enumeration comma",
    r"(?: (?&body_endings) | (?&generic_units) | (?&addressee_units) ) (?: （[^（）]*） )? $",
    matches=("国务院各部委", "各直属机构", "各有关企业"),
    refuses=("各省", "自治区"),
)
BRACKETED_YEAR = Pattern(
    "year and serial of a document number",
    BRACKETED,
    matches=("国发〔2014〕20号", "发改财金[2016]1001号", "（2019）第 820 号"),
    refuses=("2019年第820号", "〔2019〕号"),
)
NUMBER_CODE = Pattern(
    "code before a year",
    r"[\u4e00-\u9fffA-Za-z·]+ (?: [ \u3000\n]{1,3} [\u4e00-\u9fffA-Za-z·]{1,10} )? [ \u3000\n]* $",
    matches=("佳应急联发", "的通知国办发", "苏发改 信用发 "),
    refuses=("", "国发，"),
)
DECREE_NUMBER = Pattern(
    "number of a decree in a line of its own",
    ORDINAL,
    matches=("第440号", "第 12 号", "第三十六号"),
    refuses=("第440号令", "2019年第54号"),
    by="fullmatch",
)
_ANNOUNCED = r"\s* (?P<number> \d{4} \s* 年 \s* 第 \s* \d{1,5} \s* 号 ) \s*"
ANNOUNCEMENT_NUMBER = Pattern(
    "number of an announcement in a line of its own",
    rf"[（(]? {_ANNOUNCED} [）)]? $",
    matches=("2031年第6号", "（2031年 第6号）", "( 2031年第12号 )"),
    refuses=("第6号", "2031年第6号令", "2031年6号"),
    by="match",
)
ANNOUNCED_AT_END = Pattern(
    "number of an announcement in brackets at the end of its title",
    rf"[（(] {_ANNOUNCED} [）)]? $",
    matches=(
        "关于信用修复的公告（2031年第6号）",
        "公告( 2031年 第12号 )",
        "关于公布一批标准的公告（2030 年第 107 号）",
    ),
    refuses=("关于信用修复的公告2031年第6号", "公告（2031年第6号）的解读"),
)
DECREE = Pattern(
    "decree with its body",
    rf"(?P<org>[\u4e00-\u9fff]{{2,30}}?) 令 \s* [（〔]? \s* (?P<number>{ORDINAL})",
    matches=("中华人民共和国国务院令第654号公布", "应急管理部令 第2号", "省人民政府令（第三十号"),
    refuses=("第654号", "命令公布"),
)
DECREE_TITLE = Pattern(
    "name of a decree",
    r".{2,40}令",
    matches=("国务院令", "国家税务总局令", "某市人民政府令"),
    refuses=("令", "命令书"),
    by="fullmatch",
)
DATE_LINE = Pattern(
    "date in a line of its own",
    rf"[（(]? \s* {DATE} \s* [）)]? (?: \s+ {UNNAMED_DATE} )*",
    matches=("2020年6月16日", "（2011年12月15日）", "二〇一〇年十二月二十九日", "2031年5月6日　　2031年5月6日"),
    refuses=("2020年6月", "自2020年6月16日起施行", "2031年5月6日2031年5月6日"),
    by="fullmatch",
)
PROMULGATION = Pattern(
    "act in the history of a statute",
    rf"""
    [（(〔\[]? \s* (?: (?&promulgation_openers) )? \s*
    (?: {DATE} | \d{{4}} \s* 年 \s* \d{{1,2}} \s* 月 \s* \d{{0,2}} \s* 日? )
    """,
    matches=("2014年8月7日 中华人民共和国国务院令第654号公布", "（2011年12月15日公布", "根据2021年6月10日的决定修正"),
    refuses=("2014年起，各地区要落实", "中华人民共和国国务院令"),
    by="match",
)
ENACTED = Pattern(
    "act of enacting",
    _ENACTED,
    matches=("2014年8月7日公布", "决定修正", "自发布之日起施行"),
    refuses=("2014年8月7日", "通知如下"),
)
ENACTED_AT_END = Pattern(
    "act of enacting at the end",
    rf"{_ENACTED} [）)。]? \s* $",
    matches=("2014年8月7日公布", "（2011年12月15日通过）", "自2021年9月1日起施行。"),
    refuses=("公布的办法", "2014年8月7日"),
)
DATED_ACT = Pattern(
    "act that a date belongs to",
    r"(?P<published> (?&publishing_words) | (?&enacting_words) ) | (?&in_force_words)",
    matches=("国务院令第654号公布", "第二次修正", "起施行"),
    refuses=("废止", "共和国主席令"),
)
ANNEX_MARK = Pattern(
    "mark of an annex",
    rf"(?&annex_words:spaced) \s* (?P<number> \d{{1,3}} | [{HAN}]{{1,3}} )? \s* [：.、]?",
    matches=("附件", "附件1：", "附 件 二"),
    refuses=("附件1：某某方案", "附件所列"),
    by="fullmatch",
)
GLUED_ANNEX_MARK = Pattern(
    "mark of an annex before its title",
    r"(?&annex_words:spaced) \s* \d{0,2} [：\s] \s* (?= (?&about_words) | \S{4,60} (?&long_kinds) )",
    matches=("附件1：安全生产信用管理办法", "附件：关于信用修复的说明", "附件2 工作方案实施细则"),
    refuses=("附件1：", "附件所列材料"),
    by="match",
)
PREAMBLE = Pattern(
    "beginning of the text",
    r"(?&notice_openers)",
    matches=("为贯彻落实", "根据《安全生产法》", "现将有关办法"),
    refuses=("关于印发办法的通知", "各有关单位"),
    by="match",
)
TITLE_BEFORE_ADDRESSEES = Pattern(
    "title before its addressees",
    r".{4,80}? (?&long_kinds) [》”]* (?= \s* (?&addressee_openers) )",
    matches=("关于加强监管的通知各有关单位", "信用管理办法 市直各部门", "关于印发《细则》的通知各县"),
    refuses=("关于加强监管的通知", "各有关单位"),
    by="match",
)
TITLE_BEFORE_BRACKET = Pattern(
    "title before a history in brackets",
    rf"(?P<title>[^（）。：]{{2,60}}?) \s* （ (?= \s* (?: (?&promulgation_openers) )? \s* {_YEAR_AHEAD} )",
    matches=("信用管理办法（2011年12月15日公布", "条例（根据2021年6月10日", "某省规定（经 2019年"),
    refuses=("信用管理办法（试行）", "信用管理办法2011年"),
    by="match",
)
TITLE_BEFORE_DATE = Pattern(
    "title before a history",
    rf"(?P<title>[^（）。：]{{2,60}}? (?&title_kinds) ) \s* (?= {_YEAR_AHEAD} \s* \d{{1,2}} \s* 月 )",
    matches=("企业信息公示暂行条例2014年7月23日", "广告法 1994年10月27日", "管理规定2019年3月"),
    refuses=("2014年7月23日通过", "公示条例2014年起"),
    by="match",
)
TITLE_BEFORE_TEXT = Pattern(
    "title before its text",
    r"""
    (?P<title>[^。：；]{2,80}? (?&long_kinds) (?: （[^（）]{1,10}） )? )
    (?= \s* (?: (?&purpose_openers) | (?&contents_headings:spaced) \s* 第 ) )
    """,
    matches=("信用修复实施方案为贯彻落实国务院", "暂行条例目录第一章", "管理办法（试行）为了规范"),
    refuses=("实施方案的通知", "为了规范管理办法"),
    by="match",
)
GLUED_ACT = Pattern(
    "act in a history with more glued to it",
    rf"""
    {DATE} [^。；]{{0,120}}? {_ENACTED} [）)]?
    (?= \s* (?: {_YEAR_AHEAD} | 第\s*[一1]\s*[章条编] | （ (?:19|20)\d\d
           | (?&contents_headings:spaced) | (?&purpose_openers) ) )
    """,
    matches=("2014年7月23日国务院通过2014年8月7日", "2014年8月7日公布第一章", "2014年8月7日公布 目 录"),
    refuses=("2014年7月23日国务院通过", "国务院通过2014年"),
    by="match",
)
GLUED_OPENING = Pattern(
    "first chapter or article in a line that goes on",
    r"第 \s* [一1] \s* [章条编] (?= \s | [^第规的、，。款项]{2} )",
    matches=("第一章总则", "第一条为了", "第 1 条 本办法"),
    refuses=("第一条规定", "第一章、", "第二条为了"),
)
BRACKETED_OPENING = Pattern(
    "bracket that opens a line",
    r"（[^（）]*(?:（[^（）]*）[^（）]*)*）",
    matches=("（2011年12月15日公布）第一章", "（试行）", "（经（二）次修订）总则"),
    refuses=("第一章（试行）", "（没有关上"),
    by="match",
)
COLON_LABEL = Pattern(
    "label at the beginning of a line",
    r"[^《》]{1,12}：",
    matches=("联系人：王", "各有关单位：", "附件1：名单"),
    refuses=("关于《办法》：", "关于印发信用管理有关制度规定的通知"),
    by="match",
)
NO_TITLE = Pattern(
    "line that is a mark and no title",
    r"""
    (?&contents_headings:spaced) | (?&letterhead_words:spaced)
    | (?: (?&annex_words:spaced) | (?&appendix_words:spaced) ) .{0,6}
    """,
    matches=("目 录", "文件", "附件1", "附表一"),
    refuses=("目录管理办法", "附件所列的全部材料清单"),
    by="fullmatch",
)
CONTENTS_HEADING = Pattern(
    "heading of a table of contents",
    r"(?&contents_headings:spaced)",
    matches=("目录", "目 录", "目\u3000次"),
    refuses=("目录管理", "目"),
    by="fullmatch",
)
LETTERHEAD_WORD = Pattern(
    "word of a letterhead alone",
    r"(?&letterhead_words:spaced)",
    matches=("文件", "文 件", "文\u3000件"),
    refuses=("文件管理", "某局文件"),
    by="fullmatch",
)
LETTERHEAD = Pattern(
    "letterhead in one line",
    r".{2,58} (?&body_endings) \s* (?&letterhead_words:spaced)",
    matches=("佳木斯市应急管理局文件", "新郑市人民政府 文 件", "某市发展和改革委员会文件"),
    refuses=("文件", "有关文件"),
    by="fullmatch",
)
LETTERHEAD_TAIL = Pattern(
    "what follows the name in a letterhead",
    r"\s* (?&letterhead_words:spaced) $ | (?: 令 | 公告 ) $",
    matches=("佳木斯市应急管理局文件", "国务院令", "新郑市人民政府 文 件", "国家税务总局公告"),
    refuses=("佳木斯市应急管理局", "文件管理局"),
)
SIGNER = Pattern(
    "signer of a letterhead",
    r"(?&signer_labels) \s* ：",
    matches=("签发人：张某", "签发人 ：", "签发人：　李某"),
    refuses=("签发人", "联系人：张某"),
    by="match",
)
GRADE = Pattern(
    "mark of secrecy or urgency",
    r"(?&grade_marks) [★\d年]* | \d{6}",
    matches=("特急", "机密★1年", "000123"),
    refuses=("特急件办理", "2020"),
    by="fullmatch",
)
REGISTERED = Pattern(
    "number under which a normative document is registered, in letters",
    r"[A-Z]{2,8} \d{0,4} \s* [-—–－] \s* (?: \d{4} \s* [-—–－] \s* )? \d{3,8}",
    matches=("YXCR-2031-08001", "ZJEC01—2031—0007", "LFG-202503"),
    refuses=("GB 8978-1996", "云应急规〔2031〕2号", "A-1"),
    by="fullmatch",
)
FULL_BRACKET = Pattern(
    "remark in brackets",
    r"（[^（）]{1,24}）",
    matches=("（试行）", "（征求意见稿）", "（2014—2020年）"),
    refuses=("（）", "办法（试行）"),
    by="fullmatch",
)
ISSUER_OF_TITLE = Pattern(
    "issuer at the beginning of a title",
    r"(?P<org>[^《》]{2,60}?) \s* (?= (?&about_words) | (?&forwarding_words) | $ )",
    matches=("新郑市人民政府关于建立", "临川市应急管理局印发《办法》", "江苏省发展改革委"),
    refuses=("《办法》", "关"),
    by="match",
)
SUBJECT_OF_TITLE = Pattern(
    "subject of a title",
    r"(?&about_words) | (?&forwarding_words)",
    matches=("关于建立", "印发《办法》", "转发通知"),
    refuses=("新郑市人民政府", "建立关于"),
    by="match",
)
NAMED_SUBJECT = Pattern(
    "title with a subject",
    r".*? (?: (?&about_words) | (?&forwarding_words) )",
    matches=("新郑市人民政府关于建立", "某局印发", "关于信用"),
    refuses=("新郑市人民政府", "信用管理办法"),
    by="match",
)
SUBJECT_INSIDE = Pattern(
    "subject of a title behind the name of its issuer",
    r"(?<=.) (?&about_words) .{6,} $",
    matches=(
        "某省某市关于对失信生产经营单位开展联合惩戒",
        "某局关于加强安全生产信用管理有关工作",
        "甲市关于印发信用修复管理办法的通知",
    ),
    refuses=("关于对失信生产经营单位开展联合惩戒", "某局关于信用"),
)
BEFORE_PROMULGATOR = Pattern(
    "what a history prints before a body",
    r"^ (?: (?&promulgation_openers) | 第.{1,4}届 )",
    matches=("经国务院", "第九届全国人民代表大会", "根据国务院"),
    refuses=("国务院", "全国人民代表大会"),
)
AFTER_DAY = Pattern(
    "up to the last day of a date",
    r"^ .*? [日月年] \s*",
    matches=("7月23日国务院", "2014年 国务院", "日 国务院"),
    refuses=("国务院", "全国人民代表大会"),
)
PUBLISHED_AT_END = Pattern(
    "word of publishing at the end of a name",
    r"(?&publishing_words) $",
    matches=("国家税务总局公告", "国务院公布", "某部发布"),
    refuses=("公告栏", "国务院"),
)
PUBLISHER = Pattern(
    "body that publishes a statute",
    r"日 \s* (?P<org>[\u4e00-\u9fff]{3,30}?) (?&publishing_words)",
    matches=("2014年8月7日国务院公布", "12月15日 国家税务总局公告", "日省人民政府发布"),
    refuses=("国务院公布", "8月7日通过"),
)
ASSEMBLY = Pattern(
    "body that passes a statute in session",
    r"日 \s* (?P<org>[\u4e00-\u9fff]{3,40}? (?&assembly_endings) ) (?: 第\S{1,8}次 | (?&session_words) )",
    matches=(
        "29日第九届全国人民代表大会常务委员会第九次会议",
        "日某省人民代表大会第二次会议",
        "日某省人民政府全体会议",
    ),
    refuses=("日国务院通过", "国务院第21次"),
)
PROMULGATORS = (PUBLISHER, DECREE, ASSEMBLY)
