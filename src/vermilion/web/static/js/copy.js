/* 抄录: a sentence written out by hand, one character (or word) after the other on one sheet. The hidden input gets a JSON list with
   signature_pad's toData() of each; the server looks again whether each was written. */
"use strict";

document.addEventListener("alpine:init", () => {
  window.Alpine.data("copyPad", () => ({
    at: 0,
    error: "",
    done: 0,

    init() {
      this.units = JSON.parse(this.$root.dataset.units);
      this.drawn = this.units.map(() => null);
      this.pad = new window.SignaturePad(this.$refs.canvas, { minWidth: 1.2, maxWidth: 4, velocityFilterWeight: 0.6, throttle: 8, minDistance: 2, penColor: "#1b1916" });
      this.pad.addEventListener("endStroke", () => this.keep());
      this.fit();
      this.watcher = new ResizeObserver(() => this.fit());
      this.watcher.observe(this.$refs.canvas);
      // Before the pad below it, which captures, too.
      this.$root.closest("form").addEventListener("submit", (event) => this.check(event), true);
      this.write();
    },
    destroy() { this.watcher.disconnect(); },

    get unit() { return this.units[this.at]; },
    get before() { return this.units.slice(0, this.at).join(""); },
    get after() { return this.units.slice(this.at + 1).join(""); },
    get place() { return `${this.at + 1} / ${this.units.length}`; },
    get first() { return this.at === 0; },
    get last() { return this.at === this.units.length - 1; },
    get bare() { return !this.drawn[this.at]; },
    get halted() { return this.bare || this.last; },

    fit() {
      const canvas = this.$refs.canvas;
      if (canvas.offsetWidth === this.width && canvas.offsetHeight === this.height) return;
      const ratio = Math.max(window.devicePixelRatio || 1, 1);
      this.width = canvas.offsetWidth;
      this.height = canvas.offsetHeight;
      canvas.width = this.width * ratio;
      canvas.height = this.height * ratio;
      canvas.getContext("2d").scale(ratio, ratio);
      this.show();
    },
    show() {
      this.pad.clear();
      if (this.drawn[this.at]) this.pad.fromData(this.drawn[this.at]);
    },
    keep() {
      this.error = "";
      this.drawn[this.at] = JSON.parse(JSON.stringify(this.pad.toData()));
      this.write();
    },
    write() {
      this.done = this.drawn.filter(Boolean).length;
      this.$refs.copied.value = JSON.stringify(this.drawn.map((one) => one || []));
    },
    clear() {
      this.drawn[this.at] = null;
      this.pad.clear();
      this.write();
    },
    back() { this.go(this.at - 1); },
    next() { this.go(this.at + 1); },
    go(where) {
      this.at = Math.min(Math.max(where, 0), this.units.length - 1);
      this.show();
    },
    check(event) {
      const missing = this.drawn.findIndex((one) => !one);
      if (missing < 0) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.go(missing);
      this.error = this.$root.dataset.missing;
      this.$root.scrollIntoView({ block: "center" });
    },
  }));
});
