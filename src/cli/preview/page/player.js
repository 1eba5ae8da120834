// Plays /stream.webm by MediaSource, near its live edge, and connects again when it ends early.
"use strict";

class Player {
  // Seconds behind the newest picture: more is sped up, much more is skipped.
  static TARGET = 0.15;
  static HURRY = 0.22;
  static SKIP = 1;
  static KEPT = 20;

  constructor(video, onNotice) {
    this.video = video;
    this.onNotice = onNotice;
    this.ended = false;
    this.queue = [];
    this.buffer = null;
    setInterval(() => this.follow(), 100);
  }

  // Plays until end() is called.
  async run() {
    for (let wait = 250; !this.ended; wait = Math.min(wait * 2, 4000)) {
      const begun = Date.now();
      try {
        await this.connect();
      } catch (error) {
        if (error.name === "NotSupportedError") {
          this.onNotice(error.message);
          return;
        }
      }
      if (Date.now() - begun > 5000) wait = 250;
      if (!this.ended) await new Promise((done) => setTimeout(done, wait));
    }
  }

  end() {
    this.ended = true;
  }

  async connect() {
    const response = await fetch("stream.webm" + location.search, { cache: "no-store" });
    if (!response.ok) throw new Error(response.statusText);
    const type = response.headers.get("content-type");
    if (!window.MediaSource || !MediaSource.isTypeSupported(type)) {
      await response.body.cancel();
      throw new DOMException(`This browser cannot play ${type} live.`, "NotSupportedError");
    }
    const source = new MediaSource();
    const url = URL.createObjectURL(source);
    this.video.src = url;
    await new Promise((done) => source.addEventListener("sourceopen", done, { once: true }));
    URL.revokeObjectURL(url);
    this.queue = [];
    this.buffer = source.addSourceBuffer(type);
    this.buffer.addEventListener("updateend", () => this.append());
    this.onNotice("");
    const reader = response.body.getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done || source.readyState !== "open") break;
        this.queue.push(value);
        this.append();
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  append() {
    if (!this.buffer || this.buffer.updating || !this.queue.length) return;
    const size = this.queue.reduce((sum, piece) => sum + piece.length, 0);
    const all = new Uint8Array(size);
    let at = 0;
    for (const piece of this.queue.splice(0)) {
      all.set(piece, at);
      at += piece.length;
    }
    try {
      this.buffer.appendBuffer(all);
    } catch (error) {
      // Full: what was shown is not needed, and what is missing comes with the next key frame.
      if (error.name === "QuotaExceededError") this.trim(1);
    }
  }

  trim(kept) {
    const { buffered } = this.video;
    const end = this.video.currentTime - kept;
    if (buffered.length && end > buffered.start(0) && !this.buffer.updating) {
      this.buffer.remove(buffered.start(0), end);
    }
  }

  // How far the picture is behind the newest one, in seconds; NaN without one.
  behind() {
    const { buffered } = this.video;
    return buffered.length ? buffered.end(buffered.length - 1) - this.video.currentTime : NaN;
  }

  // Stays near the live edge.
  follow() {
    const { video } = this;
    const behind = this.behind();
    if (Number.isNaN(behind) || document.hidden) return;
    const last = video.buffered.length - 1;
    const start = video.buffered.start(last);
    if (behind > Player.SKIP || video.currentTime < start) {
      video.currentTime = Math.max(start, video.buffered.end(last) - Player.TARGET);
    }
    video.playbackRate = behind > Player.HURRY ? 1.1 : 1;
    if (video.paused) video.play().catch(() => {});
    if (video.currentTime - video.buffered.start(0) > 2 * Player.KEPT) this.trim(Player.KEPT);
  }
}
