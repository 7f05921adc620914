// Commerce: theme, drawer, keyboard, focus after a swap, loading marks. No framework, no inline handlers, no eval; every page works without it.
(() => {
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const root = document.documentElement;
  const announce = (text) => { const s = $("#live"); if (s) s.textContent = text; };
  let hiding = 0;
  const notify = (text, offer) => {
    const t = $("#notice");
    announce(text);
    if (!t) return;
    t.textContent = text; t.hidden = false;
    if (offer) { const a = document.createElement("a"); [a.textContent, a.href] = offer; a.dataset.offer = ""; t.append(" ", a); }
    t.setAttribute("aria-hidden", String(!offer));
    clearTimeout(hiding); hiding = setTimeout(() => (t.hidden = true), offer ? 12000 : 6000);
  };

  // what the page before has done
  const left = /(?:^|; )notice=([^;]*)/.exec(document.cookie);
  if (left) { document.cookie = "notice=; path=/; max-age=0"; notify(decodeURIComponent(left[1])); }

  const flip = () => {
    const theme = (root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark");
    document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  };
  const help = () => { const d = $("#help"); if (d && !d.open) d.showModal(); };
  const menu = (open) => { $(".shell")?.classList.toggle("nav", open); $("[data-menu]")?.setAttribute("aria-expanded", String($(".shell").classList.contains("nav"))); };

  // a menu closes by a choice, a click elsewhere and Escape
  const shut = () => { const open = $("details.menu[open]"); if (open) open.open = false; return open; };

  document.addEventListener("click", (e) => {
    if (!e.target.closest("details.menu[open] > :is(summary, .w320)")) shut();
    const link = e.target.closest("[data-offer]");
    if (link) { e.preventDefault(); $("#notice").hidden = true; return htmx.ajax("GET", link.href, "#dialog"); }
    const t = e.target.closest("[data-theme],[data-help],[data-menu],[data-close],[data-copy]");
    if (t) {
      if ("theme" in t.dataset) flip();
      if ("help" in t.dataset) help();
      if ("menu" in t.dataset) menu();
      if ("copy" in t.dataset) navigator.clipboard?.writeText(t.dataset.copy).then(() => notify("Copied"));
      if ("close" in t.dataset) { e.preventDefault(); t.closest("dialog").close(); }
      return;
    }
    if (!e.target.closest(".side") && $(".shell.nav")) menu(false);
    if (e.target.matches("dialog") && !$("form", e.target)) e.target.close();
    const row = e.target.closest("tr[data-href]");
    if (row && !e.target.closest("a,button,input,details") && !String(getSelection())) location.href = row.dataset.href;
  });

  // what leads to a tab of its own leaves no dialog behind
  document.addEventListener("submit", (e) => { if (e.target.target === "_blank") setTimeout(() => e.target.closest("dialog")?.close()); });

  // a form that must not be sent twice: its button waits for the answer
  document.addEventListener("submit", (e) => { if ("once" in e.target.dataset) { if (e.target.dataset.once === "sent") e.preventDefault(); e.target.dataset.once = "sent"; } });
  addEventListener("pageshow", () => $$("form[data-once]").forEach((f) => (f.dataset.once = "")));

  const rows = () => $$("tbody tr[data-href]");
  const move = (step) => {
    const all = rows(), cur = $("tr.kb"), at = all.indexOf(cur), next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    cur?.classList.remove("kb"); next?.classList.add("kb");
    $("a", next)?.focus({ preventScroll: true }); next?.scrollIntoView({ block: "nearest" });
  };
  let chord = "";
  // single keys can be turned off in the profile; this browser keeps that
  const keysOff = () => { try { return localStorage.getItem("keys") === "off"; } catch { return false; } };
  const showKeys = () => $$("[data-keys]").forEach((box) => (box.checked = !keysOff()));
  document.addEventListener("change", (e) => { if (e.target.matches("[data-keys]")) { localStorage.setItem("keys", e.target.checked ? "on" : "off"); notify(e.target.checked ? "Single keys are on" : "Single keys are off"); } });
  // hints name the key that this keyboard has
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  const nameKeys = () => { showKeys(); if (mac) $$("[data-mod]").forEach((key) => (key.textContent = "⌘")); };
  document.addEventListener("htmx:afterSettle", nameKeys);
  nameKeys();

  document.addEventListener("keydown", (e) => {
    const tab = e.target.closest("[role=tab]");
    if (tab && /^Arrow(Left|Right)$/.test(e.key)) { const t = $$("[role=tab]"), n = t.indexOf(tab); e.preventDefault(); return t[(n + (e.key === "ArrowRight" ? 1 : t.length - 1)) % t.length].focus(); }
    if (e.key === "Enter" && (e.metaKey || e.ctrlKey) && e.target.matches(".compose textarea")) { e.preventDefault(); return e.target.form.requestSubmit(); }
    if (e.key === "Escape" && !e.target.closest("dialog")) $("summary", shut() || document.createElement("i"))?.focus();
    if (e.key === "Escape" && $(".shell.nav")) { menu(false); return $("[data-menu]").focus(); }
    if (e.target.closest("input,select,textarea,dialog") || e.metaKey || e.ctrlKey || e.altKey || !$(".shell") || keysOff()) return;
    const after = chord; chord = "";
    if (after === "n" && (e.key === "i" || e.key === "c")) { const to = $(`.qa a[href$="/${e.key === "i" ? "invoices" : "credits"}/new"]`); if (to) { e.preventDefault(); return to.click(); } }
    switch (e.key) {
      case "n": if ($(".qa")) { chord = "n"; setTimeout(() => (chord = ""), 900); } break;
      case "/": { const q = $("#q,#log-q"); if (q) { e.preventDefault(); q.focus(); q.select(); } break; }
      case "j": move(1); break;
      case "k": move(-1); break;
      case "Enter": { const cur = $("tr.kb"); if (cur && e.target === document.body) location.href = cur.dataset.href; break; }
      case "[": case "]": $(`.foot [rel=${e.key === "[" ? "prev" : "next"}]`)?.click(); break;
      case "t": { const t = $$("[role=tab]"), n = t.findIndex((x) => x.getAttribute("aria-selected") === "true"), next = t[(n + 1) % t.length]; next?.focus(); next?.click(); break; }
      case "c": if ($('a[href="/admin/clients/new"]') || !$("#rows")) location.href = "/admin/clients/new"; break;
      case "?": e.preventDefault(); help(); break;
    }
  });

  // a form is fetched into the one dialog; its message is shown, and the page below is drawn anew or left for another
  const dialog = $("#dialog");
  dialog?.addEventListener("close", () => dialog.replaceChildren());
  const whole = { target: "#page", select: "#page", swap: "outerHTML" };
  document.addEventListener("done", async (e) => {
    const { message, path, offer } = e.detail;
    dialog?.close();
    if (path) history.pushState({ htmx: true }, "", path);
    await htmx.ajax("GET", path || location.pathname + location.search, !path && $("#panel") ? { target: "#panel" } : whole);
    notify(message, offer);
  });

  // what is written in place is not sent while there is nothing but blanks
  document.addEventListener("input", (e) => { if (e.target.matches(".compose textarea")) e.target.setCustomValidity(e.target.value.trim() ? "" : "Fill this in."); });

  // a colour of one's own chooses itself
  document.addEventListener("input", (e) => { const id = e.target.dataset?.checks; if (id) document.getElementById(id).checked = true; });

  // what is empty, or the order that a list has unasked, stays out of the address
  const firstSort = () => $("#sort")?.dataset.first || "name";
  document.addEventListener("htmx:configRequest", (e) => {
    const p = e.detail.parameters;
    if (e.detail.verb === "get") for (const key of [...p.keys()]) if (p.get(key) === "" || (key === "sort" && p.get(key) === firstSort() && ["", "all"].includes(p.get("view") || ""))) p.delete(key);
  });

  // a mark after 200 ms; a skeleton where another page or tab is on its way, while filtering keeps the old rows
  let slow = 0, waiting = 0;
  document.addEventListener("htmx:beforeRequest", (e) => {
    const target = e.detail.target, from = e.detail.elt;
    waiting++;
    if (!target.id || ["import", "progress", "dialog"].includes(target.id)) return;
    slow ||= setTimeout(() => {
      const bar = $("#busy"); if (bar) bar.hidden = false;
      target.setAttribute("aria-busy", "true");
      const sk = document.getElementById(target.dataset.skeleton || "");
      if (sk && from.matches("[role=tab]")) target.replaceChildren(sk.content.cloneNode(true));
    }, 200);
  });
  const settled = () => {
    if (--waiting > 0) return;
    waiting = 0; clearTimeout(slow); slow = 0;
    const bar = $("#busy"); if (bar) bar.hidden = true;
    $$("[aria-busy=true]").forEach((x) => x.removeAttribute("aria-busy"));
  };
  document.addEventListener("htmx:afterRequest", settled);

  // a refused answer is a whole section, never a part to be picked from
  document.addEventListener("htmx:beforeSwap", (e) => {
    const d = e.detail;
    if (d.xhr.status >= 400 && d.requestConfig.elt.hasAttribute("hx-select")) { d.selectOverride = "*"; d.swapOverride = "innerHTML"; d.target = $("#panel") || d.target; }
  });
  document.addEventListener("htmx:sendError", (e) => notify("No answer. Check the connection and try again."));

  document.addEventListener("htmx:afterSettle", (e) => {
    const by = e.detail.requestConfig?.elt, target = e.detail.target;
    if (!by || !target) return;
    if (target === dialog) {
      if (!dialog.open) dialog.showModal();
      return ($("[autofocus]", dialog) || $("input:not([type=hidden]),select,textarea", dialog))?.focus();
    }
    if (by.matches("[rel=prev],[rel=next]")) {
      scrollTo(0, 0);
      if (target.id === "rows") { $("tr.kb")?.classList.remove("kb"); rows()[0]?.classList.add("kb"); }
      ($("tbody a", target) || target).focus({ preventScroll: true });
    }
    if (target.id === "rows") announce(`${$("#count")?.textContent.trim() || "No"} ${target.dataset.many || "clients"}`);
    if (target.id === "panel") rove();
    // where the address does not say it, a view of the client list may
    const sort = $("#sort");
    if (sort) sort.value = new URLSearchParams(location.search).get("sort") || $("#views")?.dataset.sort || firstSort();
  });

  // the tabs are one stop for the Tab key; without script each is a link of its own
  const rove = () => $$("[role=tab]").forEach((t) => (t.tabIndex = t.getAttribute("aria-selected") === "true" ? 0 : -1));
  rove();
})();
