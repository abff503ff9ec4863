// What a page gains with script; everything works without: the section one is reading, a span lit, that one is waiting.
"use strict";

const contents = document.querySelector(".contents");
if (contents && "IntersectionObserver" in window) {
  const links = new Map([...contents.querySelectorAll('a[href^="#"]')].map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
  const seen = new Set();
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) entry.isIntersecting ? seen.add(entry.target.id) : seen.delete(entry.target.id);
    const now = [...links.keys()].filter((id) => seen.has(id)).pop();
    if (!now) return;
    const side = contents.parentElement;
    if (getComputedStyle(side).position === "sticky") side.scrollTop = links.get(now).offsetTop - side.clientHeight / 3;
    for (const [id, link] of links) id === now ? link.setAttribute("aria-current", "location") : link.removeAttribute("aria-current");
  }, { rootMargin: "-10% 0px -75% 0px" });
  for (const id of links.keys()) {
    const clause = document.getElementById(id);
    if (clause) watch.observe(clause);
  }
}

// On a narrow screen the rows of a wide table are blocks, each cell under the words of its column (style.css); what a
// table is to a screen reader stays said. Without script such a table is scrolled.
for (const table of document.querySelectorAll(".scroll > table:not(.glyphs, .appendix)")) {
  const heads = [...(table.tHead?.rows.length === 1 ? table.tHead.rows[0].cells : [])];
  if (heads.length < 3 || heads.some((head) => head.colSpan > 1)) continue;
  table.classList.add("folding");
  table.setAttribute("role", "table");
  for (const group of [table.tHead, ...table.tBodies]) {
    group.setAttribute("role", "rowgroup");
    for (const row of group.rows) {
      row.setAttribute("role", "row");
      for (const [place, cell] of [...row.cells].entries()) {
        cell.setAttribute("role", cell.tagName === "TD" ? "cell" : group === table.tHead ? "columnheader" : "rowheader");
        if (group !== table.tHead && cell.textContent.trim()) cell.dataset.label ??= heads[place]?.textContent.trim();
      }
    }
  }
}

// On a published site the source is one page: the span that an address names (#char=12,30, RFC 5147) is lit here.
const source = document.querySelector("pre.source[data-lit]");
const lightSpan = () => {
  const [, start, end] = /^#char=(\d+),(\d+)$/.exec(location.hash) ?? [];
  if (end === undefined) return;
  const points = Array.from(source.textContent);
  const mark = document.createElement("mark");
  mark.className = "lit";
  mark.id = "lit";
  mark.textContent = points.slice(start, end).join("");
  source.replaceChildren(points.slice(0, start).join(""), mark, points.slice(end).join(""));
  mark.scrollIntoView({ block: "center" });
};
if (source) {
  lightSpan();
  addEventListener("hashchange", lightSpan);
}

// What takes longer than a moment says so. A file that is sent leaves the page where it is and nothing tells that it has
// come, so there the words go soon by themselves.
if (document.body.dataset.busy) {
  const waiting = document.createElement("p");
  waiting.className = "said waiting";
  waiting.setAttribute("role", "status");
  document.body.append(waiting);
  let timer = 0;
  const tell = (text) => { waiting.textContent = text; };
  const stop = () => { clearTimeout(timer); tell(""); };
  addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      tell(document.body.dataset.busy);
      timer = setTimeout(stop, event.submitter?.dataset.file === undefined ? 10_000 : 2_000);
    }, 700);
  });
  addEventListener("pageshow", stop);
}
