"""Where things stand: the suffixes under which a page is data, and the origin that absolute addresses begin with.

Both have one home, because pages, interface, feeds and descriptions speak of the same addresses. The Host header
decides nothing: whoever sends a request writes it, and what a feed or a catalogue says must not follow from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from policygraph.errors import InputError

PAGE = "text/html"
MEDIA_TYPES: Mapping[str, str] = {
    "": PAGE,
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""What stands under a suffix; none is a page."""

THING_FORMS = ("", "ttl", "jsonld", "nt", "rdf", "json")
"""The forms of a thing, the one for ``*/*`` first: it is shown as a page."""
GRAPH_FORMS = ("ttl", "trig", "nq", "jsonld", "nt", "rdf", "json", "")
"""The forms of a graph, the one for ``*/*`` first: a graph is data, and its page says what it holds."""
DESCRIPTION_FORMS = ("ttl", "jsonld", "nt", "rdf", "")
"""The forms of what the service says of itself; a browser is shown the Turtle."""


def link_forms(forms: Mapping[str, str], chosen: str = "", query: str = "") -> list[str]:
    """The forms of a resource, but the one chosen, as the values of a Link header (RFC 8288).

    >>> link_forms({"text/html": "/doc/a", "text/turtle": "/doc/a.ttl"}, "text/html")
    ['</doc/a.ttl>; rel="alternate"; type="text/turtle"']
    """
    return [
        f'<{quote(address)}{query}>; rel="alternate"; type="{media}"'
        for media, address in forms.items()
        if media != chosen
    ]


# what no file system takes in a name, and what would end a header
_NO_NAME = re.compile(r"[\x00-\x1f/\\:*?\"<>|]+")
_LONGEST_NAME = 120


def name_file(name: str, plain: str) -> dict[str, str]:
    """The header under which a browser keeps a file: its name, and one in ASCII for who reads no other (RFC 6266, 4.3).

    >>> print(name_file("某厂/2026.docx", "check.docx")["Content-Disposition"])
    attachment; filename="check.docx"; filename*=UTF-8''%E6%9F%90%E5%8E%82_2026.docx
    """
    stem, dot, suffix = _NO_NAME.sub("_", name).rpartition(".")
    told = quote(f"{stem[:_LONGEST_NAME]}{dot}{suffix}", safe="")
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{told}"}


def find_origin(scope: Mapping[str, Any], public: str | None = None) -> str:  # Any: an ASGI scope
    """What absolute addresses begin with, without a slash at the end: the public address, else the one bound.

    >>> find_origin({"scheme": "http", "server": ("127.0.0.1", 8000), "headers": [(b"host", b"evil.example")]})
    'http://127.0.0.1:8000'
    >>> find_origin({"scheme": "https", "server": ("::1", 443)})
    'https://[::1]'
    >>> find_origin({"server": ("/run/policygraph.sock", None)}, "https://policy.example")
    'https://policy.example'
    >>> find_origin({"server": ("/run/policygraph.sock", None)})
    'http://localhost'
    """
    if public is not None:
        return public
    scheme = scope.get("scheme") or "http"
    host, port = scope.get("server") or ("localhost", None)
    if str(host).startswith("/"):
        host, port = "localhost", None
    written = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}.get(scheme)
    return f"{scheme}://{written}" if port in (None, usual) else f"{scheme}://{written}:{port}"


def read_public_url(written: str) -> str:
    """The public address of a deployment, without a slash at the end.

    Errors: ``InputError`` for anything but the root of an http or https site.

    >>> read_public_url("https://policy.example/")
    'https://policy.example'
    >>> read_public_url("policy.example")
    Traceback (most recent call last):
    ...
    policygraph.errors.InputError: --public-url: 'policy.example' 不是网站的根地址。例如 https://policy.example.gov.cn
    """
    try:
        parts = urlsplit(written)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        # pages link to each other from the root: below a path of somebody else's site they would lead astray
        raise InputError("--public-url", f"{written!r} 不是网站的根地址", "例如 https://policy.example.gov.cn")
    return f"{parts.scheme}://{parts.netloc}"
