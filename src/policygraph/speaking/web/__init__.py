"""The explorer: pages that read like a legal book, Chinese at ``/``, other languages below their code, without script.

Each page is rendered from named queries and from page queries (``queries/pages/*.rq``), so that what stands on a page
can be asked for as data; a page holds no fact of its own. Handlers are plain ``def``: Starlette runs them in
threads, the store is read-only. Fixed words come from ``policygraph.words``, one file a language. Nothing is fetched
from outside, which the Content-Security-Policy states to the browser too.
"""

from __future__ import annotations

from policygraph.speaking.web.pages import pages_router, render_sparql
from policygraph.speaking.web.site import SECURITY, Site, render_error, render_framed

__all__ = ["SECURITY", "Site", "pages_router", "render_error", "render_framed", "render_sparql"]
