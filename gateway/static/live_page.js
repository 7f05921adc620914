// Live: what colleagues changed is fetched by this page's own address and merged into it. Nothing is taken away that somebody types, has open or points at.
(() => {
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const MARKED = 8000, SOON = 100, SPREAD = 150, AGAIN = 5000;
  const record = /^\/admin\/clients\/([0-9a-f]{8}-[0-9a-f-]{27})(?:\/(.+))?/;
  const here = () => location.pathname + location.search;
  const isList = () => location.pathname === "/admin/clients" && $("#rows");
  const announce = (text) => { const status = $("#live"); if (status) status.textContent = text; };

  // ---------- what stays as it is: what is being filled in, what is open, what has the focus
  const active = (node) => node.contains(document.activeElement) && document.activeElement.matches("input,select,textarea");
  const kept = (node) => node.matches("form") ? active(node) || "sending" in node.dataset || window.commerce.unsaved(node)
    : node.matches("input,select,textarea") ? active(node) || window.commerce.differs(node)
    : node.matches("details[open],dialog[open],.live-note");
  const keeps = (node) => kept(node) || $$("form,input,select,textarea,details[open],.live-note", node).some(kept) || node.contains(document.activeElement);

  // ---------- merging
  const wording = (node) => { const copy = node.cloneNode(true); $$("time,.sub,.by2", copy).forEach((part) => part.remove()); return copy.textContent.replace(/\s+/g, " ").trim(); };
  const name = (part) => {
    const used = new Set();
    for (const row of $$("tbody tr:not([id])", part)) {
      const leads = row.dataset.href || $("a[href]", row)?.getAttribute("href");
      if (leads && !used.has(leads)) row.id = `live:${leads}`;
      used.add(leads);
    }
  };
  const merge = (old, next, inner) => {
    const changed = new Set();
    [old, next].forEach(name);
    Idiomorph.morph(old, inner ? next.childNodes : next, {
      morphStyle: inner ? "innerHTML" : "outerHTML",
      callbacks: {
        beforeNodeMorphed: (node, to) => {
          if (node.nodeType !== 1) return true;
          if (node.isEqualNode(to) || node.matches("kbd")) return false;
          if (kept(node)) { if (node.matches("form") && moved(node, to)) note(node); return false; }
          if (node.matches("td,dd,[role=tab]") && wording(node) !== wording(to)) changed.add(node);
          return true;
        },
        afterNodeAdded: (node) => { if (node.nodeType === 1) for (const row of node.matches("tr") ? [node] : $$("tbody tr", node)) changed.add(row); },
        beforeNodeRemoved: (node) => {
          if (node.nodeType !== 1 || !(keeps(node) || node.matches("tr:hover,li:hover"))) return true;
          node.addEventListener("mouseleave", () => keeps(node) || node.remove(), { once: true });
          return false;
        },
        beforeAttributeUpdated: (attribute, node) => !(attribute === "open" || attribute === "tabindex" || (attribute === "class" && node.matches(".kb,.lv,.lvc,.sel"))),
      },
    });
    return changed;
  };

  // what is under the cursor, or has the focus, stays where it is on the screen
  const steadily = (act) => {
    const anchor = $$("#main :hover").pop() || ($("#main").contains(document.activeElement) ? document.activeElement : null);
    const before = anchor?.getBoundingClientRect().top;
    act();
    if (anchor?.isConnected) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
  };

  // ---------- marking, for a moment
  const words = (what) => { const [thing, done] = what.split("."); const text = `${thing === "subscription" ? "service" : thing.replace("_", " ")} ${done.replaceAll("_", " ")}`; return text[0].toUpperCase() + text.slice(1); };
  const mark = (node) => {
    const parts = [node.closest("tr"), node.matches("td,dd,[role=tab]") ? node : null].filter(Boolean);
    parts.forEach((part) => part.classList.add(part.matches("tr") ? "lv" : "lvc"));
    clearTimeout(node.unmark);
    node.unmark = setTimeout(() => parts.forEach((part) => part.classList.remove("lv", "lvc")), MARKED);
  };
  const unlabel = (row) => { $(".by2", row)?.remove(); $(".t-name .sub[hidden]", row)?.removeAttribute("hidden"); };
  const label = (row, what) => {
    const line = $(".t-name .sub", row);
    if (!line) return;
    const text = $("#live-label").content.firstElementChild.cloneNode(true);
    $("[data-what]", text).textContent = what;
    line.hidden = true;
    line.after(text);
    setTimeout(() => { text.remove(); if (!$(".by2", row)) line.hidden = false; }, MARKED);
  };

  // ---------- the list: rows change where they stand; who came, went or moved waits for a click
  const byHref = (part) => new Map($$("tbody tr[data-href]", part).map((row) => [row.dataset.href, row]));
  const headings = (part) => $$("thead th", part).map((heading) => heading.textContent.trim()).join("\n");
  const mergeList = (doc, notices, whole) => {
    const shown = byHref($("#rows")), fresh = byHref(doc), ids = new Map(notices.map((n) => [n.client, n.what]));
    const all = whole || ids.has(null);
    const rearranged = shown.size && fresh.size && headings($("#rows")) !== headings(doc); // other columns: no row fits under these headings
    let seen = 0;
    for (const [href, row] of shown) {
      const client = record.exec(href)?.[1], next = fresh.get(href);
      if (rearranged || !next || !(all || ids.has(client))) continue;
      unlabel(row);
      const changed = merge(row, next);
      changed.forEach(mark);
      if (changed.size && ids.has(client)) label(row, words(ids.get(client)));
      if (changed.size) seen++;
    }
    if (seen) announce(seen === 1 ? "A row of the list has just changed" : `${seen} rows of the list have just changed`);
    const order = [...shown.keys()].filter((href) => fresh.has(href)), now = [...fresh.keys()];
    const elsewhere = now.filter((href) => shown.has(href)).filter((href, at) => href !== order[at]).length;
    offer(now.filter((href) => !shown.has(href)).length || shown.size - order.length || ((elsewhere || rearranged) && 1));
    const count = doc.getElementById("count");
    if (count && $("#count")) $("#count").textContent = count.textContent;
    htmx.process($("#rows"));
    document.dispatchEvent(new CustomEvent("live:merged"));
  };
  const offer = (number) => {
    $("#live-above")?.remove();
    if (!number || !isList()) return;
    const above = $("#live-more").content.firstElementChild.cloneNode(true);
    above.id = "live-above";
    $("[data-number]", above).textContent = number === 1 ? "1 change" : `${number} changes`;
    $("button", above).onclick = () => htmx.ajax("GET", here(), "#rows").then(() => offer(0));
    $("#rows").before(above);
  };

  // ---------- the record: the open tab with its head and tabs, or a page of its own
  const mergeRecord = (doc) => {
    const parts = $$("[hx-swap-oob]", doc.body), changed = [];
    parts.forEach((part) => { part.remove(); part.removeAttribute("hx-swap-oob"); });
    for (const part of parts) { const old = document.getElementById(part.id); if (old) changed.push(...merge(old, part)); }
    changed.push(...merge($("#panel"), doc.body, true));
    return changed;
  };
  const mergeMain = (doc) => { const main = $("#main", doc); return main ? [...merge($("#main"), main, true)] : []; };
  const mergePage = (doc) => {
    const changed = $("#panel") ? mergeRecord(doc) : mergeMain(doc);
    changed.forEach(mark);
    if (changed.length) announce("This record has just changed");
    htmx.process($("#main"));
  };

  // ---------- fetching: one at a time, and never what is older than what the page shows already
  let waiting = [], whole = false, timer = 0, busy = false, swaps = 0, merged = 0;
  const seen = new Set();
  const plan = (ms = SOON + Math.random() * SPREAD) => { timer ||= setTimeout(refresh, ms); };
  const ofBilling = (n) => n.client && !/^(client|contact|note|impersonation|ticket)\b/.test(n.what);
  const ask = async (notices) => {
    const headers = { "HX-Request": "true", "HX-Target": isList() ? "rows" : $("#panel") ? "panel" : "page" };
    const billed = notices.filter(ofBilling).pop();
    if (billed && isList()) headers["Commerce-Written-Client"] = billed.client;
    const answer = await fetch(here(), { headers, cache: "no-store" });
    if (answer.status === 429 || answer.status >= 500) throw new Error(answer.status);
    return answer.status === 200 && new DOMParser().parseFromString(await answer.text(), "text/html");
  };
  const refresh = async () => {
    timer = 0;
    if (busy || /\/(edit|new)$/.test(location.pathname) || !(waiting.length || whole)) return;
    const notices = waiting, all = whole, page = here(), before = swaps, began = performance.now();
    [waiting, whole, busy] = [[], false, true];
    const again = (ms) => { waiting = [...notices, ...waiting]; whole ||= all; plan(ms); };
    try {
      const doc = await ask(notices);
      if (!doc) return; // signed out, not allowed any more, or gone: the next click says so
      if (page !== here()) whole = true;
      else if (before !== swaps) again();
      else { steadily(() => (isList() ? mergeList(doc, notices, all) : mergePage(doc))); merged = began; }
    } catch { again(AGAIN); } finally { busy = false; }
    if (waiting.length || whole) plan();
  };
  document.addEventListener("htmx:beforeRequest", (e) => { e.detail.requestConfig.began = performance.now(); });
  document.addEventListener("htmx:beforeSwap", (e) => { if (e.detail.target?.id !== "dialog") swaps++; });
  document.addEventListener("htmx:afterSettle", (e) => {
    const drawn = ["rows", "panel", "page"].includes(e.detail.target?.id);
    if (drawn) offer(0);
    if (drawn && (e.detail.requestConfig?.began ?? Infinity) < merged) { whole = true; plan(); }
    draw();
  });
  document.addEventListener("live:reset", () => { whole = true; plan(SOON + Math.random() * 1000); });
  document.addEventListener("live:changed", (e) => {
    const fresh = e.detail.filter((n) => !seen.has(n.id));
    fresh.forEach((n) => seen.add(n.id));
    if (seen.size > 2000) seen.clear();
    if (!fresh.length) return;
    warn(fresh);
    waiting.push(...fresh);
    plan();
  });

  // ---------- a form whose record changed says so before it is saved
  const held = (field) => field.type === "checkbox" || field.type === "radio" ? field.defaultChecked : field.options ? [...field.options].findIndex((o) => o.defaultSelected) : field.defaultValue;
  const moved = (form, to) => [...to.elements].some((f) => f.id && f.type !== "hidden" && form.elements[f.id] && held(form.elements[f.id]) !== held(f));
  const CONCERNS = { edit: /^client\.(updated|group)|^contact\.(updated|made_primary)/, billing: /^billing_account/, status: /^client\.status/, tags: /^client\.tags/, "custom-fields": /^client\.custom_fields/, services: /^subscription/ };
  const concerns = (form, n) => {
    const [, client, rest = ""] = record.exec(form.getAttribute("action")) || [];
    return client === n.client && (rest.split("/").includes(n.entity) || (!/[0-9a-f]{8}-/.test(rest) && CONCERNS[rest.split("/")[0]]?.test(n.what)));
  };
  const drawnAt = () => Number($("#page").dataset.at);
  const warn = (notices) => {
    for (const form of $$("#dialog[open] form[method=post], #main form[method=post]")) {
      const about = notices.find((n) => n.at > drawnAt() && concerns(form, n));
      if (about && !("sending" in form.dataset) && (form.closest("dialog") || /\/edit$/.test(location.pathname))) note(form, about.by);
    }
  };
  const note = (form, by) => {
    if ($(".live-note", form)) return;
    const bar = $("#live-note").content.firstElementChild.cloneNode(true);
    const [, client] = record.exec(location.pathname);
    $("[data-who]", bar).textContent = people.find((one) => one.id === by)?.name || "Somebody";
    $("a", bar).href = `/admin/clients/${client}`;
    ($(".db,.phead", form)?.matches(".db") ? $(".db", form) : form).prepend(bar);
  };

  // ---------- who else has this record open
  let people = [], of = "";
  document.addEventListener("live:here", (e) => { people = e.detail; of = record.exec(location.pathname)?.[1]; draw(); });
  const initials = (text) => text.split(/\s+/).filter(Boolean).map((word) => [...word][0]).filter((_, at, all) => !at || at === all.length - 1).join("").toUpperCase();
  const minutes = (since) => { const gone = Math.floor((Date.now() - since) / 60000); return gone > 0 ? `${gone} min` : "just now"; };
  const draw = () => {
    const box = $("#here");
    if (!box) return;
    const now = of === record.exec(location.pathname)?.[1] ? people : [];
    box.hidden = !now.length;
    if (!now.length) { box.open = false; return; }
    const lines = now.map((one) => {
      const line = $("#live-person").content.firstElementChild.cloneNode(true);
      $(".avatar", line).textContent = initials(one.name);
      $("bdi", line).textContent = one.name;
      $(".sub", line).textContent = `${one.edits ? "edits" : "reads"} ${one.place}, ${minutes(one.since)}`;
      return line;
    });
    $("ul", box).replaceChildren(...lines);
    $(".avs", box).replaceChildren(...lines.slice(0, 3).map((line) => $(".avatar", line).cloneNode(true)));
    const [first] = now;
    $("[data-t]", box).textContent = now.length > 1 && !first.edits ? `${now.length} here` : `${first.name.split(" ")[0]} ${first.edits ? `edits ${first.place}` : "is here"}`;
    $("summary", box).setAttribute("aria-label", now.length === 1 ? `${first.name} has this record open` : `${now.length} colleagues have this record open`);
  };
})();
