"""Names of bodies in running text: the form of an unregistered name, runs of bare names, lists in brackets."""

from __future__ import annotations

from policygraph.reading.patterns import Forms, Pattern

BODY = Pattern(
    "name of a body in a list",
    r"[一-鿿（）()]{1,40} (?: (?&generic_units) | (?&actor_units) | (?&body_endings) )",
    matches=("佳木斯市水务局", "国家发展改革委", "国务院相关部门", "县公安局交警大队"),
    refuses=("组长：王某某", "局"),
    by="match",
)
EACH_PLACE = Pattern(
    "places in general, for their governments",
    r"""
    各 (?: [一-鿿]{0,4}? (?: (?&place_endings) | (?&addressee_endings) ) | [、和] | [（(] [^（）()]{1,16} [）)] )+
    (?: [一-鿿]{0,12} (?: (?&body_endings) | (?&generic_units) ) )?
    """,
    matches=("各省（区、市）", "各县（市、区）人民政府", "各省、自治区、直辖市", "各市、县政府确定的监管部门"),
    refuses=("各有关方面", "各（区"),
    by="fullmatch",
)
PLACES_IN_A_ROW = Pattern(
    "places in general in a row, which are one item of a list",
    r"各 [一-鿿]{0,2}? (?&place_endings) (?: [、和及] [一-鿿]{0,3} (?: (?&place_endings) | (?&addressee_endings) ) )+",
    matches=("各省、自治区、直辖市人民政府", "各市、县", "各市和县"),
    refuses=("各省", "各市财政局、市税务局", "市、县"),
)
BARE_DEPARTMENT = Pattern(
    "bare name of a department, by what it does",
    r"(?: [一-鿿]{0,6}? (?&place_endings) | 各级? )? (?: (?&function_words) [和与]? )+",
    matches=("公安", "市妇联", "市国家安全", "各级财政"),
    refuses=("王某某", "财政资金", "公安干警"),
    by="fullmatch",
)
ACTED_BY = Pattern(
    "sentence that says by whom something is done",
    r"""
    (?: ^ | [，。；：,;:\s）)、.．] ) 由 (?P<inside> [^，。；：,;:的其或]{2,80}? ) (?P<duty> (?&duty_words) )
    (?= [，。；,;）)] | $ )
    """,
    matches=(
        "（二）加大检查频次。由市市场监管局负责。",
        "由市财政局、市税务局组织实施",
        "（三）由市市场监管局会同某海关实施。",
        "限制发行，由市金融办负责落实；",
    ),
    refuses=("申请由县应急局负责受理。", "由作出决定的机关负责。"),
)
LIST_OF_MEASURES = Pattern(
    "title of a list of measures",
    r"""
    (?&measure_headings) [^，。；：]{0,4} (?&list_title_words) (?: [（(] [^（）()]{1,20} [）)] )? $
    """,
    matches=("安全生产失信联合惩戒措施清单", "守信激励措施目录（2032年版）", "联合奖惩措施一览表"),
    refuses=("联合惩戒措施实施办法", "失信单位清单", "惩戒措施清单管理办法"),
)
TO_THE_LISTED = Pattern(
    "words that announce what is done to those on a list",
    r"""
    ^ 对 于? (?! .* (?: 下列 | 以下 | 如下 ) ) [^，。；：]{0,20} (?: (?&red_list_words) | (?&black_list_words) )
    [”"』」]? (?: 的 | 的? [^，。；：]{0,16} (?&listed_targets) ) $
    """,
    matches=("对列入“黑名单”的", "对红名单企业", "对于被纳入失信名单的生产经营单位及其负责人"),
    refuses=("对有下列情形之一的单位列入黑名单", "对符合条件的列入红名单", "列入黑名单的单位", "对黑名单实行动态管理"),
)
_REST_IN_ANNEX = r"""
    (?&rest_words) [^，。；：]{0,12} 措施 [^。；：]{0,16} (?: 见 | 列 [于入在] ) 本? [^，。；：]{0,10}
    (?: (?&annex_words) | (?&appendix_words) ) [^，。；：]{0,8} [。；]?
"""
REST_IN_ANNEX = Pattern(
    "sentence that says where the measures not told here stand",
    _REST_IN_ANNEX,
    matches=("其余措施见附表。", "其他联合惩戒措施详见附件2", "其他激励和惩戒措施列入附表"),
    refuses=("以上措施见附表。", "其他事项见附件。", "其他措施由各单位依法实施。"),
)
SPEAKS_OF_ALL = Pattern(
    "closing paragraph about all the measures above it, or that only points to an appendix",
    rf"""
    ^ (?: {_REST_IN_ANNEX} $ | (?: (?&back_pointers) | 各 [项条] | 所有 ) [^，。；：]{{0,8}} 措施
        | [^，。；：]{{0,40}} 见 本? [^，。；：]{{0,10}} (?: (?&annex_words) | (?&appendix_words) )
          [^，。；：]{{0,8}} [。]? $ )
    """,
    matches=(
        "各项措施的责任单位和依据见附表。",
        "更多的惩戒措施列于附录。",
        "以上措施由各单位依法实施。",
        "责任分工详见附件2。",
    ),
    refuses=(
        "更多的惩戒措施列于附录，另行公布。",
        "约谈其主要负责人。",
        "责令限期整改，整改要求见附件。",
        "采取各项措施加强检查。",
    ),
)
BARE_RUN_END = Pattern(
    "end of a run of bare names",
    r"(?&open_list_words)? (?&bare_run_qualifiers)* (?&bare_run_heads)",
    matches=("公安、财政等部门", "保险等有关单位", "安全监管部门"),
    refuses=("公安、财政", "金融机构"),
)
NAME_ENDS = Pattern(
    "words behind a name that do not go on with it",
    r"""
    (?! (?&joined_places) )
    (?: (?&between_words) | (?&joining_words) | (?&jointly_words) | (?&open_list_words) | (?&duty_words)
    | (?&lead_labels) | (?&support_labels) | (?&handing_words) | (?&founding_words) | (?&about_words)
    | (?&long_actor_verbs) | (?&category_words) | (?&generic_units) | (?&signer_posts) | (?&actor_persons)
    | (?&actor_verbs) (?&place_endings) | (?&division_words) (?&duty_words) )
    """,
    matches=("会同市公安局", "移送公安局", "有关部门", "局长兼任办公室", "将县区分局"),
    refuses=("自贡市税务局", "云栖市中心支行", "交警支队", "和田地区税务局"),
    by="match",
)
NAME_GOES_ON = Pattern(
    "rest of a longer name behind the name of a body",
    r"""
    (?: [一-鿿]{1,6}? (?&place_endings) ){1,2} (?: [一-鿿]{0,8}? (?&branch_endings) | [一-鿿]{1,8}? (?&office_endings) )
    | (?! (?&actor_verbs) ) (?: [一-鿿]{0,6}? (?&branch_endings) | [一-鿿]{1,6}? (?&office_endings) )
    """,
    matches=("云栖市中心支行对守信企业", "云栖监管分局", "黑龙江局", "办公室的意见", "自贡市税务局"),
    refuses=("可以查询办公室", "局长", "的意见"),
    by="match",
)
NARROWER_PLACE = Pattern(
    "place below a place",
    r"[一-鿿]{2,6}? (?&place_endings)",
    matches=("云栖市应急管理局", "高新区管委会", "佳木斯市财政局"),
    refuses=("市场监督管理局", "城市管理局", "财政厅"),
    by="match",
)
BRANCH_ALONE = Pattern(
    "branch that is named by its place and form only",
    r"(?: [一-鿿]{1,6}? (?&place_endings) )? [一-鿿]{0,4}? (?&branch_endings)",
    matches=("云栖市中心支行", "云栖监管分局", "交警支队"),
    refuses=("云栖市税务局", "局"),
    by="match",
)
LISTED_REST = Pattern(
    "rest of a longer name in a list",
    r"[一-鿿]{0,30} (?&body_endings)",
    matches=("云栖市税务局", "云栖市政府采购办", "办公室"),
    refuses=("按职责分工", "（局）"),
    by="match",
)
LIST_END = Pattern(
    "what closes a list of names",
    r"(?: (?&open_list_words) | (?&joining_words) | (?&jointly_words) )+ $",
    matches=("市财政局等", "市水务局和", "市公安局会同"),
    refuses=("市财政局", "等市财政局"),
)
DUTY_AT_END = Pattern(
    "what an item of a list says of the duty behind its name",
    r"(?&division_words)* (?: (?&duty_words) | (?&lead_labels) | (?&support_labels) ) [。；]? $",
    matches=("海关负责", "发改按职责分工负责。", "各县区组织实施"),
    refuses=("海关", "负责人"),
)
AND_UNITS = Pattern(
    "units in general that are named together with departments in general",
    r"""
    (?&joining_words) (?&generic_units) (?! (?&listed_targets) )
    (?= $ | [^一-鿿] | (?&joining_words) | (?&open_list_words) | (?&division_words) | (?&duty_words) )
    """,
    matches=("和单位", "及机构按职责分工", "和单位及各地区"),
    refuses=("和单位负责人", "和市财政局", "和单位职工"),
    by="match",
)
ANNOUNCED_BY = Pattern(
    "departments that open a sentence which announces measures",
    r"""
    (?: ^ | [，。；] ) (?P<inside> [^，。；：,;:的其]{2,120} ) (?: (?&actor_verbs) | (?&announcing_verbs) )
    [^，。；：,;:]{0,16} (?: (?&measure_headings) | (?&announcement_heads) ) [：:] $
    """,
    matches=(
        "对失信企业，市财政局、自然资源局等部门采取以下惩戒措施：",
        "市应急管理局应当实施下列惩戒措施：",
        "市财政局依法采取下列措施:",
    ),
    refuses=("企业采取下列措施", "由市财政局负责。", "对失信企业采取的惩戒措施：无"),
)
ANNOUNCED_FIRST = Pattern(
    "departments before the first verb of a sentence that announces measures",
    r"""
    ^ (?P<inside> [^，。；：,;:的其]{2,120}? ) (?: (?&long_actor_verbs) | (?&announcing_verbs) )
    (?: (?: 对 [^，。；：,;:]{1,40} [，,] )? [^，。；：,;:]{0,40}
        (?: (?&measure_headings) | (?&announcement_heads) ) )? [：:] $
    """,
    matches=(
        "市应急管理局应当对失信企业采取下列惩戒措施：",
        "各县（区）水务局应当：",
        "市财政局、市税务局应当对列入红名单的企业，给予以下激励措施：",
    ),
    refuses=("市财政局应当做到：", "对失信企业应当采取措施", "各部门负责。"),
)
UNITS_AT_END = Pattern(
    "what a list of departments ends with that names departments in general",
    r"(?&open_list_words)? (?&bare_run_qualifiers)* (?: (?&bare_run_heads) | (?&open_list_words) ) $",
    matches=("市财政局、市税务局等部门", "市财政局等", "公安、财政等有关部门"),
    refuses=("市财政局", "等市财政局"),
)
OPEN_UNITS = Pattern(
    "body with units in general behind it that leave the list open",
    r"""
    (?P<named> [一-鿿（）()]{2,30} (?&body_endings) (?&open_list_words) )
    (?P<units> (?P<whose> [一-鿿]{0,4} ) (?&bare_run_heads) )
    """,
    matches=("市安监局等市级部门", "县公安局等县直单位", "某某局等部门"),
    refuses=("市安监局", "市安监局等", "等市级部门"),
    by="fullmatch",
)
ROLE_BEHIND = Pattern(
    "role behind a name, or at the end of its stretch of a list",
    r"""
    (?P<bracket> [（(] )? (?(bracket) | [^，。；,;（）()]{0,160}? )
    (?P<role> (?&lead_labels) | (?&support_labels) )
    (?(bracket) [）)] | (?= [，。；,;]? $ | [，。；,;] ) )
    """,
    matches=("（牵头）、市质监局", "、某某站、市质监局配合，", "(配合)"),
    refuses=("、市质监局", "，市质监局配合", "、市质监局配合工作"),
    by="match",
)
LISTED_PARTS = Pattern(
    "what parts the items of a list",
    r"[、，,；;/／\s]+ | (?<=[局委部厅办院会署]) [和及与] (?=.{2})",
    matches=("市财政局、市税务局", "财政，税务", "市财政局和市税务局"),
    refuses=("市发展改革委", "发展和改革委"),
)
NEXT_LABEL = Pattern(
    "label of another kind inside a list",
    r"[；;，,。] \s* [一-鿿]{2,8} [：:]",
    matches=("；完成时限：2031年底前", "，完成时间:持续推进", "。备注：无"),
    refuses=("、市财政局：", "完成时限", "；市财政局"),
)
BRACKETED_LIST = Pattern(
    "words in brackets",
    r"[（(] (?P<inside> (?: [^（）()] | [（(] [^（）()]{1,12} [）)] ){2,200} ) [）)]",
    matches=("（市自然资源局负责）", "(市财政局牵头)", "（责任单位：市发展改革局）", "（县（市、区）财政局）"),
    refuses=("（一", "（一）"),
)
BRACKETS = Pattern(
    "brackets inside a list",
    r"[（(] [^（）()]{1,40} [）)]",
    matches=("各省（区、市）", "(市粮食局)", "（区）"),
    refuses=("（", "（）"),
)


def is_department(words: str, forms: Forms) -> bool:
    """Whether the whole of some words has the form of a department: a body, a function, places in general.

    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> forms = Forms(Vocabulary(body_endings=("局",)))
    >>> is_department("市水务局", forms), is_department("市水务", forms)
    (True, False)
    """
    if forms.find(BARE_DEPARTMENT, words) or forms.find(EACH_PLACE, words):
        return True
    body = forms.find(BODY, words)
    return body is not None and body.end() == len(words)
