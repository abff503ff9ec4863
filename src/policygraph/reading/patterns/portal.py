"""What portals and printers set around a document: breadcrumbs, source lines, buttons, page numbers, rulers."""

from __future__ import annotations

from policygraph.reading.patterns import Pattern

_DAY = r"\d{4} [-/.年] \d{1,2} [-/.月] \d{1,2} 日?"
_CLOCK = r"\s+ \d{1,2} [:：] \d{2} (?: [:：] \d{2} )?"
# matches 2017-12-07 17:50 · 2017/12/7 17：50：09;  not: 2017-12-07
_STAMP = _DAY + _CLOCK

PRINTED_ABOVE = Pattern(
    "line that a browser prints above a page: when it printed, and the title of the page",
    r"""
    (?: \d{1,2} / \d{1,2} / \d{2,4} | \d{4} \s? [/年.-] \s? \d{1,2} \s? [/月.-] \s? \d{1,2} \s? 日? ) [,，]? \s*
    [上下午]{0,2} \s* \d{1,2} [:：] \d{2} (?: \s? [AP]M )? (?: \s .* )? $
    """,
    matches=("11/26/33, 10:26 PM 某市备忘录", "2033/7/8 09:15 某市备忘录", "2033年7月8日 下午3:05"),
    refuses=("2033年7月8日", "2033年7月8日发布", "会议时间：2033/7/8 09:15"),
    by="match",
)
PRINTED_BELOW = Pattern(
    "line that a browser prints below a page: the address and the page number",
    r"(?: https? | file | about | data ) : \S+ .{0,80} \s \d{1,4} / \d{1,4}",
    matches=("file:///home/a.html 1/1", "https://example.gov.cn/a.html 2/13", "about:blank 1/2"),
    refuses=("见 https://example.gov.cn/a.html", "https://example.gov.cn/a.html", "1/13"),
    by="fullmatch",
)
BREADCRUMB = Pattern(
    "breadcrumb",
    r"""
    (?: [^。；：]{1,12} [ \u3000]+ (?= (?&breadcrumb_labels) [是：] ) )?
    (?: (?&breadcrumb_labels) [是：]? .{0,80} | (?&home_words) \s* [/>＞»›→|·-] .{0,80} )
    """,
    matches=("首页/ 政策法规/ 省内法规", "联合奖惩 当前位置：首页 > 通知公告", "您现在的位置是：信息公开"),
    refuses=("首页设计规范", "位置服务管理办法", "某单位 当前位置服务办法"),
    by="fullmatch",
)
SOURCE_LINE = Pattern(
    "source line",
    rf"""
    [•·●▪◦]? \s* (?: {_DAY} (?: {_CLOCK} )? \s+ (?: (?&source_labels) \s+ )? | {_STAMP} \s* )?
    \[?【? (?: (?&source_labels:spaced) | (?&portal_labels:spaced) ) 】?\]? \s* ：
    \s* [^。；]{{0,60}}? (?= \s | $ | [|｜【\[] | (?&source_labels) | (?&portal_labels) ) .{{0,80}}
    | [•·●▪◦]? \s* (?&stamp_labels) \s* ： \s* {_DAY} (?: {_CLOCK} )?
    | {_STAMP} (?: \s+ [\u4e00-\u9fff]{{2,30}} )?
    """,
    matches=(
        "来源：南通市信用办 发布时间：2020/02/10 字体：[ ]",
        "发布日期：2020-02-10 浏览次数：12",
        "索 引 号：00123",
        "2017-12-07 17:50 来源：市应急管理局",
        "• 作者：某委员会办公室",
        "• 时间：2016-04-20",
        "2018-09-25 10:12:33",
        "2018-09-25 10:12 市应急管理局",
        "2017-02-14    点击：8次",
        "2018年05月03日 浏览 来源：市信用办 专栏：外地动态",
    ),
    refuses=("实施单位：市财政局", "来源于日常检查的信息", "时间：2016-04-20至25日", "2018-09-25", "2018-09-25 某局"),
    by="fullmatch",
)
SOURCE_LABEL = Pattern(
    "label of a source line",
    r"(?&source_labels:spaced) \s* ：",
    matches=("来源：市信用办", "时间2020年 浏览次数：12", "来 源 ：省厅"),
    refuses=("实施单位：市财政局", "来源可靠"),
)
RECORD_ROW = Pattern(
    "row of a portal's record whose labels stand before a gap and no colon",
    r"""
    (?: (?&source_labels:spaced) | (?&portal_labels:spaced) | (?&keyword_labels:spaced) )
    (?: [ \u3000\t]+ [^ \u3000\t] .* )?
    """,
    matches=(
        "索 引 号 01089065X/2021-68580 发布日期 2021-09-23",
        "文 号\t河应急〔2031〕9号",
        "发布机构",
    ),
    refuses=("来源于日常检查的信息", "文号：河应急〔2031〕9号", "有关文号 河应急〔2031〕9号"),
    by="fullmatch",
)
RECORD_KEYWORDS = Pattern(
    "row of a portal's record that opens with the keywords",
    r"(?&keyword_labels:spaced) \s* ： .*",
    matches=("主题词：", "主 题 词：安全生产 发布日期：2031-07-12", "主题词：\t\t发布日期：\t2031-07-12"),
    refuses=("主题词", "关于主题词：甲"),
    by="fullmatch",
)
RECORD_LABEL = Pattern(
    "label of a portal's record that stands alone",
    r"""
    [•·●▪◦]? [ \u3000]* [\[【]?
    (?P<label> (?&source_labels:spaced) | (?&portal_labels:spaced) | (?&issue_date_labels:spaced)
      | (?&number_keys:spaced) | (?&issuer_keys:spaced) | (?&keyword_labels:spaced) )
    [】\]]? [ \u3000]* (?P<colon> ： )? [ \u3000]*
    """,
    matches=("索引号", "发 文 机 关：", "【成文日期】", "主题词："),
    refuses=("成文日期：2031-07-12", "关于标题", "一、名称"),
    by="fullmatch",
)
EMPTY_RECORD = Pattern(
    "row of a portal's record that has labels and no values",
    r"(?= .* \t) [^\t：]{2,16} ： (?: [ \u3000]* \t+ [ \u3000]* [^\t：]{2,16} ： )* \s*",
    matches=("主 题 词：\t", "主题词：\t\t有效性：\t", "废止日期：\t文  号："),
    refuses=("主题词：安全生产\t", "实施单位：", "序号\t措施"),
    by="fullmatch",
)
BUTTON = Pattern(
    "button",
    r"""
    [【\[（]? \s*
    (?: (?&portal_buttons:spaced)
      | (?&portal_leads) (?: ： .{0,80} )?
      | (?&portal_footers) .{0,60}
      | .{0,6} (?&registration_words) .{0,40}
      | [（【]? 大 [\s|]* 中 [\s|]* 小 [）】]? )
    \s* [】\]）]?
    """,
    matches=("打印本页", "【关闭窗口】", "上一篇：关于做好信用修复工作的通知", "【大 中 小】", "京ICP备05070218号"),
    refuses=("打印设备管理办法", "上一篇文章", "保存有关记录"),
    by="fullmatch",
)
SITE_REGISTRATION = Pattern(
    "registration of a site",
    r".{0,6} (?&registration_words) .{0,40}",
    matches=("备案号：云ICP备12345678号", "云公网安备33990002000001号", "ICP备05070218号-1"),
    refuses=("责任单位：市财政局", "登记备案号"),
    by="fullmatch",
)
SITE_FIELD = Pattern(
    "label and value that stand beside the registration of a site",
    r"[^：。；，]{2,12} ： [^：。；]{1,40}",
    matches=("主办：云港市人民政府办公室", "网站标识码：3399000001", "联系电话：0399-1234567"),
    refuses=("一、总则", "主办：", "措施：限制招标；限制供地"),
    by="fullmatch",
)
FILE_NAME = Pattern(
    "name of a file that a page offers, alone in its line",
    r"""
    (?: (?&attachment_labels:spaced) \s* \d{0,2} \s* [：:.．、]? \s* )?
    [^。；：\t]{1,120} \. (?i: docx? | xlsx? | pdf | wps | et | ofd | zip | rar )
    (?: \s* [（(\[] [^（）()\[\]]{0,20} [）)\]] )?
    """,
    matches=("附件：信用办法.docx", "附件1.措施清单.xls", "云泽市名单.pdf（120KB）"),
    refuses=("附件：1.信用办法", "请填写附件1.docx后报送。", "见 www.a.cn"),
    by="fullmatch",
)
HEADLINE_MARKS = Pattern(
    "marks of a headline",
    r"^【[^】]{1,12}】 | [\s《》“”]",
    matches=("【政策】关于…的通知", "关于印发《办法》的通知", "甲 乙"),
    refuses=("关于做好安全生产工作的通知",),
)
ADDRESS = Pattern(
    "address",
    r"(?:https?://|www\.)\S{3,200}",
    matches=("https://www.gov.cn/zhengce", "http://a.cn", "www.gov.cn"),
    refuses=("网址见附件", "www.a"),
    by="fullmatch",
)
RULER = Pattern(
    "ruler",
    r"[-=_*~—–─━﹏·.\s]{3,} | [○●◆★☆■□▲△▼•·▪◦\s]{1,6} | ：{3,} \s* (?: \{? [\w.\s-]{0,40} \}? )?",
    matches=("-----", "————", "★★★", "· · ·", "•", "：：： note"),
    refuses=("--", "一、总则"),
    by="fullmatch",
)
PAGE_NUMBER = Pattern(
    "page number",
    r"""
    [-—–－─·•~] \s* \d{1,4} \s* [-—–－─·•~]
    | 第 \s* \d{1,4} \s* 页 (?: \s* [，,/]? \s* 共 \s* \d{1,4} \s* 页 )?
    | \d{1,4} \s* / \s* \d{1,4}
    | [Pp]age \s* \d{1,4}
    """,
    matches=("- 3 -", "— 12 —", "第 3 页 共 10 页", "·5·", "3/10"),
    refuses=("12", "第3条"),
    by="fullmatch",
)
CONTENTS_LINE = Pattern(
    "line of a table of contents",
    r".{2,100}? [.…·]{5,} \s* \d{1,4}",
    matches=("二、指导方针和主要目标..........8", "总则……………1", "附件·····12"),
    refuses=("其他……", "共3条"),
    by="fullmatch",
)
BARE_NUMBER = Pattern("bare number", r"\d{1,3}", matches=("3", "12", "128"), refuses=("2020", "三"), by="fullmatch")
