// What the page of curation gains with script: keys on the proposals, and words chosen in the text; forms do the rest.
"use strict";

const drafts = document.querySelector(".drafts");
const text = document.getElementById("text");
const every = [...document.querySelectorAll(".proposal")];
const form = document.getElementById("write");
const tip = document.getElementById("tip");

const go = (step) => {
  // what lies folded inside a meaning is decided with it, and gone through where somebody unfolds it
  const proposals = every.filter((one) => !one.parentElement.closest("details:not([open])"));
  const here = proposals.indexOf(document.activeElement.closest(".proposal"));
  const next = proposals[Math.min(Math.max(here + step, 0), proposals.length - 1)];
  if (next) next.focus();
};
const press = (value) => {
  const button = document.activeElement.closest(".proposal")?.querySelector(`button[value="${value}"]`);
  if (button) button.click();
};

// the words of a proposal are lit in the text while it has the focus, those of an open form from the start
const light = (one) => {
  let first = null;
  const lit = new Set([one, ...one.querySelectorAll("[data-address]")].map((each) => `#p-${each.dataset.address}`));
  for (const mark of text.querySelectorAll("mark")) {
    const is = lit.has(mark.firstElementChild.getAttribute("href"));
    mark.classList.toggle("lit", is);
    if (is && !first) first = mark;
  }
  // the same words may be marked for something else: then the clause is shown, and its marks are lit
  if (!first) {
    first = document.getElementById(`c-${one.dataset.at}`);
    for (const mark of first?.querySelectorAll("mark") ?? []) mark.classList.add("lit");
  }
  if (!first) return;
  const place = first.offsetTop - text.offsetTop;
  if (place < text.scrollTop || place > text.scrollTop + text.clientHeight - 60) text.scrollTop = place - 60;
};
for (const one of document.querySelectorAll("[data-address]")) {
  one.addEventListener("focusin", (event) => {
    if (event.target.closest("[data-address]") === one) light(one);
  });
}

const chosen = () => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const find = (node) => (node.nodeType === 1 ? node : node.parentElement).closest("[data-clause]");
  const leaf = find(range.startContainer);
  return leaf && text.contains(leaf) && leaf === find(range.endContainer)
    ? { clause: leaf.dataset.clause, quote: selection.toString().trim() }
    : null;
};
let words = null;
document.addEventListener("selectionchange", () => {
  const found = chosen();
  if (found) words = found;
  tip.hidden = !found && !words;
});
const take = () => {
  const found = chosen() ?? words;
  form.open = true;
  if (found) {
    document.getElementById("w-clause").value = found.clause;
    document.getElementById("w-quote").value = found.quote;
  }
  document.getElementById("w-type").focus();
};
document.getElementById("take").addEventListener("click", take);

// another line of a condition quotes the words that are chosen in its clause, if there are some
for (const button of document.querySelectorAll('button[value="line"]')) {
  button.addEventListener("click", () => {
    const found = chosen() ?? words;
    const at = button.closest("[data-at]").dataset.at;
    if (found && (found.clause === at || found.clause.startsWith(`${at}/`))) button.form.elements.words.value = found.quote;
  });
}

const keys = {
  j: () => go(1),
  k: () => go(-1),
  a: () => press("accept"),
  x: () => press("reject"),
  e: () => document.activeElement.closest(".proposal")?.querySelector("a.button")?.click(),
  q: () => document.activeElement.closest(".proposal")?.querySelector(".asked input")?.focus(),
  l: () => press("line"),
  w: take,
  u: () => document.querySelector("#undo button")?.click(),
  t: () => text.focus(),
  "?": () => {
    const help = document.getElementById("keys");
    help.open = !help.open;
  },
};
// single keys act on what has the focus only, so that nobody who speaks or types sets one off (WCAG 2.1.4)
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  if (!event.target.closest(".proposal, .text, #next")) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// what is typed and not sent stays with its form until the tab is closed, whatever is decided on other things meanwhile;
// it comes back only where the thing still says what it said then
const place = `curate ${location.pathname.replace(/^\/en\//, "/")} `;
const said = (one, field) => [...one.querySelectorAll(`[name="${field}"]`)].map((each) => each.value).join(" ");
const forms = [...document.querySelectorAll("form.edit, form.decide")].filter((one) => said(one, "seen"));
const name = (one) => `${place}${one.className} ${said(one, "address")}`;
const isTyped = (field) => field.name && field.type !== "hidden" && field.tagName !== "BUTTON" && field.tagName !== "FIELDSET";
const keep = (one) => {
  const typed = [...one.elements].filter(isTyped).map((f) => (f.type === "checkbox" ? f.checked : f.value));
  sessionStorage.setItem(name(one), JSON.stringify({ seen: said(one, "seen"), typed }));
};
const bring = (one) => {
  const { seen, typed } = JSON.parse(sessionStorage.getItem(name(one)) ?? "{}");
  const fields = [...one.elements].filter(isTyped);
  if (seen !== said(one, "seen") || typed.length !== fields.length) return;
  fields.forEach((field, at) => {
    if (field.type === "checkbox") field.checked = typed[at];
    else field.value = typed[at];
  });
  for (const note of one.querySelectorAll(".unsaved")) note.hidden = false;
};
for (const key of Object.keys(sessionStorage)) {
  if (key.startsWith(place) && !forms.some((one) => name(one) === key)) sessionStorage.removeItem(key);
}
for (const one of forms) {
  bring(one);
  one.addEventListener("input", () => keep(one));
  one.querySelector(".cancel")?.addEventListener("click", () => sessionStorage.removeItem(name(one)));
}

const wrong = document.querySelector(".errors");
const [, to] = location.hash.split("#");
const named = to && document.getElementById(decodeURIComponent(to));
// what was decided last may lie folded inside a meaning: then the meaning is gone on with
const aim = named?.parentElement.closest("details.each:not([open])")?.closest(".meaning") ?? named;
if (wrong) wrong.focus();
else if (aim && /^(p-|m-|next|edit-head)/.test(aim.id)) aim.focus();
else document.getElementById("edit-head")?.focus({ preventScroll: false });
