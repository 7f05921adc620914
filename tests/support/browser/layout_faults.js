// What is wrong with the layout of the page as it stands, one sentence each; nothing where all is well.
() => {
  const width = document.documentElement.clientWidth, faults = new Set();
  const style = (e) => getComputedStyle(e);
  const named = (e) => e.tagName.toLowerCase() + (e.id ? `#${e.id}` : e.classList.length ? `.${[...e.classList].join(".")}` : "");
  const path = (e) => [e.parentElement, e].filter(Boolean).map(named).join(" > ");
  const field = (e) => ["INPUT", "TEXTAREA", "SELECT"].includes(e.tagName);

  // what an element has of its own style and of every box around it; each is asked for it once
  const known = new Map([[null, { clipped: false, ellipsed: false, layer: undefined, left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity }]]);
  const around = (e) => {
    if (known.has(e)) return known.get(e);
    const outer = around(e.parentElement), s = style(e), own = { ...outer };
    if (s.clipPath !== "none") own.clipped = true;
    if (s.textOverflow === "ellipsis") own.ellipsed = true;
    if (/fixed|sticky|absolute/.test(s.position)) own.layer = e;
    if (s.overflowX !== "visible") {
      const b = e.getBoundingClientRect();
      own.left = Math.max(own.left, b.left); own.right = Math.min(own.right, b.right);
      own.top = Math.max(own.top, b.top); own.bottom = Math.min(own.bottom, b.bottom);
    }
    known.set(e, own);
    return own;
  };

  const shown = (e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !e.closest(".skip, svg, select, dialog:not([open])") && !around(e).clipped;
  const ellipsed = (e) => around(e.parentElement).ellipsed;

  // what a box shows of itself, after every box around it has cut it
  const cut = (e, { left, right, top, bottom }) => {
    const o = around(e);
    return {
      e, layer: o.layer, left: Math.max(left, o.left), right: Math.min(right, o.right), top: Math.max(top, o.top), bottom: Math.min(bottom, o.bottom),
    };
  };

  const boxes = [];
  for (const e of document.body.querySelectorAll("*")) {
    if (!shown(e)) continue;
    const s = style(e), r = e.getBoundingClientRect();
    const wide = e.clientWidth > 0 && s.display !== "inline" && e.scrollWidth > e.clientWidth + 1;
    if (wide && /auto|scroll/.test(s.overflowX) && !field(e)) faults.add(`scrolls sideways: ${path(e)}`);
    if (wide && /hidden|clip/.test(s.overflowX) && s.textOverflow !== "ellipsis" && !field(e) && e.textContent.trim()) faults.add(`cut without a sign: ${path(e)}`);
    if (/fixed|sticky/.test(s.position) && s.overflowY === "visible" && e.scrollHeight > e.clientHeight + 4 && e.textContent.trim()) faults.add(`falls out of its box: ${path(e)}`);
    if (r.width && !ellipsed(e) && (r.right > width + 1 || r.left < -1)) faults.add(`outside the window: ${path(e)}`);
    if (field(e) || e.matches("button, a.btn")) boxes.push(cut(e, r));
    for (const node of e.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) boxes.push(cut(e, line));
    }
  }
  if (document.scrollingElement.scrollWidth > width) faults.add("the page scrolls sideways");

  const seen = boxes.filter((b) => b.right - b.left > 2 && b.bottom - b.top > 2).sort((a, b) => a.top - b.top);
  seen.forEach((a, at) => {
    for (let next = at + 1; next < seen.length && seen[next].top < a.bottom; next++) {
      const b = seen[next];
      if (a.layer !== b.layer || a.e.contains(b.e) || b.e.contains(a.e)) continue;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left), down = Math.min(a.bottom, b.bottom) - b.top;
      if (across > 2 && down > 4) faults.add(`overlap: ${path(a.e)} and ${path(b.e)}`);
    }
  });
  return [...faults];
}
