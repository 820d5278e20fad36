/* Small behaviours of the pages, as Alpine components (its CSP build: a page names them, no code stands in a page).
   Every text comes from data attributes, so that it is translated on the server. */
"use strict";

document.addEventListener("alpine:init", () => {
  const Alpine = window.Alpine;

  /* Navigation that slides in on a phone. */
  Alpine.data("drawer", () => ({
    open: false,
    toggle() { this.open = !this.open; },
    close() { this.open = false; },
    get label() { return this.open ? "true" : "false"; },
    get shown() { return this.open ? "open" : ""; },
  }));

  /* A text into which a variable is put where the cursor stands: x-ref text and choice. */
  Alpine.data("variable", () => ({
    insert() {
      const text = this.$refs.text;
      text.setRangeText(this.$refs.choice.value, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("change", { bubbles: true }));
      text.focus();
    },
  }));

  /* A dialog that asks before a form inside it is sent. */
  Alpine.data("confirm", () => ({
    ask() { this.$refs.dialog.showModal(); },
    cancel() { this.$refs.dialog.close(); },
  }));

  /* A button that may be pressed again after data-seconds; it is a normal button without script. */
  Alpine.data("countdown", () => ({
    left: 0,
    until: 0,
    init() {
      this.until = Date.now() + Number(this.$el.dataset.seconds || 0) * 1000;
      this.tick();
      this.timer = setInterval(() => this.tick(), 500);
    },
    destroy() { clearInterval(this.timer); },
    tick() {
      this.left = Math.max(0, Math.ceil((this.until - Date.now()) / 1000));
      if (this.left === 0) clearInterval(this.timer);
    },
    get waiting() { return this.left > 0; },
    get text() {
      const data = this.$root.dataset;
      return this.left > 0 ? data.waiting.replace("%s", String(this.left)) : data.ready;
    },
  }));

  /* Digits only; the form is sent when the last one is there, if the form wishes so (data-submit). */
  Alpine.data("codeInput", () => ({
    clean() {
      const input = this.$refs.code;
      const size = Number(input.maxLength);
      /* full-width digits of Chinese keyboards, spaces of a pasted message */
      input.value = input.value.normalize("NFKC").replace(/\D/g, "").slice(0, size);
      if (input.value.length === size && "submit" in this.$root.dataset && !this.sent) {
        this.sent = true;
        input.form.requestSubmit();
      }
    },
  }));

  Alpine.data("printPage", () => ({ print() { window.print(); } }));

  Alpine.data("copy", () => ({
    done: false,
    async copy() {
      const text = this.$root.dataset.text;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        const area = document.createElement("textarea");
        area.value = text;
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
      }
      this.done = true;
      setTimeout(() => { this.done = false; }, 2500);
    },
    get text() { return this.done ? this.$root.dataset.done : this.$root.dataset.label; },
  }));

  /* A page that is meant for paper, too: the browser's own dialogue. */
  Alpine.data("printing", () => ({
    start() {
      window.print();
    },
  }));

  /* One file by tap or drop; too large a file is refused before it is sent. */
  Alpine.data("fileDrop", () => ({
    name: "",
    error: "",
    over: false,
    get hover() { return this.over ? "over" : ""; },
    enter() { this.over = true; },
    leave() { this.over = false; },
    drop() {
      this.over = false;
      this.$refs.file.files = this.$event.dataTransfer.files;
      this.show();
    },
    show() {
      const file = this.$refs.file.files[0];
      const data = this.$root.dataset;
      this.error = "";
      this.name = file ? file.name : "";
      if (file && data.maxBytes && file.size > Number(data.maxBytes)) {
        this.error = data.tooLarge;
        this.name = "";
        this.$refs.file.value = "";
      }
    },
  }));

  /* Page pictures: three sizes. */
  Alpine.data("documentPages", () => ({
    step: 1,
    larger() { this.step = Math.min(3, this.step + 1); },
    smaller() { this.step = Math.max(1, this.step - 1); },
    get zoom() { return `zoom-${this.step}`; },
    get atMost() { return this.step === 3; },
    get atLeast() { return this.step === 1; },
  }));

  /* A button that becomes usable when the text above it was seen to its end. */
  Alpine.data("readToEnd", () => ({
    seen: false,
    init() {
      const observer = new IntersectionObserver((entries) => {
        if (entries.some((entry) => entry.isIntersecting)) {
          this.seen = true;
          observer.disconnect();
        }
      });
      observer.observe(this.$refs.end);
    },
    get unseen() { return !this.seen; },
  }));
});

/* A form is sent once: a second tap on a slow line must not repeat it. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) button.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled=true]")) button.removeAttribute("aria-disabled");
  }
});

/* A <details class="pop"> menu closes when the pointer or the focus leaves it. */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.pop[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.pop[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
