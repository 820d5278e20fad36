/* Behaviours of the application forms, as Alpine components. A form works without them: the server decides what counts. */
"use strict";

document.addEventListener("alpine:init", () => {
  const Alpine = window.Alpine;

  /* Shown while the field named data-field has one of data-values. */
  Alpine.data("follows", () => ({
    look() {
      const { field, values } = this.$root.dataset;
      const form = this.$root.closest("form");
      const given = form ? new FormData(form).get(field) : null;
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
    touch() { this.changed = true; },
    sending() { this.changed = false; },
    save() {
      if (!this.changed) return;
      this.changed = false;
      navigator.sendBeacon(this.$root.dataset.url, new FormData(this.$root));
    },
  }));
});
