// Search box of each admin page: results below it while one types, moved through by arrow keys. Without it the form leads to the results' page.
(() => {
  const box = () => document.getElementById("everything"), list = () => document.getElementById("everything-list");
  const options = () => [...list().querySelectorAll("[role=option]")];
  const chosen = () => list().querySelector("[aria-selected=true]");
  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) box().setAttribute("aria-activedescendant", option.id); else box().removeAttribute("aria-activedescendant");
  };
  const show = (open) => {
    choose(null);
    list().hidden = !open;
    box().setAttribute("aria-expanded", String(open && options().length > 0));
  };
  const enough = (text) => [...text.trim()].length > 2 || /^#?\d+$/.test(text.trim());

  document.addEventListener("keydown", (e) => {
    if ((e.metaKey || e.ctrlKey) && e.key.toLowerCase() === "k" && box() && !document.querySelector("dialog[open]")) {
      e.preventDefault();
      box().focus();
      return box().select();
    }
    if (e.target !== box()) return;
    const all = options(), at = all.indexOf(chosen());
    if (/^Arrow(Up|Down)$/.test(e.key) && !list().hidden && all.length) {
      e.preventDefault();
      choose(all[(at + (e.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + all.length) % all.length]);
    } else if (e.key === "Enter" && chosen() && !list().hidden) {
      e.preventDefault();
      location.href = chosen().href;
    } else if (e.key === "Escape" && !list().hidden) {
      e.preventDefault();
      show(false);
    }
  });

  // what is too short is not asked for; what is answered for other text than stands there now is not shown
  document.addEventListener("htmx:configRequest", (e) => {
    if (e.detail.elt !== box() || enough(box().value)) return;
    e.preventDefault();
    show(false);
  });
  document.addEventListener("htmx:beforeSwap", (e) => {
    if (e.detail.requestConfig.elt.id === "everything" && e.detail.requestConfig.parameters.q !== box().value) e.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSwap", (e) => {
    if (e.detail.target !== list()) return;
    show(document.activeElement === box());
    const n = options().length;
    document.getElementById("live").textContent = n === 1 ? "1 result" : `${n} results`;
  });
  document.addEventListener("focusin", (e) => { if (box() && !e.target.closest(".top-find")) show(false); });
  document.addEventListener("click", (e) => { if (box() && !e.target.closest(".top-find")) show(false); });
})();
