/* The signature pad: writes signature_pad's toData() as JSON into the hidden input, with the size of the sheet it was written on.
   A drawing on a form with data-keep outlives a mistyped code: it waits in this tab's own storage, under that name, never on a server;
   portal.js removes it on the first page that has no pad. */
"use strict";

document.addEventListener("alpine:init", () => {
  const MIN_POINTS = 8; /* fewer is a slip of the finger; the server checks again */
  const MIN_LENGTH = 60; /* CSS pixels of ink */

  window.Alpine.data("signPad", () => ({
    full: false,
    error: "",
    inked: false,
    frozen: false, /* a drawing made on another sheet size is shown, not continued */

    init() {
      this.pad = new window.SignaturePad(this.$refs.canvas, { minWidth: 0.9, maxWidth: 3.4, velocityFilterWeight: 0.6, throttle: 8, minDistance: 2, penColor: "#1b1916" });
      const original = this.pad._createPoint.bind(this.pad);
      this.pad._createPoint = (x, y, pressure) => {
        if (!this.turned()) return original(x, y, pressure);
        /* The sheet lies on its side (rotated 90° clockwise): its x axis runs down the display, its y axis to the left. */
        const box = this.$refs.canvas.getBoundingClientRect();
        return original(box.left + (y - box.top), box.top + (box.right - x), pressure);
      };
      this.pad.addEventListener("endStroke", () => this.keep());
      this.fit();
      this.fetch();
      this.watcher = new ResizeObserver(() => this.refit());
      this.watcher.observe(this.$refs.canvas);
      this.$root.closest("form").addEventListener("submit", (event) => this.check(event));
      this.leave = () => this.lay();
      window.addEventListener("pagehide", this.leave);
    },
    destroy() {
      this.watcher.disconnect();
      window.removeEventListener("pagehide", this.leave);
    },

    get kept() { return this.$root.dataset.keep ? `handwriting.${this.$root.dataset.keep}` : ""; },
    lay() {
      if (!this.kept) return;
      try {
        if (this.sheet) sessionStorage.setItem(this.kept, JSON.stringify(this.sheet));
        else sessionStorage.removeItem(this.kept);
      } catch { /* no storage: the name is written again */ }
    },
    fetch() {
      if (!this.kept || "refused" in this.$root.dataset) return; /* a drawing that was no signature is not shown again */
      try {
        this.sheet = JSON.parse(sessionStorage.getItem(this.kept) || "null");
      } catch { this.sheet = null; }
      if (!this.sheet) return;
      this.write();
      this.show();
    },

    turned() { return this.full && window.matchMedia("(orientation: portrait)").matches; },
    get mode() { return this.full ? "full" : ""; },
    get bare() { return !this.inked; },
    get growable() { return !this.full; },

    /* Size the canvas to its box at the display's resolution; this empties it. */
    fit() {
      const canvas = this.$refs.canvas;
      const ratio = Math.max(window.devicePixelRatio || 1, 1);
      this.width = canvas.offsetWidth;
      this.height = canvas.offsetHeight;
      canvas.width = this.width * ratio;
      canvas.height = this.height * ratio;
      canvas.getContext("2d").scale(ratio, ratio);
      this.pad.clear();
    },
    refit() {
      const canvas = this.$refs.canvas;
      if (canvas.offsetWidth === this.width && canvas.offsetHeight === this.height) return;
      this.fit();
      if (this.sheet) this.show();
    },
    /* Draw what was written before, fitted into the sheet of now. */
    show() {
      const sheet = this.sheet;
      const scale = Math.min(this.width / sheet.width, this.height / sheet.height);
      const dx = (this.width - sheet.width * scale) / 2;
      const dy = (this.height - sheet.height * scale) / 2;
      const shown = sheet.strokes.map((stroke) => ({
        ...stroke,
        minWidth: stroke.minWidth * scale,
        maxWidth: stroke.maxWidth * scale,
        points: stroke.points.map((point) => ({ ...point, x: point.x * scale + dx, y: point.y * scale + dy })),
      }));
      this.pad.fromData(shown);
      if (scale === 1 && !dx && !dy) return;
      this.pad.off();
      this.frozen = true;
    },

    keep() {
      this.error = "";
      this.sheet = { width: this.width, height: this.height, strokes: JSON.parse(JSON.stringify(this.pad.toData())) };
      this.write();
    },
    write() {
      const sheet = this.sheet;
      this.inked = Boolean(sheet);
      this.$refs.strokes.value = sheet ? JSON.stringify(sheet.strokes) : "";
      this.$refs.width.value = sheet ? String(sheet.width) : "";
      this.$refs.height.value = sheet ? String(sheet.height) : "";
    },
    clear() {
      this.sheet = null;
      this.error = "";
      this.frozen = false;
      this.pad.clear();
      this.pad.on();
      this.write();
    },
    undo() {
      if (this.frozen) return;
      const strokes = this.pad.toData();
      strokes.pop();
      if (!strokes.length) { this.clear(); return; }
      this.pad.fromData(strokes);
      this.keep();
    },

    grow() {
      this.clear();
      this.full = true;
      this.$refs.done.focus({ preventScroll: true });
    },
    shrink() { this.full = false; },

    blank() {
      if (!this.sheet) return true;
      let points = 0;
      let length = 0;
      for (const stroke of this.sheet.strokes) {
        points += stroke.points.length;
        for (let i = 1; i < stroke.points.length; i += 1) length += Math.hypot(stroke.points[i].x - stroke.points[i - 1].x, stroke.points[i].y - stroke.points[i - 1].y);
      }
      return points < MIN_POINTS || length < MIN_LENGTH;
    },
    check(event) {
      if (!this.blank()) return;
      event.preventDefault();
      this.error = this.$root.dataset.blank;
      this.$root.scrollIntoView({ block: "center" });
    },
  }));
});
