// What citing gains with script; everything works without: copying what the server wrote, and a list kept in this browser.
"use strict";

{
  const told = [...document.querySelectorAll(".said[data-failed]")].pop();
  const tell = (text) => { if (told) told.textContent = text; };

  const copy = async (text, html) => {
    try {
      if (html && window.ClipboardItem) {
        const of = (kind, value) => new Blob([value], { type: kind });
        await navigator.clipboard.write([new ClipboardItem({ "text/plain": of("text/plain", text), "text/html": of("text/html", html) })]);
      } else await navigator.clipboard.writeText(text);
      tell(told.dataset.done);
    } catch {
      tell(told.dataset.failed); // no clipboard without a secure context: the words stand beside the button
    }
  };

  for (const button of document.querySelectorAll("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", () => copy(source.value ?? source.innerText, source.dataset.html));
  }

  for (const button of document.querySelectorAll("button.print")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // A clause of the reader: its citation is fetched, never read off the page.
  for (const link of document.querySelectorAll("a[data-cite]")) {
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const at = new URL(link.href);
      at.pathname = "/cite.json";
      try {
        const answer = await fetch(at);
        if (!answer.ok) throw new Error(answer.status);
        const rows = (await answer.json()).rows;
        await copy(rows.map((row) => row.official).join("\n"), rows.map((row) => row.html).join(""));
        tell(`${told.textContent}：${rows[0].official.slice(0, 80)}`);
      } catch {
        location.href = link.href;
      }
    });
  }

  // On a published site nobody answers: the citations of a document stand in a file beside it.
  for (const link of document.querySelectorAll("a[data-official]")) {
    link.addEventListener("click", async () => {
      const [official, html] = window.policygraphCitations?.[link.dataset.official] ?? [];
      if (!official) return tell(told.dataset.failed);
      await copy(official, html);
      tell(`${told.textContent}：${official.slice(0, 80)}`);
    });
  }

  const KEY = "policygraph-excerpts";
  const kept = () => { try { return (localStorage.getItem(KEY) ?? "").split(" ").filter(Boolean); } catch { return []; } };
  const keep = (paths) => { try { localStorage.setItem(KEY, [...new Set(paths)].slice(0, 40).join(" ")); } catch { /* a browser without storage: the address holds the list */ } };
  const address = (base, paths) => `${base}?${new URLSearchParams(paths.map((path) => ["of", path]))}`;

  const page = document.querySelector(".kept[data-paths]");
  if (page) {
    // what the address lists is what there is; it comes into this browser when somebody looks at it
    const paths = page.dataset.paths.split(" ").filter(Boolean);
    if (paths.length) keep(paths);
    else if (kept().length) location.replace(address(location.pathname, kept()));
    page.hidden = !paths.length;
    page.querySelector(".clear").addEventListener("click", () => { keep([]); location.href = location.pathname; });
    for (const link of document.querySelectorAll(".moves a")) link.addEventListener("click", () => keep([]));
  }
  for (const link of document.querySelectorAll("a[data-excerpt]")) {
    const base = new URL(link.href).pathname;
    const open = link.parentElement.querySelector(".collected");
    const show = () => {
      const paths = kept();
      if (open) { open.hidden = !paths.length; open.href = address(base, paths); open.textContent = open.textContent.replace(/（\d+）$/, "") + `（${paths.length}）`; }
      if (paths.includes(link.dataset.excerpt)) link.textContent = link.dataset.added;
    };
    show();
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      keep([...kept(), link.dataset.excerpt]);
      show();
      if (!open) location.href = address(base, kept());
    });
  }
}
