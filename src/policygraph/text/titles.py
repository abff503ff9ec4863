"""How a text is called where it is cited: by its title in title marks, and by its number where it has no title.

A document may cite a text by its number alone (按照国办发〔2019〕35号第三条). Then there is no title to put between
marks, and none is made up. Which title a law has, and whether it is called by its short one, is not known here.
"""

from __future__ import annotations

_INNER = str.maketrans("《》", "〈〉")


def name_text(title: object, number: object = None) -> str:
    """A text by its title, else by its number; empty where neither is told. Cells of an answer will do.

    A title inside a title stands between inner marks (GB/T 15834-2011, 4.15.3.4).

    >>> name_text("安全生产法", "主席令第七十号"), name_text(None, "国办发〔2019〕35号"), name_text("", None)
    ('《安全生产法》', '国办发〔2019〕35号', '')
    >>> name_text("关于印发《甲办法》的通知")
    '《关于印发〈甲办法〉的通知》'
    """
    return f"《{str(title).translate(_INNER)}》" if title else str(number or "")


def cite_text(title: object, number: object = None) -> str:
    """A text by its title with its number, or by the one of them that is told.

    >>> cite_text("安全生产许可证条例", "国务院令第397号"), cite_text(None, "国务院令第397号")
    ('《安全生产许可证条例》（国务院令第397号）', '国务院令第397号')
    """
    return name_text(title, number) + (f"（{number}）" if title and number else "")
