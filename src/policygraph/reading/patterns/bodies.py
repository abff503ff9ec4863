"""Names of bodies in running text: the form of an unregistered name, runs of bare names, lists in brackets."""

from __future__ import annotations

from policygraph.reading.patterns import Pattern

BODY = Pattern(
    "name of a body in a list",
    r"[一-鿿（）()]{1,40} (?: (?&body_endings) | (?&generic_units) | (?&actor_units) )",
    matches=("佳木斯市水务局", "国家发展改革委", "国务院相关部门", "县公安局交警大队"),
    refuses=("组长：王某某", "局"),
    by="match",
)
BARE_RUN_END = Pattern(
    "end of a run of bare names",
    r"(?&open_list_words)? (?&bare_run_qualifiers)* (?&bare_run_heads)",
    matches=("公安、财政等部门", "保险等有关单位", "安全监管部门"),
    refuses=("公安、财政", "金融机构"),
)
LIST_END = Pattern(
    "what closes a list of names",
    r"(?: (?&open_list_words) | (?&joining_words) | (?&jointly_words) )+ $",
    matches=("市财政局等", "市水务局和", "市公安局会同"),
    refuses=("市财政局", "等市财政局"),
)
BRACKETED_LIST = Pattern(
    "words in brackets",
    r"[（(] (?P<inside>[^（）()]{2,200}) [）)]",
    matches=("（市自然资源局负责）", "(市财政局牵头)", "（责任单位：市发展改革局）"),
    refuses=("（一", "（一）"),
)
