// Live: the one connection of this tab, by which the server tells what colleagues change. Without it every page works as before.
(() => {
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const UNSEEN = 1500, IDLE = 25 * 60_000, NOBODY = "00000000-0000-0000-0000-000000000000";
  const emit = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
  const record = /^\/admin\/clients\/([0-9a-f]{8}-[0-9a-f-]{27})(?:\/([a-z-]+))?/;
  let open = null, address = "", last = $("#page")?.dataset.at || "", tries = 0, again = 0, notBefore = 0, over = false, on = null, acted = Date.now();

  // what this page shows: the rows of the list; or one record, its tab, and the form that is being filled in
  const rows = () => $$("#rows tr[data-href]").map((row) => record.exec(row.dataset.href)?.[1]).filter(Boolean).slice(0, 200);
  const filled = (tab) => {
    const form = $("#dialog[open] form[method=post]");
    return form ? record.exec(form.getAttribute("action"))?.[2] || "" : tab === "edit" ? tab : "";
  };
  const watched = () => {
    if (location.pathname === "/admin/clients") return `/admin/live?rows=${rows().join() || NOBODY}`;
    const [, client, tab = ""] = record.exec(location.pathname) || [];
    return client ? `/admin/live?record=${client}&tab=${tab}&form=${filled(tab)}` : "";
  };

  const show = (now = on) => {
    const mark = $("#live-state");
    on = now;
    if (!mark) return;
    mark.hidden = on === null || !watched();
    mark.classList.toggle("off", !on);
    mark.textContent = on ? "Live" : "Not live";
    mark.title = on ? "" : "What others change shows when this page is loaded again.";
  };

  const receive = (block) => {
    const fields = Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]));
    if (fields.event === "live" || fields.event === "away") show(fields.event === "live");
    else if (fields.event) emit(fields.event, JSON.parse(fields.data));
    if (fields.id) last = fields.id;
  };
  const read = async (reader, mine) => {
    const text = new TextDecoder();
    for (let rest = ""; ;) {
      const { done, value } = await reader.read();
      if (done || open !== mine) return;
      tries = 0;
      const blocks = (rest + text.decode(value, { stream: true })).split("\n\n");
      rest = blocks.pop();
      blocks.forEach(receive);
    }
  };
  const listen = async (url) => {
    const mine = (open = new AbortController());
    let seconds = Math.min(30, 2 ** tries++);
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true", "Last-Event-ID": last }, cache: "no-store", signal: mine.signal });
      if (answer.status === 200) { await read(answer.body.getReader(), mine); seconds = 1; }
      else if (answer.status === 429 || answer.status >= 500) seconds = Math.max(seconds, Number(answer.headers.get("Retry-After")));
      else over = true; // signed out, or not allowed
    } catch { /* it ended, or nobody answers */ }
    if (open !== mine) return;
    open = null;
    show(false);
    const rest = seconds * (500 + Math.random() * 1000);
    notBefore = Date.now() + rest;
    if (!over) again = setTimeout(() => { notBefore = 0; connect(); }, rest); // a timer may fire a part of a millisecond early
  };
  const close = () => { const was = open; open = null; clearTimeout(again); was?.abort(); };

  // whoever does nothing for long is not kept signed in by what others do; a tab that nobody sees needs no connection
  const connect = () => {
    const idle = Date.now() - acted > IDLE, url = over || idle || document.hidden ? "" : watched();
    show();
    if (url === address && (open || Date.now() < notBefore)) return;
    close();
    address = url;
    if (url) listen(url); else show(false);
  };
  let soon = 0;
  const later = (ms = 150) => { clearTimeout(soon); soon = setTimeout(connect, ms); };
  for (const name of ["pointerdown", "pointermove", "keydown", "wheel"]) addEventListener(name, () => { const was = acted; acted = Date.now(); if (acted - was > IDLE) connect(); }, { passive: true, capture: true });
  setInterval(connect, 60_000);
  document.addEventListener("visibilitychange", () => later(document.hidden ? UNSEEN : 0));
  document.addEventListener("htmx:afterSettle", () => later());
  $("#dialog")?.addEventListener("close", () => later());
  addEventListener("popstate", () => later());
  addEventListener("pagehide", () => { close(); address = ""; });
  addEventListener("pageshow", () => later(0));
})();
