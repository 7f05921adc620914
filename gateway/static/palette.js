// Palette: Ctrl+K or ⌘K over every page; arrows, Enter, Ctrl+Enter for a tab of its own, Escape. Without it the box of each page leads to the results' page.
(() => {
  const MOST = 8, PAUSE = 120;
  const palette = document.getElementById("palette");
  if (!palette) return;
  const text = document.getElementById("palette-text"), list = document.getElementById("palette-list"), status = document.getElementById("palette-status");
  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  let waiting = null; // Enter that was pressed before the answer to the text came

  // the clients whose records were opened last, by id and for this person alone; the server says what they are called, to whom may know
  const key = `opened:${palette.dataset.viewer}`;
  const opened = () => { try { return JSON.parse(localStorage.getItem(key)) || []; } catch { return []; } };
  const current = () => /^\/admin\/clients\/([0-9a-f-]{36})(?:\/|$)/.exec(location.pathname)?.[1] || "";
  const remember = () => { if (current()) try { localStorage.setItem(key, JSON.stringify([current(), ...opened().filter((id) => id !== current())].slice(0, MOST))); } catch { /* private window */ } };
  remember();

  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) text.setAttribute("aria-activedescendant", option.id); else text.removeAttribute("aria-activedescendant");
  };
  const stale = (is) => list.toggleAttribute("data-stale", is);
  const shown = () => {
    stale(false); choose(options()[0]);
    text.setAttribute("aria-expanded", String(options().length > 0));
  };
  const announce = (sentence) => {
    const note = document.createElement("p");
    note.textContent = status.textContent = sentence; note.className = "pal-note";
    list.replaceChildren(note); shown();
  };
  const show = (body) => {
    list.replaceChildren(...new DOMParser().parseFromString(body, "text/html").body.childNodes); shown();
    const n = options().length;
    status.textContent = [n === 1 ? "1 result" : `${n} results`, list.querySelector(".pal-note").textContent.trim()].filter(Boolean).join(". ");
    const enter = waiting; waiting = null;
    if (enter && chosen()) go(chosen(), enter.tab);
  };

  // what is answered for other text than stands there now is not shown, nor what comes after the palette is closed
  let asked = null, pause = 0;
  const ask = async () => {
    const mine = (asked = new AbortController());
    const query = new URLSearchParams({ q: text.value, client: current(), recent: opened().join(",") });
    try {
      const answer = await fetch(`/admin/palette?${query}`, { headers: { "HX-Request": "true" }, signal: mine.signal });
      const elsewhere = answer.headers.get("HX-Redirect"), body = await answer.text();
      if (mine !== asked || !palette.open) return;
      if (elsewhere) location.href = elsewhere;
      else if (answer.ok || answer.status === 422) show(body);
      else announce("No answer just now. Press Enter to try again.");
    } catch { if (mine === asked) announce("No answer. Check the connection and press Enter to try again."); }
  };
  const forget = () => { clearTimeout(pause); asked?.abort(); asked = null; };
  const look = (after) => { forget(); stale(true); pause = setTimeout(ask, after); };
  const write = (value) => { text.value = value; text.focus(); look(0); };
  const open = (value) => {
    if (palette.open) return text.select();
    if (document.querySelector("dialog[open]")) return;
    remember(); palette.showModal(); write(value);
  };
  const go = (option, tab) => {
    if (option.dataset.typed) return write(option.dataset.typed);
    if (tab) return window.open(option.href, "_blank", "noopener");
    palette.close(); location.href = option.href;
  };
  palette.addEventListener("close", () => { forget(); waiting = null; list.replaceChildren(); shown(); status.textContent = ""; });

  document.addEventListener("keydown", (e) => {
    if ((e.metaKey || e.ctrlKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === "k") { e.preventDefault(); return open(""); }
    if (e.target !== text || e.isComposing) return;
    const all = options(), at = all.indexOf(chosen());
    if (/^Arrow(Up|Down)$/.test(e.key) && all.length) {
      e.preventDefault();
      choose(all[(at + (e.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1) + all.length) % all.length]);
    } else if (e.key === "Enter") {
      e.preventDefault();
      const tab = e.ctrlKey || e.metaKey;
      if (list.hasAttribute("data-stale")) waiting = { tab }; else if (chosen()) go(chosen(), tab); else look(0);
    }
  });
  text.addEventListener("input", () => { waiting = null; look(PAUSE); });
  list.addEventListener("mousedown", (e) => { if (e.button === 0) e.preventDefault(); });
  list.addEventListener("click", (e) => {
    const option = e.target.closest("[data-typed]");
    if (option) { e.preventDefault(); go(option); }
  });

  // the box of the page hands over to the palette what is typed there
  const box = (e) => e.target.id === "everything" && e.target;
  document.addEventListener("click", (e) => { if (box(e)) open(""); });
  document.addEventListener("input", (e) => { if (box(e)) { const typed = e.target.value; e.target.value = ""; open(typed); } });
})();
