// Live amounts of forms: exact integers of the currency's minor unit, rounded half up (away from zero) as the server rounds. No float.
(() => {
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const DECIMAL = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

  // "1.234,56" -> "1234.56", as chassis/types/written_numbers.py reads it; null for no number, and for what may be two
  const plain = (typed, places) => {
    const text = typed.trim(), minus = /^[-\u2212]/.test(text), digits = minus ? text.slice(1).trimStart() : text;
    const signed = (number) => (minus ? "-" : "") + number;
    if (/^[0-9]+(\.[0-9]+)?$/.test(digits)) return signed(digits);
    const readings = new Set();
    for (const [mark, other] of [[".", ","], [",", "."]]) for (const apart of [`[${other}]`, "[ \u00a0\u2009\u202f]", "['\u2019]"]) {
      const groups = `[1-9][0-9]{0,2}(?:${apart}[0-9]{3})+|[1-9][0-9]?(?:${apart}[0-9]{2})+${apart}[0-9]{3}`;
      const found = RegExp(`^(${groups}|[0-9]+|(?=[${mark}]))(?:[${mark}]([0-9]+))?$`).exec(digits);
      if (found) readings.add((found[1].replace(/[^0-9]/g, "") || "0") + (found[2] ? "." + found[2] : ""));
    }
    const fitting = [...readings].filter((one) => (one.split(".")[1] || "").length <= places);
    const left = fitting.length ? fitting : [...readings];
    return left.length === 1 ? signed(left[0]) : null;
  };

  // "2.5" -> { n: 25n, d: 10n }; null for what is no decimal of at most so many places, zeros at its end aside
  const decimal = (text, places) => {
    const found = DECIMAL.exec((plain(text, places) ?? "").replace(/(\.[0-9]*?)0+$/, "$1").replace(/\.$/, ""));
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
  window.amounts = { line, minor, plain, written };

  const put = (form, name, text) => $$(`[data-amount="${name}"]`, form).forEach((x) => (x.textContent = text));
  const frame = (form) => ({ digits: Number(form.dataset.digits), show: (units) => written(units, Number(form.dataset.digits), form.dataset.sign) });

  const credit = (box) => {
    const { digits, show } = frame(box), form = box.closest("form"), now = BigInt(box.dataset.balance), more = minor($("[name=amount]", form).value, digits);
    const good = more !== null && more > 0n;
    put(box, "this", good ? `+${show(more)}` : "–"); put(box, "after", good ? show(now + more) : "–");
    $("[data-go]", form).textContent = good ? `Add ${show(more)} credit` : "Add Credit";
  };

  const field = (row, name) => $(`[data-f=${name}]`, row);
  const blank = (row) => !field(row, "description").value.trim() && !field(row, "unit_price").value.trim();
  const lines = (box) => {
    const { digits, show } = frame(box), sums = { subtotal: 0n, tax: 0n };
    let readable = true;
    for (const row of $$("tbody tr", box)) {
      const empty = blank(row);
      const found = line(...["quantity", "unit_price", "tax_rate"].map((name) => field(row, name).value), digits);
      $("output", row).textContent = empty || !found ? "–" : show(found.total);
      if (empty) continue;
      readable &&= !!found; sums.subtotal += found?.total ?? 0n; sums.tax += found?.tax ?? 0n;
    }
    sums.total = sums.subtotal + sums.tax;
    const balance = BigInt(box.dataset.balance), use = $("[name=apply_credit]", box)?.checked && sums.total > 0n;
    sums.credit = use ? -(balance < sums.total ? balance : sums.total) : 0n; sums.pay = sums.total + sums.credit;
    for (const [name, units] of Object.entries(sums)) put(box, name, readable ? show(units) : "–");
  };

  // lines are added, moved and removed here; without script the same buttons ask the server
  const number = (body) => $$("tr", body).forEach((row, n) => $$("input,button", row).forEach((x) => {
    x.setAttribute("aria-label", x.getAttribute("aria-label").replace(/line \d+$/, `line ${n + 1}`));
    if (x.dataset.f) { x.name = `line-${n}-${x.dataset.f}`; x.id = `f-${x.name}`; } else x.value = `${x.dataset.line}-${n}`;
  }));
  const clear = (row) => {
    $$("input", row).forEach((x) => { if (x.dataset.f !== "tax_rate") x.value = x.dataset.f === "quantity" ? "1" : ""; x.removeAttribute("aria-invalid"); x.removeAttribute("aria-describedby"); x.removeAttribute("autofocus"); });
    $$(".ferr", row).forEach((x) => x.remove()); row.classList.remove("bad");
    return row;
  };
  const arrange = (button) => {
    const box = button.closest("[data-lines]"), body = $("tbody", box), row = button.closest("tr"), what = button.dataset.line;
    let next = button;
    if (what === "add") { const made = clear(body.lastElementChild.cloneNode(true)); body.append(made); next = field(made, "description"); }
    if (what === "up") row.previousElementSibling?.before(row);
    if (what === "down") row.nextElementSibling?.after(row);
    if (what === "remove") {
      const near = row.nextElementSibling || row.previousElementSibling || row;
      if (near === row) clear(row); else row.remove();
      next = $("[data-line=remove]", near);
    }
    number(body); lines(box); next.focus();
  };
  document.addEventListener("click", (e) => { const b = e.target.closest("[data-line]"); if (b) { e.preventDefault(); arrange(b); } });

  const payment = (box) => {
    const { digits, show } = frame(box), form = box.closest("form"), due = BigInt(box.dataset.balance), paid = minor($("[name=amount]", form).value, digits);
    const good = paid !== null && paid > 0n, over = good ? paid - due : 0n;
    put(box, "outcome", !good ? "What is more than the amount due becomes account credit." : over < 0n ? `${show(-over)} stays due.`
      : over > 0n ? `${show(over)} more than is due. The invoice becomes Paid and ${show(over)} is added to account credit.` : "The invoice becomes Paid.");
    $("[data-go]", form).textContent = good ? `Record ${show(paid)}` : "Record Payment";
  };

  // spare lines are for those who cannot add one here
  const spare = (box) => {
    if (box.dataset.drawn) return;
    box.dataset.drawn = "yes";
    for (const row of $$("tbody tr", box).slice(1).reverse()) { if (!blank(row)) break; row.remove(); }
  };

  const draw = (root = document) => { $$("[data-credit]", root).forEach(credit); $$("[data-payment]", root).forEach(payment); $$("[data-lines]", root).forEach((box) => { spare(box); lines(box); }); };
  document.addEventListener("input", (e) => { const form = e.target.closest("form"); if (form) draw(form); });
  document.addEventListener("htmx:afterSettle", () => draw());
  draw();
})();
