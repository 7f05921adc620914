// Selection of the client list: kept while one turns pages, filters and sorts; the whole list where that is wanted.
(() => {
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const picked = new Set();
  let whole = null; // the query whose clients are all selected, on whatever page
  const bar = () => $("#selection"), boxes = () => $$("#rows [name=ids]");
  const total = () => $("#count")?.textContent.trim() || "";
  // what the list asks for: an open view does not stand in the address with what it was saved for
  const query = () => $("[data-pick-page]")?.dataset.query ?? null; // as the server has asked for this list, by a view too
  const clear = () => { picked.clear(); whole = null; };

  const show = () => {
    const form = bar();
    if (!form) return clear();
    const all = boxes();
    for (const box of all) {
      box.checked = whole !== null || picked.has(box.value);
      box.closest("tr").classList.toggle("sel", box.checked);
    }
    const on = all.filter((box) => box.checked).length, page = $("[data-pick-page]");
    if (page) { page.checked = on > 0 && on === all.length; page.indeterminate = on > 0 && on < all.length; }
    const number = whole !== null ? total() : picked.size.toLocaleString("en");
    form.classList.toggle("some", whole !== null || picked.size > 0);
    form.elements.picked.value = whole === null ? [...picked].join(",") : "";
    form.elements.all.value = whole === null ? "" : whole;
    $("[data-picked]").textContent = `${number} selected`;
    const strip = $("#whole"), more = on === all.length && all.length > 0 && $(".foot [rel]");
    const most = whole === null && page?.dataset.most; // where more match than an act takes
    strip.hidden = whole === null && !more;
    $("[data-picked-whole]").textContent = whole !== null ? `All ${total()} clients that match are selected, on every page.`
      : most ? `${number} selected. An act takes ${most} clients at most and ${total()} match: narrow the list down, by country or by when they joined, and act on it in parts.`
      : `${number} selected.`;
    $("[data-pick-all]").hidden = whole !== null || !!most;
    $("[data-pick-fewer]").hidden = !most;
    $("[data-pick-all]").textContent = `Select all ${total()} that match`;
  };
  const changed = () => { show(); const n = $("[data-picked]"); if (n) $("#live").textContent = n.textContent; };
  // one box less of a whole list leaves those of the page
  const narrow = () => { if (whole !== null) { whole = null; boxes().forEach((box) => box.checked && picked.add(box.value)); } };
  const pick = (box) => { narrow(); if (box.checked) picked.add(box.value); else picked.delete(box.value); changed(); };

  document.addEventListener("change", (e) => {
    if (e.target.matches("#rows [name=ids]")) pick(e.target);
    if (e.target.matches("[data-pick-page]")) {
      narrow();
      for (const box of boxes()) if (e.target.checked) picked.add(box.value); else picked.delete(box.value);
      changed();
    }
  });
  document.addEventListener("click", (e) => {
    if (e.target.closest("[data-pick-all]")) { clear(); whole = query(); changed(); $("#selection .btn")?.focus(); }
    if (e.target.closest("[data-pick-fewer]")) { const add = $("#filter [data-add]"); add ? add.click() : $("#filter-text").focus(); }
    if (e.target.closest("[data-pick-none]")) { clear(); changed(); ($("tr.kb a") || $("[data-pick-page]"))?.focus(); }
  });
  const keysOff = () => { try { return localStorage.getItem("keys") === "off"; } catch { return false; } };
  document.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && e.target.matches("#rows [name=ids]")) return e.preventDefault(); // a box sends nothing
    if (e.key !== "x" || e.metaKey || e.ctrlKey || e.altKey || keysOff()) return;
    if (e.target.closest("input:not([type=checkbox]),select,textarea,dialog")) return;
    const box = $("[name=ids]", e.target.closest("#rows tr") || $("tr.kb") || document.createElement("i"));
    if (box) { box.checked = !box.checked; pick(box); }
  });
  // another search or filter: what was the whole list is none any more
  document.addEventListener("htmx:afterSettle", () => { if (whole !== null && whole !== query()) clear(); show(); });
  document.addEventListener("live:merged", show);
  addEventListener("pageshow", show);
  show();
})();
