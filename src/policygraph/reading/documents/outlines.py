"""A parsed document as an indented outline that a lawyer can check at a glance; the golden tests compare it."""

from __future__ import annotations

from collections import Counter

from policygraph.reading.documents.values import Clause, Document


def _shorten(words: str, length: int = 30) -> str:
    words = " ".join(words.split())
    return words if len(words) <= length else words[:length] + "…"


def _line(clause: Clause) -> str:
    depth = clause.id.count("/")
    name = clause.id.rsplit("/", 1)[-1]
    shown = clause.heading if clause.heading else clause.text
    if clause.label and shown.startswith(clause.label):
        shown = shown[len(clause.label) :].strip()
    label = f" {clause.label}" if clause.label else ""
    spans = f" [{len(clause.spans)} 处]" if len(clause.spans) > 1 else ""
    return f"{'  ' * depth}{name}{label} {_shorten(shown)}".rstrip() + spans


def outline(document: Document) -> str:
    """The header fields, one indented line per clause, and the problems.

    >>> from policygraph.reading.documents import parse_document
    >>> from policygraph.reading.vocabulary import Vocabulary
    >>> words = Vocabulary(document_kinds=("通知",), generic_units=("单位",))
    >>> print(outline(parse_document("关于加强监管的通知\\n各有关单位：\\n一、总体要求\\n坚持标本兼治。", words)))
    文号　　无
    标题　　关于加强监管的通知
    文种　　通知
    日期　　无
    发文机关 无
    署名　　无
    主送　　各有关单位
    <BLANKLINE>
    title 关于加强监管的通知
    addressees 各有关单位：
    sec_1 一、 总体要求
      heading 一、总体要求
      al_1 坚持标本兼治。
    """
    number = document.number or "无"
    if document.number_as_written and document.number_as_written != document.number:
        number += f"（原文：{' '.join(document.number_as_written.split())}）"
    lines = [
        f"文号　　{number}",
        f"标题　　{' '.join((document.title or '无').split())}",
        f"文种　　{document.kind or '无'}",
        f"日期　　{document.date or '无'}",
        f"发文机关 {'；'.join(mention.text for mention in document.issuers) or '无'}",
        f"署名　　{'；'.join(mention.text for mention in document.signatories) or '无'}",
        f"主送　　{'；'.join(mention.text for mention in document.addressees) or '无'}",
        "",
    ]
    lines += [_line(clause) for clause in document.clauses]
    # marks of a file format are no words of anybody
    counts = Counter((one.code, one.message) for one in document.problems if one.code != "markup")
    if counts:
        lines += ["", "问题"]
        for (code, message), count in counts.items():
            lines.append(f"- {code}：{message}" + (f"（{count} 处）" if count > 1 else ""))
    return "\n".join(line.rstrip() for line in lines)
