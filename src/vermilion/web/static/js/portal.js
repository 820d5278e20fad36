/* Behaviours of the application forms, as Alpine components. A form works without them: the server decides what counts. */
"use strict";

/* A drawing that pad.js kept for a second try is not needed on a page without a pad. */
if (!document.querySelector(".sign-pad")) {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("handwriting.")) sessionStorage.removeItem(key);
  } catch { /* no storage, nothing kept */ }
}

document.addEventListener("alpine:init", () => {
  const Alpine = window.Alpine;

  /* Shown while the field named data-field has one of data-values. */
  Alpine.data("follows", () => ({
    look() {
      const { field, values } = this.$root.dataset;
      const form = this.$root.closest("form");
      const source = form ? form.querySelector(`[name="${CSS.escape(field)}"]`) : null;
      const asked = source && !source.closest(".form-item")?.hidden;
      const given = asked ? new FormData(form).get(field) : null;
      this.$root.hidden = !values.split(" ").includes(String(given ?? ""));
    },
    init() { this.look(); },
  }));

  /* A document without an end needs no date. */
  Alpine.data("noEnd", () => ({
    flip() {
      this.$refs.date.disabled = this.$refs.box.checked;
      if (this.$refs.box.checked) this.$refs.date.value = "";
    },
    init() { this.flip(); },
  }));

  /* What was typed is sent when the page is left, so that a phone call costs nobody her answers. */
  Alpine.data("draft", () => ({
    changed: false,
    init() {
      this.leave = () => this.save();
      this.hide = () => { if (document.visibilityState === "hidden") this.save(); };
      window.addEventListener("pagehide", this.leave);
      document.addEventListener("visibilitychange", this.hide);
    },
    destroy() {
      window.removeEventListener("pagehide", this.leave);
      document.removeEventListener("visibilitychange", this.hide);
    },
    touch(event) {
      this.changed = true;
      /* What is being mended is no longer shown as wrong; the server judges again. */
      const field = event.target.closest(".field.invalid");
      if (!field) return;
      field.classList.remove("invalid");
      field.querySelectorAll(".error").forEach((error) => error.remove());
      field.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
    },
    sending() { this.changed = false; },
    save() {
      if (!this.changed) return;
      this.changed = false;
      navigator.sendBeacon(this.$root.dataset.url, new FormData(this.$root));
    },
  }));
});
