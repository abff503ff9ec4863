// The query editor: highlighting, and completion of prefixes, keywords and variables. It stands before the textarea of
// the plain form and writes through to it, so the form is sent exactly as without script. Tab leaves it.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// CodeMirror writes style attributes, which our Content-Security-Policy refuses; through the object model they may be set.
const setAttribute = Element.prototype.setAttribute;
Element.prototype.setAttribute = function (name, value) {
  if (name === "style") this.style.cssText = value;
  else setAttribute.call(this, name, value);
};

const KEYWORDS = (
  "ASK BASE BIND CONSTRUCT DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP BY HAVING LIMIT MINUS NOT EXISTS OFFSET " +
  "OPTIONAL ORDER BY PREFIX SELECT UNION VALUES WHERE"
).split(" ");

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "#9b2c1a", fontWeight: "600" },
  { tag: tags.variableName, color: "#174b78" },
  { tag: [tags.string, tags.literal, tags.number], color: "#2f6b35" },
  { tag: tags.comment, color: "#5b554a" },
  { tag: [tags.atom, tags.typeName, tags.propertyName], color: "#7a4f00" },
]);

// A prefix that is chosen is also declared, at the head of the query, when it is not yet.
function complete(prefixes) {
  return (context) => {
    const word = context.matchBefore(/[?$]?[A-Za-z]\w*:?/);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    const text = context.state.doc.toString();
    const options = Object.entries(prefixes).map(([prefix, iri]) => ({
      label: `${prefix}:`,
      detail: iri,
      type: "namespace",
      apply(view, completion, from, to) {
        const declared = new RegExp(`PREFIX\\s+${prefix}:`, "i").test(text);
        const head = declared ? "" : `PREFIX ${prefix}: <${iri}>\n`;
        const changes = [{ from, to, insert: completion.label }];
        if (head) changes.unshift({ from: 0, insert: head });
        view.dispatch({ changes, selection: { anchor: from + head.length + completion.label.length } });
      },
    }));
    for (const label of KEYWORDS) options.push({ label, type: "keyword" });
    for (const label of new Set(text.match(/[?$]\w+/g) || [])) options.push({ label, type: "variable" });
    return { from: word.from, options, validFor: /^[?$]?\w*:?$/ };
  };
}

const area = document.getElementById("query");
const label = document.querySelector('label[for="query"]').textContent;
// In a shadow root CodeMirror adopts its style sheets, which the policy permits; in a document it would write them.
const host = document.createElement("div");
host.className = "editor";
const root = host.attachShadow({ mode: "open" });
area.insertAdjacentElement("beforebegin", host);
new EditorView({
  parent: root,
  root,
  state: EditorState.create({
    doc: area.value,
    extensions: [
      lineNumbers(),
      highlightSpecialChars(),
      history(),
      bracketMatching(),
      StreamLanguage.define(sparql),
      syntaxHighlighting(COLOURS),
      autocompletion({ override: [complete(JSON.parse(area.dataset.prefixes))] }),
      keymap.of([
        { key: "Mod-Enter", run: () => (area.form.requestSubmit(), true) },
        ...completionKeymap,
        ...historyKeymap,
        ...defaultKeymap,
      ]),
      EditorView.lineWrapping,
      EditorView.theme({
        "&": { backgroundColor: "#fff", border: "1px solid #5b554a", borderRadius: "3px", maxHeight: "30rem" },
        "&.cm-focused": { outline: "3px solid #9b2c1a", outlineOffset: "2px" },
        ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", fontSize: "0.88rem", minHeight: "14rem" },
        ".cm-gutters": { color: "#5b554a" },
      }),
      EditorView.contentAttributes.of({ "aria-label": label, lang: "zh-CN", spellcheck: "false" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) area.value = update.state.doc.toString();
      }),
    ],
  }),
});
area.hidden = true;
