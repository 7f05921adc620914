// Live amounts of forms: exact integers of the currency's minor unit, rounded half up (away from zero) as the server rounds. No float.
(() => {
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const DECIMAL = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

  // "2.5" -> { n: 25n, d: 10n }; null for what is no plain decimal of at most so many places
  const decimal = (text, places) => {
    const found = DECIMAL.exec(text.trim());
    if (!found || (found[3] || "").length > places) return null;
    const n = BigInt(found[2] + (found[3] || ""));
    return { n: found[1] ? -n : n, d: 10n ** BigInt((found[3] || "").length) };
  };
  const minor = (text, digits) => { const v = decimal(text, digits); return v && (v.n * 10n ** BigInt(digits)) / v.d; };
  const rounded = (n, d) => { const up = ((n < 0n ? -n : n) * 2n + d) / (2n * d); return n < 0n ? -up : up; };

  // what a line comes to, { total, tax } in minor units; null when one of its fields cannot be read
  const line = (quantity, price, rate, digits) => {
    const q = decimal(quantity, 4), p = minor(price, digits), r = decimal(rate, 3);
    if (!q || p === null || !r) return null;
    const total = rounded(q.n * p, q.d);
    return { total, tax: rounded(total * r.n, 100n * r.d) };
  };

  // as the server writes money: "£1,284.40", "−£25.00"
  const written = (units, digits, sign) => {
    const text = (units < 0n ? -units : units).toString().padStart(digits + 1, "0"), at = text.length - digits;
    return `${units < 0n ? "−" : ""}${sign}${text.slice(0, at).replace(/\B(?=(\d{3})+$)/g, ",")}${digits ? "." + text.slice(at) : ""}`;
  };
  window.amounts = { line, minor, written };

  const put = (form, name, text) => $$(`[data-amount="${name}"]`, form).forEach((x) => (x.textContent = text));
  const frame = (form) => ({ digits: Number(form.dataset.digits), show: (units) => written(units, Number(form.dataset.digits), form.dataset.sign) });

  const credit = (box) => {
    const { digits, show } = frame(box), form = box.closest("form"), now = BigInt(box.dataset.balance), more = minor($("[name=amount]", form).value, digits);
    const good = more !== null && more > 0n;
    put(box, "this", good ? `+${show(more)}` : "–"); put(box, "after", good ? show(now + more) : "–");
    $("[data-go]", form).textContent = good ? `Add ${show(more)} credit` : "Add Credit";
  };

  const draw = (root = document) => $$("[data-credit]", root).forEach(credit);
  document.addEventListener("input", (e) => { const form = e.target.closest("form"); if (form) draw(form); });
  document.addEventListener("htmx:afterSettle", () => draw());
  draw();
})();
