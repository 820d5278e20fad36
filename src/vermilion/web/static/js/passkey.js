/* Asking a passkey (WebAuthn) and sending its answer with the form; a form names it with x-data="passkey", x-on:submit="run".

   data-begin: where the form's fields are sent for the options. The answer goes into the form's hidden fields, and the form to its action.
   Nothing is decided here: the server judges the answer.
*/
"use strict";

(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function answered(asked) {
    const options = { ...asked, challenge: bytes(asked.challenge) };
    if (asked.user) {
      options.user = { ...asked.user, id: bytes(asked.user.id) };
      options.excludeCredentials = named(asked.excludeCredentials);
      const { response } = await navigator.credentials.create({ publicKey: options });
      return { client_data: response.clientDataJSON, attestation_object: response.attestationObject };
    }
    options.allowCredentials = named(asked.allowCredentials);
    const { rawId, response } = await navigator.credentials.get({ publicKey: options });
    return {
      credential_id: rawId,
      client_data: response.clientDataJSON,
      authenticator_data: response.authenticatorData,
      signature: response.signature,
    };
  }

  document.addEventListener("alpine:init", () => {
    window.Alpine.data("passkey", () => ({
      able: false,
      busy: false,
      error: "",
      init() { this.able = Boolean(window.isSecureContext && window.PublicKeyCredential && navigator.credentials); },
      get lacking() { return !this.able; },
      get unready() { return this.busy || !this.able; },
      async run() {
        const form = this.$event.target;
        const data = form.dataset;
        if (!this.able) return; /* the form goes its way without a passkey */
        this.$event.preventDefault();
        if (this.busy || !form.reportValidity()) return;
        this.busy = true;
        this.error = "";
        let options;
        try {
          const reply = await fetch(data.begin, { method: "POST", body: new FormData(form), headers: { Accept: "application/problem+json" } });
          options = await reply.json();
          if (!reply.ok) {
            this.error = options.error || options.detail || data.failed;
            this.busy = false;
            return;
          }
        } catch {
          this.error = data.offline;
          this.busy = false;
          return;
        }
        try {
          const parts = await answered(options.publicKey);
          form.elements.challenge.value = options.id;
          for (const [name, part] of Object.entries(parts)) form.elements[name].value = text(part);
        } catch {
          /* cancelled, timed out, or no passkey here */
          this.error = data.failed;
          this.busy = false;
          return;
        }
        form.submit();
      },
    }));
  });
})();
