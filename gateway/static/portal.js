// The portal: its menu on a phone, the time that is left of a visit. Every page works without it.
(() => {
  const $ = (s) => document.querySelector(s);
  document.addEventListener("click", (e) => {
    const t = e.target.closest("[data-pmenu]");
    if (t) return t.setAttribute("aria-expanded", String($(".pnav").classList.toggle("open")));
    const open = $("details.menu[open]");
    if (open && !open.contains(e.target)) open.open = false;
  });
  document.addEventListener("keydown", (e) => {
    const open = $("details.menu[open]");
    if (e.key === "Escape" && open) { open.open = false; open.querySelector("summary").focus(); }
  });
})();
