/* The signature pad: writes signature_pad's toData() as JSON into the hidden input, with the size of the sheet it was written on.
   A drawing on a form with data-keep outlives a mistyped code: it waits in this tab's own storage, under that name, never on a server;
   portal.js removes it on the first page that has no pad. */
"use strict";

document.addEventListener("alpine:init", () => {
  /* What is no writing, in CSS pixels of the sheet; core/typeset/handwriting.py judges again by the same measures. */
  const MIN_POINTS = 8;
  const LEAST = { width: 40, height: 14, ink: 100 };
  const SCRIBBLE = { ratio: 14, fill: 0.8 };

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
      this.press();
      this.pad.addEventListener("endStroke", () => this.keep());
      this.fit();
      this.fetch();
      this.watcher = new ResizeObserver(() => this.refit());
      this.watcher.observe(this.$refs.canvas);
      /* Before anybody else hears of it: a passkey must not be asked for a blank sheet. */
      this.$root.closest("form").addEventListener("submit", (event) => this.check(event), true);
      this.leave = () => this.lay();
      window.addEventListener("pagehide", this.leave);
    },
    destroy() {
      this.watcher.disconnect();
      window.removeEventListener("pagehide", this.leave);
    },

    /* A pen that measures its pressure makes the stroke by it, as the document will show it; of a finger only the speed counts. */
    press() {
      const bySpeed = this.pad._calculateCurveWidths.bind(this.pad);
      this.pad._calculateCurveWidths = (start, end, options) => {
        const before = this.pad._lastWidth;
        const widths = bySpeed(start, end, options);
        if (!end.pressure || end.pressure === 0.5 || end.pressure === 1) return widths;
        const wanted = options.maxWidth * (0.2 + 0.9 * end.pressure);
        widths.end = Math.max(options.minWidth, 0.6 * before + 0.4 * wanted);
        this.pad._lastWidth = widths.end;
        return widths;
      };
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
      this.place();
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

    /* The sentence that says why this is no signature; empty when it may be one. */
    fault() {
      const told = this.$root.dataset;
      if (!this.sheet) return told.blank;
      const lines = this.sheet.strokes.map((stroke) => stroke.points);
      const points = lines.flat();
      const wide = [Math.min(...points.map((one) => one.x)), Math.max(...points.map((one) => one.x))];
      const high = [Math.min(...points.map((one) => one.y)), Math.max(...points.map((one) => one.y))];
      const [width, height] = [wide[1] - wide[0], high[1] - high[0]];
      let ink = 0;
      for (const line of lines) for (let i = 1; i < line.length; i += 1) ink += Math.hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y);
      if (points.length < MIN_POINTS) return told.blank;
      if (width < LEAST.width || height < LEAST.height || ink < LEAST.ink) return told.small;
      if (ink / Math.hypot(width, height) <= SCRIBBLE.ratio) return "";
      const cells = new Set();
      for (const line of lines) for (let i = 1; i < line.length; i += 1) {
        const [from, to] = [line[i - 1], line[i]];
        const steps = Math.max(2, Math.floor(Math.hypot(to.x - from.x, to.y - from.y) / 2));
        for (let step = 0; step < steps; step += 1) {
          const part = step / (steps - 1);
          const column = Math.min(23, Math.floor(24 * (from.x + part * (to.x - from.x) - wide[0]) / width));
          const row = Math.min(11, Math.floor(12 * (from.y + part * (to.y - from.y) - high[0]) / height));
          cells.add(24 * row + column);
        }
      }
      return cells.size / 288 > SCRIBBLE.fill ? told.scribble : "";
    },
    check(event) {
      const fault = this.fault();
      if (!fault) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.error = fault;
      this.$root.scrollIntoView({ block: "center" });
    },
    /* The same ink where it will stand on the page (portal/sign_strip.html). */
    place() {
      const group = document.querySelector("[data-ink]");
      if (!group) return;
      group.replaceChildren();
      if (!this.sheet) return;
      const [left, top, across, tall] = group.dataset.ink.split(" ").map(Number);
      const points = this.sheet.strokes.flatMap((stroke) => stroke.points);
      const x = Math.min(...points.map((one) => one.x));
      const y = Math.min(...points.map((one) => one.y));
      const width = Math.max(1, Math.max(...points.map((one) => one.x)) - x);
      const height = Math.max(1, Math.max(...points.map((one) => one.y)) - y);
      const room = tall - 12; /* the date stands below */
      const scale = Math.min(across / width, room / height);
      const dx = left + (across - width * scale) / 2;
      const dy = top + (room - height * scale) / 2;
      for (const stroke of this.sheet.strokes) {
        const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
        line.setAttribute("points", stroke.points.map((one) => `${(dx + (one.x - x) * scale).toFixed(1)},${(dy + (one.y - y) * scale).toFixed(1)}`).join(" "));
        group.append(line);
      }
    },
  }));
});
