// The mapping of an import: what each choice means is said at once, and Import waits until every required field has a column.
(() => {
  const form = document.querySelector("form[data-mapping]");
  if (!form) return;
  const all = (s, r = form) => [...r.querySelectorAll(s)];
  const list = (names) => names.join(", ").replace(/, ([^,]*)$/, " and $1");

  // one file: the state beside each choice; what is missing or chosen twice
  const look = (file) => {
    const selects = all("select[data-map]", file), used = selects.map((s) => s.value).filter(Boolean);
    const twice = new Set(used.filter((value, at) => used.indexOf(value) !== at));
    for (const s of selects) {
      const state = s.closest("tr").querySelector("[data-state]");
      const word = !s.value ? "Left out" : twice.has(s.value) ? "Chosen twice" : s.value === s.dataset.guess ? s.dataset.how : "Chosen";
      state.textContent = word;
      state.className = !s.value ? "mute" : twice.has(s.value) ? "st failed" : "st done";
    }
    file.querySelector("[data-count]").textContent = used.length;
    const label = (value) => selects[0]?.querySelector(`option[value="${value}"]`).textContent.trim().replace(/ \*$/, "");
    const options = selects.length ? [...selects[0].options] : [];
    const filled = options.filter((o) => used.includes(o.value)).flatMap((o) => [o.value, ...(o.dataset.fills || "").split(" ")]);
    const missing = options.filter((o) => "required" in o.dataset && !filled.includes(o.value)).map((o) => label(o.value));
    return { missing, twice: [...twice].map(label), used };
  };

  const renew = () => {
    const faults = [];
    for (const file of all("[data-file]")) {
      const { missing, twice, used } = look(file);
      if (missing.length) faults.push(`No column of ${file.dataset.file} goes to ${list(missing)}.`);
      if (twice.length) faults.push(`Two columns of ${file.dataset.file} go to ${list(twice)}.`);
      if ("clients" in file.dataset) {
        const now = used.includes("external_id") ? "named" : form.dataset.mapping === "doubles" ? "doubled" : "refused";
        all("[data-again]").forEach((p) => (p.hidden = p.dataset.again !== now));
      }
    }
    const why = form.querySelector("#im-why"), text = faults.join(" ");
    if (why.textContent !== text) why.textContent = text;
    why.hidden = !text;
    form.querySelector("[data-go]").disabled = !!text;
  };
  form.addEventListener("change", renew);
  addEventListener("pageshow", renew);
  renew();
})();
