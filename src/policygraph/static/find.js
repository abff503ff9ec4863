// The search of a published site, in the browser: the index was folded when the site was written, and says how a query
// is folded; what is found and its order are those of the service (keeping/search.py).
"use strict";

(() => {
  const HITS = 20;
  const WIDTH = 120;
  const MOST = 200;
  const FACETS = ["kind", "place", "area"];
  const index = globalThis.policygraph;
  const found = document.getElementById("found");
  const ordinal = new RegExp(index.ordinal, "gu");
  const digit = /^\p{Nd}$/u;

  const identity = (text) => ({ text, runs: [0, 0, 1] });
  const viewed = ([text, plain, counted]) => {
    const first = plain ? { text: plain[0], runs: plain[1] } : identity(text);
    return { printed: text, plain: first, counted: counted ? { text: counted[0], runs: counted[1] } : first };
  };

  // A query, folded character by character; numerals of places in digits as a second view.
  const folded = (words) => {
    const text = Array.from(words, (c) => index.fold[c] ?? c).join("");
    const counted = text.replace(ordinal, (numeral) => index.numerals[numeral] ?? numeral);
    const plain = identity(text);
    return { plain, counted: counted === text ? plain : identity(counted) };
  };

  const back = ({ runs }, at) => {
    let run = 0;
    while (run + 3 < runs.length && runs[run + 3] <= at) run += 3;
    const start = runs[run + 1] + (at - runs[run]);
    return [start, start + runs[run + 2]];
  };

  // Where words stand in a folded text, as spans of the text as printed; a number only where all of it stands.
  const occurrences = (view, words) => {
    const spans = [];
    if (!words) return spans;
    for (let at = view.text.indexOf(words); at >= 0; at = view.text.indexOf(words, at + 1)) {
      const end = at + words.length;
      const split =
        (digit.test(words[0]) && at > 0 && digit.test(view.text[at - 1])) ||
        (digit.test(words[words.length - 1]) && end < view.text.length && digit.test(view.text[end]));
      if (!split) spans.push([back(view, at)[0], back(view, end - 1)[1]]);
    }
    return spans;
  };
  const places = (view, term) => {
    const spans = occurrences(view.plain, term.plain.text);
    if (view.counted === view.plain && term.counted === term.plain) return spans;
    return spans.concat(occurrences(view.counted, term.counted.text));
  };
  const stands = (view, term) => places(view, term).length > 0;

  const marked = (view, terms) => {
    const spans = terms.flatMap((term) => places(view, term)).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const merged = [];
    for (const [start, end] of spans) {
      const last = merged[merged.length - 1];
      if (last && start < last[1]) last[1] = Math.max(last[1], end);
      else merged.push([start, end]);
    }
    return merged;
  };

  const shareOf = (name, terms, whole) => {
    if (name.plain.text === whole.plain.text || name.counted.text === whole.counted.text) return 1;
    if (!terms.every((term) => stands(name, term))) return 0;
    const length = terms.reduce((sum, term) => sum + Array.from(term.plain.text).length, 0);
    return Math.min(0.99, length / Math.max(1, Array.from(name.plain.text).length));
  };

  const entries = index.entries.map((entry) => ({
    ...entry,
    name: viewed(entry.n ?? [""]),
    aliases: (entry.a ?? []).map(viewed),
    text: viewed(entry.t ?? [""]),
    values: { kind: [entry.k], place: entry.p ? [entry.p] : [], area: entry.r ?? [] },
  }));

  const match = (entry, terms, whole) => {
    const every = [entry.name, ...entry.aliases, entry.text];
    if (!terms.every((term) => every.some((view) => stands(view, term)))) return null;
    const isClause = entry.k === "clause";
    const names = isClause ? [] : [entry.name, ...entry.aliases];
    const nameMarks = isClause ? [] : marked(entry.name, terms);
    const textMarks = marked(entry.text, terms);
    if (isClause && !textMarks.length) return null;
    const shares = names.map((name) => shareOf(name, terms, whole));
    const share = Math.max(0, ...shares);
    const best = share ? shares.indexOf(share) : 0;
    const together = [...names, entry.text].some((view) => stands(view, whole));
    const full =
      100 * (share === 1) + 50 * (share > 0) + 20 * share + 10 * together + Math.min(textMarks.length, 9);
    const score = entry.k === "article" && !share ? full / 2 : full;
    return { entry, score, alias: best ? entry.aliases[best - 1].printed : null, nameMarks, textMarks };
  };

  const findWords = (words) => {
    const terms = words.map(folded).filter((term) => term.plain.text);
    const whole = folded(words.join(" "));
    return terms.length ? entries.map((entry) => match(entry, terms, whole)).filter(Boolean) : [];
  };

  const complete = (query) => {
    const letters = Array.from(query, (c) => index.fold[c] ?? c).join("").replace(/[^\p{L}\p{N}]|[第号年]/gu, "");
    return Object.hasOwn(index.numbers, letters) ? index.numbers[letters] : null;
  };

  const search = (query, chosen) => {
    const number = complete(query);
    let hits = number ? findWords([number]) : [];
    if (!hits.length) hits = findWords(query.split(/\s+/u).filter(Boolean));
    const has = (hit, facet) => !chosen[facet] || hit.entry.values[facet].includes(chosen[facet]);
    const facets = FACETS.map((facet) => {
      const counts = new Map();
      for (const hit of hits.filter((one) => FACETS.every((other) => other === facet || has(one, other)))) {
        for (const value of hit.entry.values[facet]) counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      return [facet, [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))];
    });
    const kept = hits.filter((hit) => FACETS.every((facet) => has(hit, facet)));
    kept.sort((a, b) => b.score - a.score || index.kinds.indexOf(a.entry.k) - index.kinds.indexOf(b.entry.k));
    return { hits: kept, facets };
  };
  globalThis.policygraph.search = search;

  // Where an excerpt begins that may begin at one place and must hold another: behind a mark between them.
  const beginExcerpt = (text, at, until) => {
    const first = Math.max(at - 1, 0);
    const boundary = at ? /[，。；：！？][”’」』）》]*/.exec(text.slice(first, until)) : null;
    return boundary ? first + boundary.index + boundary[0].length : at;
  };

  // A stretch of a text where most of its marks stand close together.
  const snippet = (text, marks) => {
    if (text.length <= WIDTH) return [text, marks];
    const windows = (marks.length ? marks.map(([start]) => start) : [0]).map((start) => {
      const earliest = Math.min(Math.max(0, start - Math.floor(WIDTH / 3)), text.length - WIDTH + 1);
      const begin = beginExcerpt(text, earliest, start);
      const end = begin + WIDTH - (begin ? 1 : 0);
      return [begin, end < text.length ? end - 1 : text.length];
    });
    const fitting = ([begin, end]) => marks.filter(([start, stop]) => begin <= start && stop <= end);
    const best = windows.reduce((a, b) => (fitting(b).length > fitting(a).length ? b : a));
    const lead = best[0] ? "…" : "";
    const shift = lead.length - best[0];
    const cut = lead + text.slice(...best) + (best[1] < text.length ? "…" : "");
    return [cut, fitting(best).map(([start, end]) => [start + shift, end + shift])];
  };

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
    element.append(...children.filter((child) => child !== null));
    return element;
  };
  const stretches = (text, marks) => {
    const parts = [];
    let last = 0;
    for (const [start, end] of marks) {
      parts.push(text.slice(last, start), make("mark", { class: "hit" }, text.slice(start, end)));
      last = end;
    }
    return [...parts, text.slice(last)];
  };

  const words = JSON.parse(found.dataset.words);
  // words that tell a number have a form for one before the bar, where the language has such forms
  const count = (text, n) => (text.split("|")[n === 1 ? 0 : 1] ?? text.split("|")[0]).replace("{n}", n);
  const code = found.dataset.language;
  const base = new URL(".", document.querySelector('script[src$="search-index.js"]').src);
  const say = (facet, value) => index.names[code][`${facet}.${value}`] ?? value;
  const called = (iri) => index.documents[code][iri] ?? "";
  const asked = new URLSearchParams(location.search);
  const query = (asked.get("q") ?? "").slice(0, MOST);
  const chosen = Object.fromEntries(FACETS.map((facet) => [facet, asked.get(facet) || null]));
  const page = Math.max(1, Number.parseInt(asked.get("page") ?? "1", 10) || 1);
  const refine = (change) => {
    const values = { q: query, ...chosen, ...change };
    return `?${new URLSearchParams(Object.entries(values).filter(([, value]) => value))}`;
  };

  const showHit = (hit) => {
    const { entry } = hit;
    const href = new URL(found.dataset.root.slice(1) + entry.u, base).href;
    const title =
      entry.k === "clause"
        ? [called(entry.i)]
        : [...(entry.k === "measure" ? [`${called(entry.d)} `] : []), ...stretches(entry.name.printed, hit.nameMarks)];
    const text = stretches(...snippet(entry.text.printed, hit.textMarks));
    return make(
      "li",
      {},
      make(
        "p",
        { class: "hit-name" },
        make("span", { class: "tag" }, say("", entry.k)),
        " ",
        make("a", { href, lang: "zh-CN" }, ...title),
        hit.alias ? make("span", { class: "small", lang: "zh-CN" }, ` ${hit.alias}`) : null,
      ),
      entry.t ? make("p", { class: "hit-text", lang: "zh-CN" }, ...text) : null,
    );
  };

  const showFacets = (facets) => {
    const nav = make("nav", { class: "facets", "aria-label": words.filter });
    for (const [facet, counts] of facets) {
      if (!counts.length) continue;
      const list = make("ul");
      if (chosen[facet]) list.append(make("li", {}, make("a", { href: refine({ [facet]: null }) }, words.all)));
      for (const [value, count] of counts) {
        const name = say(facet, value);
        list.append(
          chosen[facet] === value
            ? make("li", {}, make("strong", { "aria-current": "true" }, `${name} ${count}`))
            : make("li", {}, make("a", { href: refine({ [facet]: value }) }, name), " ",
                make("span", { class: "small" }, String(count))),
        );
      }
      nav.append(make("h2", {}, words[facet]), list);
    }
    return nav;
  };

  if (query.trim()) {
    for (const input of document.querySelectorAll('input[name="q"]')) input.value = query;
    document.title = `${query} · ${document.title}`;
    const { hits, facets } = search(query, chosen);
    const pages = Math.ceil(hits.length / HITS);
    const start = (page - 1) * HITS;
    found.append(make("p", { role: "status" }, count(words.found, hits.length)));
    if (!hits.length) found.append(make("p", { class: "missing" }, words.none), make("p", {}, words.advice));
    const list = make("ol", { class: "hits", start: String(start + 1) }, ...hits.slice(start, start + HITS).map(showHit));
    found.append(make("div", { class: "found" }, showFacets(facets), list));
    if (pages > 1) {
      const pager = make("p", { class: "pager" });
      if (page > 1) pager.append(make("a", { class: "button", rel: "prev", href: refine({ page: page - 1 }) }, words.previous));
      pager.append(` ${page} / ${pages} `);
      if (page < pages) pager.append(make("a", { class: "button", rel: "next", href: refine({ page: page + 1 }) }, words.next));
      found.append(pager);
    }
  }
})();
