// The portal: its menu on a phone, the time that is left of an impersonation. Every page works without it.
(() => {
  const $ = (s) => document.querySelector(s);
  document.addEventListener("click", (e) => {
    const t = e.target.closest("[data-pmenu]");
    if (t) return t.setAttribute("aria-expanded", String($(".pnav").classList.toggle("open")));
  });

  // an impersonation: what is left of it, and which pages of it are open; when the last one was left it ends
  const bar = $(".imp-bar");
  if (!bar) return;
  const left = bar.querySelector("[data-left]"), end = Date.now() + 1000 * left.dataset.left;
  const show = () => {
    const s = Math.max(0, Math.round((end - Date.now()) / 1000));
    left.textContent = `Ends in ${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
    if (!s) { clearInterval(ticking); location.reload(); }
  };
  const ticking = setInterval(show, 1000);
  show();
  const page = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const report = (event) => navigator.sendBeacon("/client/impersonation/page", new URLSearchParams({ event, page, csrf_token: bar.querySelector("[name=csrf_token]").value }));
  report("opened");
  addEventListener("pageshow", (e) => { if (e.persisted) report("opened"); });
  addEventListener("pagehide", () => report("left"));
})();
