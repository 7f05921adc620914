// Operations tried from their page, on a development system: the token is in its field and nowhere else. A page without the field has no forms.
(() => {
  const token = document.querySelector("[data-token]");
  if (!token) return;
  const given = (form, where) => [...form.querySelectorAll(`[data-in=${where}]`)].filter((field) => field.value !== "");
  const pairs = (form, where) => given(form, where).map((field) => [field.name, field.value]);

  const request = (form) => {
    const path = pairs(form, "path").reduce((made, [name, value]) => made.replace(`{${name}}`, encodeURIComponent(value)), form.dataset.path);
    const query = new URLSearchParams(pairs(form, "query")), headers = new Headers(pairs(form, "header")), [body] = given(form, "body");
    headers.set("Authorization", `Bearer ${token.value.trim()}`);
    if (form.querySelector("[name=Idempotency-Key]") && !headers.has("Idempotency-Key")) headers.set("Idempotency-Key", crypto.randomUUID());
    if (body) headers.set("Content-Type", "application/json");
    return [path + (query.size ? `?${query}` : ""), { method: form.dataset.verb, headers, body: body?.value, credentials: "omit" }];
  };

  const shown = async (answer) => {
    const tag = answer.headers.get("ETag"), kind = answer.headers.get("Content-Type") ?? "", blob = await answer.blob();
    const text = /json|text/.test(kind) ? await blob.text() : blob.size ? `${blob.size} bytes of ${kind}` : "";
    const body = /json$|json;/.test(kind) ? JSON.stringify(JSON.parse(text), null, 2) : text;
    return [`${answer.status} ${answer.statusText}`, tag && `ETag: ${tag}`, body].filter(Boolean).join("\n");
  };

  document.addEventListener("submit", async (e) => {
    const form = e.target.closest("[data-try]");
    if (!form) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    const output = form.querySelector("output"), send = form.querySelector("button");
    send.disabled = true;
    output.hidden = false;
    try {
      output.textContent = await shown(await fetch(...request(form)));
    } catch (error) {
      output.textContent = `No answer: ${error.message}`;
    }
    send.disabled = false;
  }, true);
})();
