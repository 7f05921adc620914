// Saved views of each list, columns of the client list: live counts, links to copy, columns moved by hand or Alt and the arrows; progress of an export.
(() => {
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const EVERY = 30000, AGAIN = 1500;
  const get = async (url) => { const r = await fetch(url, { headers: { Accept: "application/json" } }); return r.ok ? r.json() : null; };

  // counts are asked for while somebody looks, and drawn anew with the bar
  let counts = new Map(), asking = 0;
  const draw = () => $$("[data-count]").forEach((place) => {
    const count = counts.get(place.dataset.count);
    if (!count) return;
    place.textContent = count.fault ? "!" : count.total === null ? "" : (count.exact ? "" : "≈ ") + count.total.toLocaleString("en-GB");
    place.title = count.fault || (count.total !== null && !count.exact ? "Estimated" : "");
  });
  const ask = async () => {
    clearTimeout(asking);
    asking = 0;
    if (!$("#views")) return;
    let soon = false;
    if (!document.hidden) {
      const answer = await get(`/admin/clients/views/counts?list=${$("#views").dataset.list}`).catch(() => null);
      for (const count of answer?.data || []) if (count.fault || count.total !== null) counts.set(count.id, count); else soon = true;
      draw();
    }
    asking = setTimeout(ask, soon ? AGAIN : EVERY);
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  document.addEventListener("htmx:afterSettle", () => {
    draw();
    if ($$("[data-count]").some((place) => !counts.has(place.dataset.count))) ask();
  });
  document.addEventListener("done", () => counts.clear());
  ask();

  // a link for a colleague
  document.addEventListener("click", (e) => {
    const link = e.target.closest("[data-copy-link]");
    if (link) navigator.clipboard?.writeText(location.origin + link.dataset.copyLink).then(() => { $("#live").textContent = "Link copied"; link.textContent = "Link copied"; });
  });

  // the order of the columns is that of their lines
  let held = null;
  const line = (e) => e.target.closest?.(".colo li");
  const place = (item, before) => { if (before !== item) item.parentNode.insertBefore(item, before); };
  document.addEventListener("dragstart", (e) => { if ((held = line(e))) { held.classList.add("drag"); e.dataTransfer.effectAllowed = "move"; } });
  document.addEventListener("dragover", (e) => {
    const over = held && line(e);
    if (!over) return;
    e.preventDefault();
    const middle = over.getBoundingClientRect();
    place(held, e.clientY < middle.top + middle.height / 2 ? over : over.nextElementSibling);
  });
  document.addEventListener("dragend", () => { held?.classList.remove("drag"); held = null; });
  document.addEventListener("keydown", (e) => {
    const item = e.altKey && /^Arrow(Up|Down)$/.test(e.key) && line(e);
    if (!item) return;
    e.preventDefault();
    const up = e.key === "ArrowUp", next = up ? item.previousElementSibling : item.nextElementSibling;
    if (next) place(item, up ? next : next.nextElementSibling);
    e.target.focus();
  });

  // a long export shows how far it has come; the browser keeps the file itself
  document.addEventListener("submit", (e) => {
    const bar = $("[data-export]", e.target);
    if (!bar) return;
    bar.hidden = false;
    const id = new FormData(e.target).get(`${new FormData(e.target).get("format")}_id`);
    const follow = async () => {
      if (!bar.isConnected) return;
      const at = await get(`/admin/clients/export/progress?id=${encodeURIComponent(id)}`).catch(() => null);
      if (at) {
        $("progress", bar).value = at.rows;
        $("span", bar).textContent = at.finished ? `${at.rows.toLocaleString("en-GB")} rows. Done.` : `${at.rows.toLocaleString("en-GB")} of ${at.total.toLocaleString("en-GB")} rows`;
        if (at.finished) return;
      }
      setTimeout(follow, 1000);
    };
    setTimeout(follow, 500);
  });
})();
