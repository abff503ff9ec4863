"""Forms of sentences that a draft goes by: run-in headings, actors, subjects, triggers, terms, bounds of grades."""

from __future__ import annotations

from policygraph.reading.patterns import Pattern
from policygraph.text.numerals import HAN

_NUMBER = rf"(?: \d{{1,3}} | [{HAN}两]{{1,3}} )"

RUN_IN_HEADING = Pattern(
    "heading that opens a paragraph",
    r"""
    (?P<heading> [^，,。；;：:]{2,30} (?: [，,] [^，,。；;：:]{2,10} )? (?= 。 . ) | [^，,。；;：:]{2,8} (?= [：:] . ) )
    [。：:]
    """,
    matches=("信用承诺公示机制。各部门要建立", "提高认识，加强领导。各单位要", "制度建设：严格按照规定"),
    refuses=("各部门要定期反馈", "联合惩戒。", "对失信企业，由市局约谈，并通报，再公示。其他"),
    by="match",
)
ACTOR = Pattern(
    "who acts, at the beginning of a clause",
    r"""
    (?: 并 | 同时 | 同时由 | [^，,。；;的对将把依按据照]{0,16}? (?<! 自 ) (?P<charged> 由 ) | 经
        | (?&encouraging_words) )?
    (?! (?&actor_verbs) | (?&parallel_words) | 由 | 经 )
    (?P<actor> (?: (?! (?&long_channel_openers) ) [^，,。；;：:“”的将对]
          | 的 (?= (?&generic_units) | (?&actor_persons) ) ){0,46}?
        (?: (?&generic_units) | (?&actor_units) | (?&body_endings) | (?&actor_persons) ) )
    (?(charged) (?= (?&actor_verbs) | (?&charged_verbs) ) | (?= (?&actor_verbs) ) )
    """,
    matches=(
        "由市应急管理局约谈其主要负责人",
        "失信名单、守信名单由市应急管理局在网站公布",
        "各部门定期将情况反馈",
        "由市应急管理部门依法提请",
        "省公共信用信息中心要将",
        "认定部门可把",
        "失信市场主体在规定期限内",
    ),
    refuses=(
        "定期将情况反馈",
        "通过政府网站向社会公布",
        "并通过政府网站向社会公布",
        "名单通过信用网站向社会公布",
        "对失信企业约谈",
    ),
    by="match",
)
TARGET = Pattern(
    "whom something is done to",
    r"""
    (?: ^ | [，,；;] ) [^，,；;对向]{0,8}? (?P<lead> 对 (?! [象照外应内] ) 于? | 向 | 给予 | (?<! [列作成评定视] ) 为 )
    (?P<target> [^，,。；;]{0,60}? (?&listed_targets)
        (?: [，,]? (?: 及其? | 和 | 与 | 、 | 或者? ) [^，,。；;]{0,40}? (?&listed_targets) )* )
    (?! 的 | 及 | 和 | 、 | 名单 | 信 | 等级 )
    """,
    matches=("对守信企业优化检查频次", "对四星级生产经营单位，给予支持", "向重点关注名单主体发出警示"),
    refuses=("定期反馈实施情况", "对照方案抓好落实", "列为重点监督对象，增加检查频次"),
)
LISTED_IN_A_NAME = Pattern(
    "what makes the name of a list part of another name",
    r"(?&managing_words)? (?: (?&embedding_endings) | (?&listed_targets) | [和与及、] )",
    matches=("的企业从严审批", "管理的期限为一年", "企业", "管理和解除管理的日期"),
    refuses=("管理", "并向社会公示", "实施惩戒", "管理期限为一年"),
    by="match",
)
ROWS_BY_NUMBER = Pattern(
    "which rows of a table a sentence speaks of",
    rf"""
    第 (?P<first> {_NUMBER} ) 项? (?: 至 | 到 | [-—－–～~]{{1,2}} ) 第? (?P<last> {_NUMBER} ) 项
    """,
    matches=("实施下表第1至7项激励措施", "第八项至第十五项", "附表第8—15项"),
    refuses=("下表第1项激励措施", "1至7日内", "第八条至第十条"),
)
MODAL_TRAP = Pattern(
    "word that only looks modal",
    r"(?&modal_traps)",
    matches=("按要求", "应急管理", "主要负责人", "许可证"),
    refuses=("应当约谈", "可以限制"),
)
TRIGGER = Pattern(
    "clause that says in which case or after what",
    rf"""
    (?: ^ 经 .{{1,20}} | ^ 一经 .+ | ^ 当 .+ 时 | .+ (?&trigger_endings) | ^ (?&trigger_endings)
      | ^ [^由将]+? (?<! 不得 ) (?<! 不 ) (?: 已? 届?满 | 超过 | 不足 | 未满 )
        {_NUMBER} \s* 个? (?: 工作日 | 日 | 天 | 月 | 年 ) ) $
    """,
    matches=(
        "修复完成后",
        "验收仍不合格的",
        "当等级发生变动时",
        "一经发现其存在违法失信行为",
        "列入黑名单满六个月",
        "自移出之日起未满1年",
    ),
    refuses=("立即停止激励措施", "提高监管频次", "公示期不得超过七日", "由市应急管理局公示满五日", "期限不超过三年"),
)
LIMIT = Pattern(
    "duration or last day",
    rf"""
    (?: 自 [^，,。；;]{{1,30}} 之日起 )? {_NUMBER} \s* 个?
    (?: 工作日 | 小时 | 日 | 天 | 月 | 年 ) (?: 之内 | 以内 | 内 | 前 )
    | {_NUMBER} 月 {_NUMBER} 日 (?: 之? 前 )
    """,
    matches=("自收到申请之日起10个工作日内", "3个月内", "每年6月30日前"),
    refuses=("及时反馈", "3年无失信行为"),
)
DURATION = Pattern(
    "how long something is published",
    rf"""
    (?&publicity_words) (?: 期 限? )? (?: 为 | 不 得? 少于 )?
    (?P<length> {_NUMBER} \s* 个? (?: 工作日 | 日 | 天 | 月 ) ) (?! [内前以之] )
    """,
    matches=("在网站公示5个工作日", "公示期不少于七日", "公示期限为10天"),
    refuses=("公布之日", "应当在5日内公示", "3日内公布1次"),
)
NOTICE = Pattern(
    "how long something is shown so that objections may be raised, before anything is decided",
    rf"""
    (?&publicity_words) (?: 期 限? | 时间 | 时限 ) [^，,。；;]{{0,20}}?
        (?<! [月\d{HAN}] ) (?: \d{{1,2}} | [{HAN}]{{1,3}} ) \s* 个? (?: 工作日 | 日 | 天 )
    | (?: (?&publicity_words) (?: 期 限? | 时间 )? )? (?: 期? 届? 满 | 结束 ) (?= [^。；;]{{0,16}} (?&objection_words) )
    """,
    matches=(
        "公示期5个工作日",
        "公示期限为自公示之日起七日",
        "公示期满，无异议的",
        "公示结束后未收到异议",
        "期满无申诉的",
    ),
    refuses=("公示期为一年", "公示期自2030年3月5日起一年", "公布期满，自动移出", "有效期30日"),
)
MEMBERS = Pattern(
    "those who are on a list, told by whether it rewards or sanctions",
    r"(?: (?P<red> (?&incentive_words) ) | (?&sanction_words) ) [^，,。；;的]{0,4}? (?&listed_targets)",
    matches=("激励对象违法的，移出名单", "守信企业", "失信联合惩戒对象"),
    refuses=("激励措施", "出现失信行为", "对企业约谈"),
)
SINCE = Pattern(
    "day from which something counts",
    r"自 [^，,。；;自]{1,30}? 之日 (?: 起 )?",
    matches=("自公布之日起计算", "自收到申请之日起十个工作日内", "有效期自列入之日起算"),
    refuses=("公布之后", "自行公布", "2030年1月1日起施行"),
)
OWN_PERSONS = Pattern(
    "persons of a unit that something is done to",
    r"""
    (?P<persons> 其 [^，,。；;的]{0,6}? (?&person_words)
        (?: [、和及与或] [^，,。；;的]{0,6}? (?&person_words) )* )
    """,
    matches=("限制其主要负责人担任董事", "取消其法定代表人、负责人的评优资格", "禁止其有关人员从业"),
    refuses=("限制其参加招标", "降低其信用等级", "主要负责人承诺"),
)
WINDOW = Pattern(
    "period that is looked back on",
    rf"""
    (?<! 第 ) (?P<run> 连续 | 近 | 最近 )? \s* (?P<number> {_NUMBER} ) \s* 个?
    (?P<unit> 年 | 月 | 季度 ) (?P<within> 之内 | 以内 | 内 | 来 )?
    """,
    matches=("3年内无失信行为", "连续2年没有被评为星级", "近5年来"),
    refuses=("三星级", "第三年级"),
)
YEAR_SPOKEN = Pattern(
    "year that is spoken of from the day of asking",
    r"""
    (?P<last> 上 一? 个? (?: 自然 | 考核 | 评价 )? 年 度? | 去年 ) | (?: 本 | 当 ) 年 度?
    """,
    matches=("上一年度信用等级为A级", "上年度考核合格", "当年未发生事故"),
    refuses=("近三年", "两年以上", "每年评定一次"),
)
BOUND = Pattern(
    "bound of a score",
    r"""
    (?P<number> \d{1,4} (?: \.\d+ )? ) \s* 分 (?: [（(] (?P<counts> 不? 含 ) [）)] )?
    (?P<side> 及?以上 | 及?以下 | 以?下 )
    | (?: (?P<least> 不 [低少] 于 ) | (?P<under> 不满 | 不足 | 未满 | 未达到? | [低小少] 于 ) | [高大] 于 )
    (?P<score> \d{1,4} (?: \.\d+ )? ) \s* 分 (?! 钟 | 及?以 )
    """,
    matches=("得分在95分以上", "85分以上、95分以下", "60分及以下", "90分（含）以上", "得分不满60分", "不低于75分"),
    refuses=("满分100分", "三星级", "加分累计不超过6分", "迟到不足10分钟"),
)
BETWEEN = Pattern(
    "lower and upper bound of a score in one",
    r"""
    (?P<lower> \d{1,4} (?: \.\d+ )? ) \s* 分? (?: [（(] (?P<counts> 不? 含 ) [）)] )?
    \s* (?: [-－—–~～] | 至 | 到 )+ \s*
    (?P<upper> \d{1,4} (?: \.\d+ )? ) \s* 分 (?: [（(] (?P<upper_counts> 不? 含 ) [）)] )? (?! 钟 | 以 )
    """,
    matches=("80分（含）至90分", "80-89分", "60分～80分（不含）"),
    refuses=("90分以上", "10至15分钟", "2020年1-6月"),
)
GRADE_NAME = Pattern(
    "name of a grade",
    r"""
    (?: 评为 | 定为 | 为 )? (?P<grade> [^，,。；;：:在为是]{1,6}? (?&grade_words) )
    (?: [，,：:（(] | 单位 | 企业 | $ | (?= (?&score_words) | 综合 ) )
    """,
    matches=("五星级，综合考评得分在95分以上", "A级：得分90分以上", "优秀等级（90分以上）"),
    refuses=("综合考评得分", "得分在75分以下的"),
)
GRADES_NAMED = Pattern(
    "names of the grades, one after another, before their number",
    rf"""
    (?&grading_openers) \s* (?P<names> [^，,。；;：:、为]{{1,6}} (?: [、和及] [^，,。；;：:、为]{{1,6}}? )+ )
    [{HAN}两] \s* 个? \s* (?&grade_levels)
    """,
    matches=("分为甲、乙、丙、丁四级", "分为优秀、良好和一般三个等级", "设A、B、C、D四等"),
    refuses=("分为三个等级", "分为甲、乙、丙、丁四张表", "甲、乙、丙级"),
)
GRADE_LISTED = Pattern(
    "grade that the text has listed, at the head of its words or behind 为, before a stop",
    r"""
    (?: ^ | [，,；;：:。、为是）)] ) (?P<grade> (?P<name> [^，,。；;：:、（）()为是]{1,6}? ) (?&grade_levels)? )
    (?= [，,；;：:。（(为是] | $ )
    """,
    matches=("90分以上的为甲级", "优秀：90分以上", "甲等（90分以上）"),
    refuses=("记分周期内累计", "甲级企业的监管"),
)
LISTED_NAMES = Pattern(
    "mark between names of grades",
    r"[、和及]",
    matches=("甲、乙", "良好和一般", "乙及丙"),
    refuses=("甲乙",),
)
CONVENTION = Pattern(
    "what 以上 and 以下 include",
    r"""
    [“"]? 以上 [”"]?
    (?: (?P<lower> 不? (?: 包括 | 包含 | 含 ) ) 本数
        (?: .{0,6} [“"]? 以下 [”"]? (?P<upper> 不? (?: 包括 | 包含 | 含 ) ) 本数 )?
    | [、和及与，,] [“"]? (?: 以下 | 以内 ) [”"]? [，,]? (?: 均 | 都 )? (?P<both> 不? (?: 包括 | 包含 | 含 ) ) 本数 )
    """,
    matches=(
        "“以上”包括本数，“以下”不包括本数",
        "以上含本数，以下不含本数",
        "“以上”包括本数,“以下”包括本数",
        "“以上”包括本数，“不满”不包括本数",
        "本办法所称以上、以下均包括本数",
    ),
    refuses=("以上包括五星级", "得分在95分以上"),
)
DEFINITION = Pattern(
    "definition of a word",
    r"(?&definition_words)",
    matches=("本办法所称信用修复", "黑名单管理，是指", "本办法自印发之日起施行"),
    refuses=("对失信企业约谈", "定期反馈"),
)
CHANNEL = Pattern(
    "platform, site or medium",
    r"""
    (?&channel_openers) (?P<channel> [^，,。；;]{1,50}? (?&channel_words)
        (?: [和、及与] [^，,。；;]{1,20}? (?&channel_words) )* )
    """,
    matches=("通过信用信息共享交换平台和政府网站向社会公布", "在有关媒体上公布", "在信用江苏网站公示"),
    refuses=("及时公布", "通过约谈督促整改"),
)
RECIPIENT = Pattern(
    "to whom something goes",
    r"""
    (?&handing_words) (?: 给 | 至 | 到 | 送 )?+
    (?P<recipient> (?! (?&handed_things) ) (?: (?&receiver_words)
        | (?: [^，,。；;的] | 的 (?= (?&generic_units) ) ){1,80}?
            (?: (?&generic_units) | (?&actor_units) | (?&body_endings) | (?&listed_targets) | (?&channel_words) ) )
        (?: [、和及与] [^、和及与，,。；;]{1,40}
            (?: (?&generic_units) | (?&body_endings) | (?&channel_words) ) (?= [、和及与，,。；;] | $ ) )* )
    """,
    matches=("反馈给佳木斯市应急管理局", "通报有关部门", "向社会公布", "报市人民政府确认"),
    refuses=("定期开展抽查", "建立通报制度"),
)
FIELD = Pattern(
    "fields that are listed",
    r"在 (?: [^，,。；;]{1,80}? ) (?: (?&field_endings) | 中 (?= [，,] | $ ) )",
    matches=("在授予荣誉、资质审核等方面依法从严审批", "在办理行政许可过程中", "在政府采购等领域予以限制"),
    refuses=("在网站公布", "对失信企业约谈"),
)
NEW_TURN = Pattern(
    "turn to another subject or another act",
    r"(?: 并 | 且 )? (?: 对 (?! 照 | 应 | 外 | 其 ) | 同时 (?! 由 ) | 此外 | 另外 )",
    matches=("对存在严重违法行为的", "同时取消其资格", "并对星级单位进行授证"),
    refuses=("并将结果通报", "对照方案落实", "责令其整改"),
    by="match",
)
LIST_NAME = Pattern(
    "name of a list of subjects",
    r"""
    (?P<name> (?: (?: ^ | (?<= [，,。；;：:的对将把向与和入为其出（(“”、《》] ) )
        (?: (?! (?&alias_words) | (?&entry_words) | (?&transition_words) | (?&parallel_words) | (?&exit_words)
            | (?&revoking_words) | (?&publicity_words) )
        [^，,。；;：:的对将把向与和及入为在达到合其“”、《》（）()] ){1,12}? )?
        [“"]? (?: (?P<watch> (?&watch_list_words) ) | (?P<red> (?&red_list_words) )
            | (?P<black> (?&black_list_words) ) ) [”"]? )
    """,
    matches=("列入重点关注名单", "安全生产领域严重失信黑名单", "及时转入“黑名单”", "联合激励对象名单"),
    refuses=("联合奖惩措施清单", "登记名册"),
)
GIVEN_AS = Pattern(
    "what stands before a grade that somebody is given",
    r"为 [“\"]? $",
    matches=("连续两年评为", "有下列情形之一的，评定为“", "信用等级为"),
    refuses=("对", "评为C级的，从严监管"),
)
GRADED = Pattern(
    "grade of those who are spoken of",
    rf"""
    (?: ^ | (?<= [，,。；;：:、对将把为的被与和及或] ) ) [“"]?
    (?P<grade> (?: [A-EＡ-Ｅ]{{1,3}} | [{HAN}甲乙丙丁优良中差] ) (?&grade_words) (?: [及含]?以[上下] )? ) [”"]?
    (?= (?: 的 | 生产 | 经营 ){{0,3}} (?: (?&listed_targets) | (?&actor_persons) ) | [、和及或] | 的? (?: [，,] | $ ) )
    """,
    matches=(
        "连续两年评为C级的，从严监管",
        "对四星级生产经营单位，给予支持",
        "A级、B级企业减少检查频次",
        "对评为优级的企业",
        "D级",
    ),
    refuses=("取得安全生产标准化二级证书的企业", "分为四个等级", "三级医院", "上一级部门"),
)
REGRADED = Pattern(
    "grade that changes",
    rf"""
    (?&regrading_words) [^，,。；;]{{0,12}}?
    (?: (?P<grade> (?: [A-EＡ-Ｅ]{{1,3}} | [{HAN}甲乙丙丁] ) (?&grade_words) ) | (?&long_grade_words) )
    | 按照? (?P<managed> (?: [A-EＡ-Ｅ]{{1,3}} | [{HAN}甲乙丙丁] ) (?&grade_words) )
        (?: 进行 | 实施 )? (?&managing_words)
    """,
    matches=("第二年按D级管理", "直接降为D级", "下调或取消安全生产信用等级", "信用等级降至三级"),
    refuses=("降低检查频次", "取消其上级评优资格", "分为四个等级"),
)
ENTERED = Pattern(
    "who is put on a list",
    r"""
    (?: 将 | 把 | 对 ) (?P<target> [^，,。；;]{2,110}? (?&listed_targets) )
    (?= (?: (?&lawful_words) ){0,3} (?&entry_words) )
    """,
    matches=("将情节严重的市场主体纳入失信名单", "把多次违规的企业列入重点关注名单", "对拒不整改的单位依法列入黑名单"),
    refuses=("将失信信息通报各部门", "企业列入黑名单"),
)
ENTERED_ACROSS = Pattern(
    "who is put on a list, told in clauses that commas part",
    r"""
    (?: 将 | 把 )
    (?P<target> [^。；;将把对向]{2,80}? [，,] [^。；;将把对向]{2,80}? 的 [^，,。；;]{0,12}? (?&listed_targets) )
    (?= (?: (?&lawful_words) ){0,3} (?&entry_words) )
    """,
    matches=(
        "可把多次违规，但尚未达到认定标准的主体列入重点关注名单",
        "将发生事故，或者瞒报事故的企业依法纳入黑名单",
        "把在重点领域失信，拒不整改的相关责任主体列入名单",
    ),
    refuses=("将多次违规的企业列入名单", "将名单通报各部门，对违规的企业列入重点"),
)
SUBJECTS = Pattern(
    "whom a text is about, told by what they did",
    r"(?&subject_leads) (?P<target> [^，,。；;]{2,60}? 的 [^，,。；;的]{0,10}? (?&listed_targets) )",
    matches=(
        "联合惩戒的对象为存在失信行为的生产经营单位",
        "适用对象是发生事故的企业",
        "激励对象包括连续三年守信的企业",
    ),
    refuses=("联合惩戒的对象为企业", "对象信息", "将其列为对象"),
)
OPENING_CASE = Pattern(
    "case that opens a clause without a comma behind it",
    r"(?&opening_cases) (?= [^，,。；;] )",
    matches=("必要时可责令其停产", "情节严重的撤销其资格", "逾期不改的通报批评"),
    refuses=("可在必要时约谈", "必要时"),
    by="match",
)
CONDITIONS_AHEAD = Pattern(
    "words that announce conditions",
    r"(?&list_pointers) [^，,。；;：:措]{0,10}? (?&list_heads)",
    matches=("同时符合以下条件的生产经营单位", "有下列情形之一的", "符合以下所有条件的信用主体"),
    refuses=("实施下列惩戒措施", "提供以下材料"),
)
EXCLUDED = Pattern(
    "who is barred because of a blacklist",
    r"""
    (?P<listed> (?: 凡 )? 已? 被? (?&entry_words) [^，,。；;]{0,24}? (?&black_list_words) )
    [^，,。；;]{0,12} [，,]? [^，,。；;]{0,10}? (?&barring_words) [^，,。；;]{0,16}?
    (?: (?&incentive_words) | (?&red_list_words) ) [^，,。；;]{0,12}
    """,
    matches=(
        "确保已被纳入失信联合惩戒对象名单的，不被确定为联合激励对象",
        "被列入黑名单的企业，一律不得享受激励政策",
        "列入安全生产领域黑名单的不予认定为守信单位",
    ),
    refuses=(
        "纳入黑名单管理，不纳入日常检查",
        "列入黑名单的企业，从严审批",
        "不被确定为激励对象",
        "未列入黑名单的可以享受优惠",
    ),
)
URGING = Pattern(
    "appeal at the beginning of a clause, behind who is named",
    r"(?&urging_adverbs)* (?&urging_words)",
    matches=("弘扬社会主义核心价值观", "务必要提高安全管理意识", "要积极创造有利于监督的氛围"),
    refuses=("要及时公示", "定期通报", "要将信息共享"),
    by="match",
)
LEAVING = Pattern(
    "that somebody is taken off a list, or loses what stands for it",
    r"""
    (?: (?&exit_words) | (?&revoking_words) (?= [^，,。；;]{0,12}? (?: (?&red_list_words) | (?&black_list_words)
        | (?&watch_list_words) | (?&incentive_words) ) ) )
    """,
    matches=("应当认定其退出红名单", "取消其红名单资格", "撤销联合激励", "收回守信企业称号"),
    refuses=("取消评优资格", "列入红名单的", "撤销行政许可"),
)
JUDGED = Pattern(
    "who determines whether a condition holds",
    r"""
    (?: ^ | (?<= [，,、] ) ) (?: 并 | 且 | 须 | 应 | 应当 ){0,2} [由经]
    (?P<judge> (?: (?! [由经] ) [^，,。；;：:“”的对将把] ){1,40}?
        (?: (?&generic_units) | (?&actor_units) | (?&body_endings) ) )
    (?: (?&judging_openers) ){0,3} (?&judging_words) 的? $
    """,
    matches=(
        "由市应急管理局认定",
        "经县级以上应急管理部门依法审核认定的",
        "由市应急管理局会同市发展改革委研究确定的",
        "情节严重，由认定机关认定的",
    ),
    refuses=("由市应急管理局认定为二级企业", "经查实认定的", "由市应急管理局公布", "由市应急管理局认定后公布"),
)
DECISION = Pattern(
    "what somebody decides",
    r"(?&deciding_words) (?P<matter> [^，,。；;]{2,40}? ) 的? (?&decided_things)",
    matches=("应当作出是否移出黑名单的决定", "作出限制从业决定", "提出列入名单的意见"),
    refuses=("移出名单的决定", "作出决定", "提出异议"),
)
PARTY_ACT = Pattern(
    "what only a party does",
    r"(?<! [受理审核到依办复] ) (?&party_verbs) [^，,。；;的]{0,16}? (?&party_things)",
    matches=("可以向市局提出书面异议", "申请信用修复", "提起行政诉讼", "依法申请行政复议"),
    refuses=("受理申请并修复", "审核申请材料", "答复异议", "核实当事人提出的异议"),
)
PRECEDENCE = Pattern(
    "which text prevails where two differ",
    r"""
    (?P<rule> [^。；;]{0,80}? (?&norm_words) [^。；;]{0,60}? (?&conflict_words) 的?
    [，,]? [^。；;，,]{0,40}? (?&yielding_words) )
    """,
    matches=(
        "各领域内相关法律法规修改或调整,与本备忘录不一致的,以法律法规实际条款内容为准",
        "与国家有关规定不一致的，从其规定",
        "本办法与上级新出台的政策相抵触的，按上级政策执行",
    ),
    refuses=("严格按照法律法规执行", "与实际情况不一致的，应当更正", "以法律法规为准绳"),
)
