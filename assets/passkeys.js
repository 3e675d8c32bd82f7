// Passkeys: puts the site's question to the browser, and sends what it answers along with the form. Without this file the pages
// say that passkeys need it, and show the other ways.
"use strict";

(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  // Bytes travel in base64 for addresses, without padding. By hand: older phones have no words for it.
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => (buffer
    ? btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
    : null);

  const withBytes = (options) => {
    const named = (list) => list?.map((item) => ({ ...item, id: bytes(item.id) }));
    return {
      ...options,
      challenge: bytes(options.challenge),
      ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
      allowCredentials: named(options.allowCredentials),
      excludeCredentials: named(options.excludeCredentials),
    };
  };

  const asText = ({ id, rawId, type, response }) => JSON.stringify({
    id, type, rawId: text(rawId),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      ...(response.attestationObject
        ? { attestationObject: text(response.attestationObject) }
        : {
          authenticatorData: text(response.authenticatorData), signature: text(response.signature),
          userHandle: text(response.userHandle),
        }),
    },
  });

  document.querySelectorAll("[data-passkey]").forEach((place) => {
    const isNew = "new" in place.dataset;
    const button = place.querySelector("button");
    const fault = place.querySelector(".fault");
    const form = button.form;
    let isAsking = false;

    const say = (words) => { fault.textContent = words; fault.hidden = false; };
    const send = (name, value) => {
      const field = form.elements.namedItem(name) ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
      field.value = value;
    };
    const ask = async () => {
      if (isAsking) return;
      isAsking = true;
      fault.hidden = true;
      try {
        const step = form.elements.namedItem("step")?.value ?? "";
        const answer = await fetch(place.dataset.passkey, { method: "POST", body: new URLSearchParams({ step }), redirect: "error" });
        if (!answer.headers.get("content-type")?.startsWith("application/json")) {
          // The session or the proof ran out: the page that says so, and keeps what was typed, comes for a form.
          form.submit();
          return;
        }
        const asked = await answer.json();
        if (!answer.ok) {
          say(asked.fault);
        } else {
          const publicKey = withBytes(asked.options);
          const credential = await (isNew ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
          send("challenge", asked.challenge);
          send("credential", asText(credential));
          form.submit();
        }
      } catch (cause) {
        // Whoever closes the browser's window lands here, too.
        say(cause.name === "InvalidStateError" ? fault.dataset.already : fault.dataset.notNow);
      }
      isAsking = false;
    };

    // An answer is good once: it does not go along with what is sent otherwise, or after coming back to this page.
    const forget = () => { for (const name of ["challenge", "credential"]) form.elements.namedItem(name)?.remove(); };
    window.addEventListener("pageshow", forget);
    form.addEventListener("submit", forget);

    place.querySelector("[data-without]").hidden = true;
    button.hidden = false;
    // Where it is the only button, Enter in a field is a press of it.
    if (isNew) form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
    else button.addEventListener("click", ask);
  });
})();
