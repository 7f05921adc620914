// Filter of the client list as chips: field, operator and value, by mouse and by keyboard; and the same as text. Both are one text, in #filter-text,
// which the form sends; the server answers the chips of what it read. Without script the text alone is there.
(() => {
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const el = (tag, given = {}, ...inside) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
    made.append(...inside);
    return made;
  };
  const button = (name, label, ...inside) => el("button", { class: name, type: "button", ...label }, ...inside);
  const sign = (name) => $(`#sign-${name}`).content.cloneNode(true);

  // what an operator is called; a minus is its opposite, `null` and `*` stand behind those that need no value
  const COMPARED = { "=": "is", "!=": "is not", ">": "more than", ">=": "at least", "<": "less than", "<=": "at most" };
  const DATED = { "=": "is on", "!=": "is not on", "<": "before", "<=": "until", ">": "after", ">=": "from" };
  const WORDS = {
    text: { ":": "contains", "-:": "contains no", "=": "is", "!=": "is not" }, set: { ":": "has", "-:": "has not" },
    choice: { "=": "is", "!=": "is not" }, boolean: { "=": "is", "!=": "is not" }, integer: COMPARED, money: COMPARED, date: DATED, moment: DATED,
  };
  const EMPTY = { "=null": "is empty", "!=null": "is set" };
  const QUICK = { money: ["0", "100", "500", "1000"], integer: ["0", "1", "10"], date: ["today", "-7d", "-30d", "this_month"], moment: ["today", "-7d", "-30d", "this_month"] };

  let asked = null, known = [], asText = false, focusNext = null;
  const load = () => (asked ??= fetch("/api/v1/clients/filter-fields", { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then(({ fields }) => (known = fields), () => (asked = null, known)));
  const fieldOf = (name) => known.find((one) => one.name === name);
  const box = () => $("#filter"), input = () => $("#filter-text"), bar = () => $(".fbar", box());

  // ---- text
  const BARE = /^[^\s()"',=<>!:][^\s()",=<>!]*$/, NEVER_BARE = ["null", "*", "AND", "OR", "NOT"];
  const quoted = (text) => (BARE.test(text) && !NEVER_BARE.includes(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`);
  const written = (field, operator, value) => {
    if (operator === "=null") return `${field} = null`;
    if (operator === "!=null") return `${field} != null`;
    const bare = operator.replace("-", ""), not = operator.startsWith("-") ? "NOT " : "";
    return `${not}${field}${bare === ":" ? ":" : ` ${bare} `}${value}`;
  };
  const textOf = (groups) => {
    const all = groups.filter((g) => g.length), any = (g) => g.map((one) => one.text).join(" OR ");
    return all.map((g) => (g.length > 1 && all.length > 1 ? `(${any(g)})` : any(g))).join(" AND ");
  };
  const groups = () => JSON.parse(box().dataset.chips || "[]");
  const send = (next, focus) => { focusNext = focus; input().value = textOf(next); $("#find").requestSubmit(); };

  // ---- chips
  const operatorOf = (chip) => {
    if (chip.special) return (chip.operator === "=") !== chip.negated ? "=null" : "!=null";
    const opposite = { "=": "!=", "!=": "=" }[chip.operator];
    return chip.negated ? opposite || `-${chip.operator}` : chip.operator;
  };
  const sentence = (chip) => {
    if (!chip.field) return ["", "", chip.text];
    const field = fieldOf(chip.field), operator = operatorOf(chip), words = { ...WORDS[field?.type], ...EMPTY };
    const word = words[operator] || (operator.startsWith("-") ? `not: ${words[operator.slice(1)] || operator.slice(1)}` : operator);
    return [field?.label || chip.field, word, chip.special ? "" : [chip.value, chip.currency].filter(Boolean).join(" ")];
  };
  const drawChip = (chip, g, i, all) => {
    const [field, word, value] = sentence(chip), name = [field, word, value].filter(Boolean).join(" ");
    const open = button("chip-b", { "aria-haspopup": "dialog", "aria-expanded": "false" }, el("span", {}, field), " ", el("i", {}, word), " ", el("b", {}, value));
    open.addEventListener("click", () => (chip.field ? edit(open, chip, g, i) : show(true)));
    const gone = button("chip-x", { "aria-label": `Remove ${name}` }, sign("x"));
    gone.addEventListener("click", () => send(all.map((group, at) => (at === g ? group.filter((_, n) => n !== i) : group)), "[data-add]"));
    return el("span", { class: "chip" }, open, gone);
  };
  const join = (word, next) => {
    const b = button("join", { "aria-label": `Joined by ${word}, change to ${word === "and" ? "or" : "and"}` }, word);
    b.addEventListener("click", () => send(next(), ".join"));
    return b;
  };
  const draw = () => {
    const all = groups(), into = bar();
    if (!into) return;
    into.replaceChildren();
    all.forEach((group, g) => {
      if (g) into.append(join("and", () => [...all.slice(0, g - 1), [...all[g - 1], ...group], ...all.slice(g + 1)]));
      const chips = group.flatMap((chip, i) => [
        ...(i ? [join("or", () => [...all.slice(0, g), group.slice(0, i), group.slice(i), ...all.slice(g + 1)])] : []), drawChip(chip, g, i, all),
      ]);
      if (group.length < 2) return into.append(...chips);
      const more = button("ibtn", { "aria-label": "Add to this group", title: "Add to this group" }, sign("plus"));
      more.addEventListener("click", () => edit(more, null, g, group.length));
      into.append(el("span", { class: "grp", role: "group", "aria-label": "Any of these" }, ...chips, more));
    });
    const add = button("btn btn-quiet btn-f", { "data-add": true, "aria-haspopup": "dialog", "aria-expanded": "false" }, sign("plus"), " Filter ", el("kbd", { "aria-hidden": "true" }, "f"));
    add.addEventListener("click", () => edit(add, null, all.length, 0));
    into.append(add, el("span", { class: "grow" }), faces());
    $(".ftext .seg", box())?.remove();
    $(".ftext .ln", box()).append(faces());
    box().classList.add("drawn");
    const faulty = "position" in box().dataset;
    show(asText || faulty, false);
    if (faulty) { const at = box().dataset.position - 1; input().focus(); input().setSelectionRange(at, at + Number(box().dataset.length)); }
    if (focusNext) $(focusNext, box())?.focus();
    focusNext = null;
  };
  const faces = () => {
    const made = el("div", { class: "seg sm", role: "group", "aria-label": "Show the filter as" });
    for (const [name, text] of [["Chips", false], ["Text", true]]) {
      const one = button("", { "data-face": name }, name);
      one.addEventListener("click", () => show(text));
      made.append(one);
    }
    return made;
  };
  const show = (text, focus = true) => {
    asText = text;
    shut();
    box().classList.toggle("as-text", text);
    bar().hidden = text;
    $$("[data-face]", box()).forEach((one) => one.setAttribute("aria-pressed", String((one.dataset.face === "Text") === text)));
    if (focus) (text ? input() : $("[data-add]", box())).focus();
  };

  // ---- the editor of one chip: three parts, each a list that arrow keys move through
  let opener = null;
  const editor = () => $("#filter-editor");
  const shut = (back = false) => {
    editor()?.remove();
    opener?.setAttribute("aria-expanded", "false");
    opener?.closest(".chip")?.classList.remove("on");
    if (back) opener?.focus();
    opener = null;
  };
  // a list of [value, text, note], moved through from `from`, which is an input above it or the list itself
  const options = (list, from, entries, chosen, pick) => {
    list.replaceChildren(...entries.map(([value, text, note], n) =>
      el("li", { role: "option", id: `${list.id}-${n}`, "data-value": value, "aria-selected": String(value === chosen) }, el("span", {}, text), note ? el("span", { class: "sub" }, note) : "")));
    const mark = (one) => {
      $$("[role=option]", list).forEach((other) => other.setAttribute("aria-selected", String(other === one)));
      if (one) { from.setAttribute("aria-activedescendant", one.id); one.scrollIntoView({ block: "nearest" }); } else from.removeAttribute("aria-activedescendant");
    };
    mark($("[aria-selected=true]", list));
    list.onclick = (e) => { const one = e.target.closest("[role=option]"); if (one) { mark(one); pick(one.dataset.value, true); } };
    from.onkeydown = (e) => {
      const all = $$("[role=option]", list), at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
      if (/^Arrow(Up|Down)$/.test(e.key) && all.length) {
        e.preventDefault();
        const next = all[(at + (e.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + all.length) % all.length];
        mark(next);
        pick(next.dataset.value, false);
      } else if (e.key === "Enter" && at >= 0) {
        e.preventDefault();
        e.stopPropagation();
        pick(all[at].dataset.value, true);
      }
    };
  };
  const near = (all, typed) => {
    const wanted = typed.trim().toLowerCase();
    return all.filter(([value, text]) => !wanted || `${text} ${value}`.toLowerCase().includes(wanted)).slice(0, 60);
  };

  const edit = async (from, chip, g, i) => {
    await load();
    shut();
    opener = from;
    opener.setAttribute("aria-expanded", "true");
    opener.closest(".chip")?.classList.add("on");
    const at = { field: chip?.field || null, operator: chip ? operatorOf(chip) : null, value: chip && !chip.special ? chip.value : "", currency: chip?.currency || null };
    const field = el("input", { class: "form-control s", id: "filter-field", role: "combobox", "aria-expanded": "true", "aria-controls": "filter-fields", "aria-autocomplete": "list", autocomplete: "off" });
    const fields = el("ul", { class: "fopts fields", id: "filter-fields", role: "listbox", "aria-label": "Fields" });
    const operators = el("ul", { class: "fopts", id: "filter-operators", role: "listbox", "aria-labelledby": "filter-operator", tabindex: "0" });
    const value = el("div", { class: "val" });
    const apply = button("btn btn-primary btn-sm", {}, "Apply ", el("kbd", { class: "kh", "aria-hidden": "true" }, "↵"));
    const remove = button("btn btn-quiet btn-sm", {}, chip ? "Remove" : "Cancel");
    const keys = el("span", { class: "row-x kh", "aria-hidden": "true" }, el("kbd", {}, "↑"), el("kbd", {}, "↓"), " choose ", el("kbd", {}, "Tab"), " next part ", el("kbd", {}, "esc"), " back");
    const pop = el("div", { class: "pop ced", id: "filter-editor", role: "dialog", "aria-label": chip ? `Edit filter: ${sentence(chip)[0]}` : "New filter" },
      el("div", { class: "in" }, el("div", {}, el("label", { class: "k", for: "filter-field" }, "Field"), field, fields), el("div", {}, el("span", { class: "k", id: "filter-operator" }, "Operator"), operators), value),
      el("div", { class: "pf" }, keys, el("span", { class: "grow" }), remove, apply));

    const fieldEntries = () => near(known.map((one) => [one.name, one.label, one.type]), fieldOf(at.field)?.label === field.value ? "" : field.value);
    const drawFields = () => options(fields, field, fieldEntries(), at.field, chooseField);
    const setField = (name) => { if (at.field !== name) Object.assign(at, { field: name, operator: null, value: "", currency: null }); };
    const chooseField = (name, whole) => {
      setField(name);
      if (whole) { field.value = fieldOf(name).label; drawFields(); }
      drawOperators();
      if (whole) operators.focus();
    };
    const drawOperators = () => {
      const one = fieldOf(at.field);
      if (!one) { operators.replaceChildren(); return value.replaceChildren(); }
      const words = Object.entries(WORDS[one.type]).filter(([operator]) => one.operators.includes(operator.replace("-", "")));
      const all = [...words, ...(one.nullable ? Object.entries(EMPTY) : [])];
      if (!all.some(([operator]) => operator === at.operator)) at.operator = one.type === "money" || one.type === "integer" ? ">" : all[0][0];
      options(operators, operators, all.map(([operator, word]) => [operator, word, operator]), at.operator, (operator, whole) => {
        at.operator = operator;
        drawValue();
        if (whole) ($("input", value) || apply).focus();
      });
      drawValue();
    };
    const drawValue = () => {
      const one = fieldOf(at.field);
      if (at.operator in EMPTY) return value.replaceChildren();
      const typed = el("input", { class: "form-control s", id: "filter-value", autocomplete: "off", value: at.value, inputmode: one.type === "money" ? "decimal" : one.type === "integer" ? "numeric" : null, placeholder: /date|moment/.test(one.type) ? "2026-03-01 or -30d" : null });
      typed.addEventListener("input", () => (at.value = typed.value));
      value.replaceChildren(el("label", { class: "k", for: "filter-value" }, "Value"), typed);
      if (one.type === "money") value.append(currency(one));
      const choices = one.type === "boolean" ? ["true", "false"] : one.choices;
      if (choices) drawChoices(typed, choices);
      if (QUICK[one.type]) value.append(quick(QUICK[one.type], typed));
      if (one.type === "money") value.append(el("p", { class: "hint" }, "Counts clients who are billed in this currency. Others need their own condition; 0 is of any."));
      if (one.type === "text") value.append(el("p", { class: "hint" }, "Capitals and small letters are the same."));
    };
    const currency = () => {
      const all = fieldOf("currency").choices, used = at.currency || "EUR";
      const select = el("select", { class: "form-select s", "aria-label": "Currency" }, ...all.map((code) => el("option", { value: code, selected: code === used }, code)));
      at.currency = used;
      select.addEventListener("change", () => (at.currency = select.value));
      return select;
    };
    const drawChoices = (typed, choices) => {
      const list = el("ul", { class: "fopts fields", id: "filter-choices", role: "listbox", "aria-label": "Values" });
      for (const [name, held] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": list.id, "aria-autocomplete": "list" })) typed.setAttribute(name, held);
      const redraw = () => options(list, typed, near(choices.map((one) => [one, one]), choices.includes(typed.value) ? "" : typed.value), at.value, (one, whole) => {
        typed.value = at.value = one;
        if (whole) done();
      });
      typed.addEventListener("input", redraw);
      value.append(list);
      redraw();
    };
    const quick = (texts, typed) => {
      const row = el("div", { class: "quick", role: "group", "aria-label": "Often used" });
      for (const text of texts) { const one = button("", {}, text); one.addEventListener("click", () => { typed.value = at.value = text; typed.focus(); }); row.append(one); }
      return row;
    };
    const done = () => {
      const one = fieldOf(at.field);
      if (!one) return field.focus();
      if (!(at.operator in EMPTY) && !at.value.trim()) return $("input", value).focus();
      const money = one.type === "money" && !/^0+$/.test(at.value.trim()), held = money ? `${at.value.trim()} ${at.currency}` : quoted(at.value.trim());
      const all = groups(), made = { text: written(at.field, at.operator, held) };
      if (!all[g]) all[g] = [];
      all[g].splice(i, chip ? 1 : 0, made);
      shut();
      send(all, "[data-add]");
    };
    field.addEventListener("input", () => { setField(field.value ? fieldEntries()[0]?.[0] : null); drawFields(); drawOperators(); });
    apply.addEventListener("click", done);
    remove.addEventListener("click", () => { if (!chip) return shut(true); const all = groups(); all[g].splice(i, 1); shut(); send(all, "[data-add]"); });
    pop.addEventListener("keydown", (e) => {
      if (e.key === "Escape") { e.preventDefault(); e.stopPropagation(); return shut(true); }
      if (e.key === "Enter" && !e.defaultPrevented && e.target.matches("input,select")) { e.preventDefault(); done(); }
      if (!e.ctrlKey && !e.metaKey) e.stopPropagation();
    });
    box().append(pop);
    if (chip) field.value = fieldOf(at.field)?.label || "";
    drawFields();
    drawOperators();
    (chip ? $("input", value) || operators : field).focus();
  };

  // ---- keys, clicks elsewhere, what the server answered
  const off = () => { try { return localStorage.getItem("keys") === "off"; } catch { return false; } };
  document.addEventListener("keydown", (e) => {
    if (e.target === input() && e.key === "Tab" && !e.shiftKey && $("#filter-mend")) { e.preventDefault(); return $("#filter-mend").click(); }
    if (!box() || off() || e.metaKey || e.ctrlKey || e.altKey || e.target.closest("input,select,textarea,dialog,#filter-editor")) return;
    if (e.key.toLowerCase() === "f") { e.preventDefault(); if (e.shiftKey) return show(true); show(false, false); $("[data-add]", box()).click(); }
  });
  document.addEventListener("click", (e) => { if (editor() && e.target.isConnected && !e.target.closest("#filter-editor,.chip,.grp,[data-add]")) shut(); });
  const renew = () => { if (box() && !box().classList.contains("drawn")) { draw(); if (groups().length && !known.length) load().then(() => { if (!editor()) draw(); }); } };
  document.addEventListener("htmx:afterSettle", renew);
  renew();
})();
