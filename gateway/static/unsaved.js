// What was typed is not lost: by a late answer that redraws its form, by Escape, or by leaving the page. Every form works without it.
(() => {
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const question = "Leave what you typed here unsaved?";

  // a field differs from what the page was drawn with; a form that was refused holds what nobody has saved
  const differs = (f) => {
    if (f.disabled || f.type === "hidden" || f.type === "submit" || f.type === "button") return false;
    if (f.type === "file") return f.files.length > 0;
    if (f.type === "checkbox" || f.type === "radio") return f.checked !== f.defaultChecked;
    if (!f.options) return "defaultValue" in f && f.value !== f.defaultValue;
    const first = [...f.options].some((o) => o.defaultSelected);
    return [...f.options].some((o, at) => o.selected !== (first ? o.defaultSelected : at === 0));
  };
  const unsaved = (form) => form.method === "post" && !form.closest(".auth") && !("sending" in form.dataset)
    && (Boolean($(".cal.bad[role=alert]", form)) || [...form.elements].some(differs));
  const within = (part) => part && $$("form", part).some(unsaved);
  window.commerce = { unsaved, differs }; // for live_page.js, which leaves such a form alone

  document.addEventListener("submit", (e) => { e.target.dataset.sending = ""; });
  document.addEventListener("htmx:afterRequest", (e) => { delete e.detail.elt.dataset?.sending; });
  addEventListener("pageshow", () => $$("form[data-sending]").forEach((form) => delete form.dataset.sending));

  // the dialog: Escape and its cross ask once; Cancel says it already
  const dialog = $("#dialog");
  const ask = () => {
    const bar = $("#unsaved").content.firstElementChild.cloneNode(true);
    $("[data-keep]", bar).onclick = () => bar.remove();
    $("[data-discard]", bar).onclick = () => dialog.close();
    $(".dh", dialog).after(bar);
    $("[data-keep]", bar).focus();
  };
  const stays = (e) => {
    if (!dialog?.open || $(".unsaved", dialog) || !within(dialog)) return;
    e.preventDefault(); e.stopImmediatePropagation(); ask();
  };
  addEventListener("keydown", (e) => { if (e.key === "Escape") stays(e); }, true);
  dialog?.addEventListener("cancel", stays);
  addEventListener("click", (e) => { if (e.target.closest(".dh [data-close]")) stays(e); }, true);

  // the page, or the part of it that an answer would replace
  addEventListener("beforeunload", (e) => { if (within(document)) e.preventDefault(); });
  document.addEventListener("htmx:confirm", (e) => {
    const { elt, target } = e.detail;
    if (target === dialog || !target || elt.closest("form")?.method === "post") return;
    if (within(target) && !confirm(question)) e.preventDefault();
  });

  // an answer knows only what was sent, and the same page drawn anew what stood there when it was asked for; what was typed since stays in its field
  const fields = "input:not([type=hidden],[type=radio],[type=checkbox],[type=file]),textarea,select";
  let typed = [];
  document.addEventListener("htmx:beforeRequest", (e) => {
    const { requestConfig: asked, target } = e.detail;
    if (asked.verb === "get" && asked.path === location.pathname + location.search) asked.stood = new Map($$(fields, target).map((f) => [f.id, f.value]));
  });
  document.addEventListener("htmx:beforeSwap", (e) => {
    const { formData: sent, stood } = e.detail.requestConfig;
    const since = (f) => f.id && (sent.has(f.name) ? !sent.getAll(f.name).includes(f.value) : stood?.has(f.id) && stood.get(f.id) !== f.value);
    typed = sent.has("remove") ? [] : $$(fields, e.detail.target).filter(since).map((f) => [f.id, f.value]);
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const [id, value] of typed) { const f = document.getElementById(id); if (f) f.value = value; }
    typed = [];
  });
})();
