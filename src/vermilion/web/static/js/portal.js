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

  /* How the page was read goes along with its answer: how deep, and for how many seconds each text (data-read) was in sight. */
  Alpine.data("reading", () => ({
    /* Declared here, for what a component does not own it would write into the one around it (readToEnd). */
    deepest: 0,
    sights: {},
    since: null,
    look: null,
    hide: null,
    observer: null,
    init() {
      this.since = new Map();
      this.look = () => {
        const height = document.documentElement.scrollHeight;
        const reached = height ? Math.round(100 * (window.scrollY + window.innerHeight) / height) : 100;
        this.deepest = Math.min(100, Math.max(this.deepest, reached));
      };
      this.look();
      window.addEventListener("scroll", this.look, { passive: true });
      this.observer = new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting && !document.hidden) this.since.set(target, performance.now());
          else this.stop(target);
        }
      }, { threshold: 0.5 });
      for (const part of document.querySelectorAll("[data-read]")) this.observer.observe(part);
      this.hide = () => {
        if (document.hidden) for (const part of [...this.since.keys()]) this.stop(part);
        else for (const part of document.querySelectorAll("[data-read]")) { this.observer.unobserve(part); this.observer.observe(part); }
      };
      document.addEventListener("visibilitychange", this.hide);
      this.$root.addEventListener("submit", () => this.tell());
    },
    destroy() {
      window.removeEventListener("scroll", this.look);
      document.removeEventListener("visibilitychange", this.hide);
      this.observer.disconnect();
    },
    stop(part) {
      if (!this.since.has(part)) return;
      const name = part.dataset.read;
      this.sights[name] = (this.sights[name] || 0) + (performance.now() - this.since.get(part)) / 1000;
      this.since.delete(part);
    },
    tell() {
      this.look();
      for (const part of [...this.since.keys()]) { this.stop(part); this.since.set(part, performance.now()); }
      const long = document.documentElement.scrollHeight > window.innerHeight + 4 ? 1 : 0;
      const seen = Object.fromEntries(Object.entries(this.sights).map(([name, seconds]) => [name, Math.round(seconds)]));
      this.$refs.reading.value = JSON.stringify({ deepest: this.deepest, long, seen });
    },
  }));
});
