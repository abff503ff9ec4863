// What a search box gains with script: suggestions while typing, chosen by keyboard or mouse (the combobox pattern of
// WAI-ARIA 1.2). Without script the box is a plain form. The code of an enterprise is never sent: neither asked for
// while typing nor submitted, because what an address holds stays in histories and logs.
"use strict";

(() => {
  const MOST = 8;
  const WAIT = 150;
  // 15 to 20 letters and digits in a row, blanks and hyphens aside, among them 8 digits at least
  const holdsCode = (text) => {
    const runs = text.normalize("NFKC").toUpperCase().match(/[0-9A-Z](?:[-\s]?[0-9A-Z]){14,}/g) ?? [];
    return runs.some((run) => {
      const letters = run.replace(/[-\s]/g, "");
      return letters.length <= 20 && (letters.match(/\d/g) ?? []).length >= 8;
    });
  };

  const furnish = (input, number) => {
    const words = JSON.parse(input.dataset.words);
    const form = input.form;
    const list = document.createElement("ul");
    list.id = `suggested-${number}`;
    list.className = "suggested";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.label);
    const status = document.createElement("p");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    const hint = document.createElement("p");
    hint.className = "code-hint";
    hint.setAttribute("role", "alert");
    hint.hidden = true;
    form.append(list, status, hint);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
      ["aria-controls", list.id]]) input.setAttribute(name, value);

    let chosen = -1;
    let timer = 0;
    let asked = 0;

    const close = () => {
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const choose = (at) => {
      const options = [...list.children];
      chosen = options.length ? (at + options.length) % options.length : -1;
      options.forEach((option, index) => option.setAttribute("aria-selected", String(index === chosen)));
      if (chosen < 0) return;
      input.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    };
    const warn = () => {
      close();
      hint.replaceChildren(words.code);
      if (input.dataset.check) {
        const go = document.createElement("button");
        go.type = "button";
        go.textContent = words.go;
        // before the box loses the focus, which would move what is clicked
        go.addEventListener("mousedown", (event) => event.preventDefault());
        go.addEventListener("click", lead);
        hint.append(" ", go);
      }
      hint.hidden = false;
    };
    // to the case of this enterprise: by a form, so that no address holds its code
    const lead = () => {
      const sent = document.createElement("form");
      sent.method = "post";
      sent.action = input.dataset.check;
      for (const [name, value] of [["do", "code"], ["code", input.value]]) {
        const field = document.createElement("input");
        field.type = "hidden";
        field.name = name;
        field.value = value;
        sent.append(field);
      }
      document.body.append(sent);
      sent.submit();
    };
    const make = (row, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.url = row.url;
      const title = document.createElement("span");
      title.textContent = [row.kind === "work" || row.kind === "department" ? "" : row.number, row.locator, row.title]
        .filter(Boolean).join(" ");
      option.append(title);
      if (row.alias) {
        const alias = document.createElement("small");
        alias.textContent = ` ${row.alias}`;
        option.append(alias);
      }
      option.addEventListener("mousedown", (event) => event.preventDefault());
      option.addEventListener("click", () => location.assign(row.url));
      return option;
    };
    const ask = async () => {
      const mine = ++asked;
      const typed = input.value.trim();
      if (!typed) return close();
      try {
        const answer = await fetch(`${input.dataset.suggest}?${new URLSearchParams({ q: typed, _limit: MOST })}`);
        if (!answer.ok || mine !== asked) return;
        const { rows } = await answer.json();
        if (mine !== asked || document.activeElement !== input) return;
        list.replaceChildren(...rows.map(make));
        chosen = -1;
        input.removeAttribute("aria-activedescendant");
        list.hidden = rows.length === 0;
        input.setAttribute("aria-expanded", String(rows.length > 0));
        status.textContent = rows.length ? words.some.replace("{n}", rows.length) : "";
      } catch {
        close(); // the plain form goes on working
      }
    };

    input.addEventListener("input", () => {
      clearTimeout(timer);
      asked += 1;
      if (holdsCode(input.value)) return warn();
      hint.hidden = true;
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" && list.hidden && list.children.length && input.value.trim()) {
        list.hidden = false;
        input.setAttribute("aria-expanded", "true");
      }
      if (list.hidden) return;
      if (event.key === "ArrowDown") choose(chosen + 1);
      else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
      else if (event.key === "Escape") close();
      else if (event.key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.url);
      else return;
      event.preventDefault();
    });
    input.addEventListener("blur", close);
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      asked += 1;
      if (!holdsCode(input.value)) return;
      event.preventDefault();
      if (input.dataset.check) lead();
      else warn();
    });
  };

  for (const [number, input] of document.querySelectorAll("input[data-suggest]").entries()) furnish(input, number);
})();
