// What the page shows of the recording, and its buttons.
"use strict";

const $ = (id) => document.getElementById(id);
const video = $("video");
const player = new Player(video, (text) => notice(text));
const STATES = { recording: "Recording", paused: "Paused", inactive: "Ended", connecting: "Connecting", lost: "Connection lost" };
const meters = new Map();
let state = "connecting";
let offers = {};

function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
}

function say(text, failed = false) {
  $("said").textContent = text;
  $("said").toggleAttribute("data-failed", failed);
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function clock(seconds) {
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function bytes(size) {
  if (size < 1e6) return `${(size / 1e3).toFixed(0)} kB`;
  return size < 1e9 ? `${(size / 1e6).toFixed(1)} MB` : `${(size / 1e9).toFixed(2)} GB`;
}

function show(next) {
  if (state === next) return;
  state = next;
  document.body.dataset.state = state;
  setText($("state-text"), STATES[state] ?? state);
  setText($("pause"), state === "paused" ? "Resume" : "Pause");
  document.title = `${STATES[state]} – mediarec preview`;
  if (state === "inactive") {
    player.end();
    notice("The recording has ended.");
    document.querySelectorAll(".controls button").forEach((button) => (button.disabled = true));
  } else {
    notice(state === "paused" ? "Paused: nothing is recorded." : state === "lost" ? "Connecting again …" : "");
  }
}

function update(status) {
  show(status.state);
  offers = status.preview;
  for (const [id, offered] of [["pause", offers.control], ["stop", offers.control], ["mark", offers.mark],
    ["split", offers.split], ["save-history", offers.saveHistory]]) {
    $(id).hidden = !offered;
  }
  if (status.mediaTime === undefined) return;
  const sum = (name) => status.tracks.reduce((total, track) => total + (track[name] ?? 0), 0);
  setText($("elapsed"), clock(status.mediaTime));
  setText($("size"), bytes(status.size));
  setText($("rate"), `${(sum("bitRate") / 1e6).toFixed(2)} Mbit/s`);
  setText($("dropped"), String(sum("dropped")));
  setText($("viewers"), String(offers.viewers));
  setText($("file"), status.file ? `File: ${status.file}` : "Nothing is written to a file.");
  const behind = player.behind();
  setText($("behind"), Number.isNaN(behind) ? "–" : `${Math.round(behind * 1000)} ms`);
  status.tracks.forEach(showTrack);
}

function showTrack(track, index) {
  let shown = meters.get(index);
  if (!shown) {
    shown = makeTrack(track);
    meters.set(index, shown);
    $("tracks").append(shown.item);
  }
  setText(shown.name, track.label || track.kind);
  const size = track.width ? `${track.width} × ${track.height}, ` : "";
  const muted = track.muted || track.enabled === false ? ", muted" : "";
  setText(shown.facts, `${size}${((track.bitRate ?? 0) / 1e3).toFixed(0)} kbit/s, ${(track.packetRate ?? 0).toFixed(0)} packets/s${muted}`);
  setText(shown.drops, track.dropped ? `${track.dropped} dropped` : "");
  if (shown.level) {
    const level = Math.max(-60, Math.min(0, track.level ?? -60));
    shown.level.setAttribute("aria-valuenow", level.toFixed(0));
    shown.level.setAttribute("aria-valuetext", track.level == null ? "silent" : `${level.toFixed(0)} dBFS`);
    shown.level.firstChild.style.transform = `scaleX(${-level / 60})`;
  }
}

function makeTrack(track) {
  const add = (parent, name) => parent.appendChild(document.createElement(name));
  const item = document.createElement("li");
  const shown = { item, name: add(item, "strong") };
  if (track.kind === "audio") {
    shown.level = add(item, "div");
    shown.level.className = "level";
    add(shown.level, "i");
    for (const [name, value] of [["role", "meter"], ["aria-label", `Level of ${track.label || "the sound"}`],
      ["aria-valuemin", "-60"], ["aria-valuemax", "0"]]) {
      shown.level.setAttribute(name, value);
    }
  }
  shown.facts = add(item, "small");
  item.append(" ");
  shown.drops = add(item, "small");
  shown.drops.className = "dropped";
  return shown;
}

// Does what a button says; the answer is told to screen readers, too.
async function send(command, text, done) {
  try {
    const response = await fetch(command + location.search, { method: "POST", body: text });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error.message);
    say(done(answer));
    return true;
  } catch (error) {
    say(`Failed: ${error.message}`, true);
    return false;
  }
}

async function snapshot() {
  try {
    const response = await fetch("snapshot.jpg" + location.search);
    if (!response.ok) throw new Error((await response.json()).error.message);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = `mediarec-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.jpg`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    say(`Snapshot: ${link.download}`);
  } catch (error) {
    say(`Failed: ${error.message}`, true);
  }
}

const ACTIONS = {
  pause: () => (state === "paused" ? send("resume", "", () => "Recording again.") : send("pause", "", () => "Paused.")),
  mark: () => { $("mark-text").value = ""; $("mark-dialog").showModal(); },
  split: () => send("split", "", () => "A new segment has begun."),
  "save-history": () => send("save-history", "", (answer) => `The history is saved${answer.file ? ` to ${answer.file}` : ""}.`),
  snapshot,
  stop: () => $("stop-dialog").showModal(),
};
for (const [id, action] of Object.entries(ACTIONS)) $(id).addEventListener("click", action);

$("stop-no").addEventListener("click", () => $("stop-dialog").close());
$("stop-yes").addEventListener("click", () => { $("stop-dialog").close(); send("stop", "", () => "Stopped."); });
$("mark-no").addEventListener("click", () => $("mark-dialog").close());
const mark = () => {
  $("mark-dialog").close();
  send("mark", $("mark-text").value || "mark", (answer) => `Marked at ${clock(answer.mediaTime)}.`);
};
$("mark-yes").addEventListener("click", mark);
$("mark-text").addEventListener("keydown", (event) => { if (event.key === "Enter") mark(); });

$("sound").addEventListener("click", () => {
  video.muted = !video.muted;
  setText($("sound"), video.muted ? "Unmute" : "Mute");
});
$("full").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.querySelector(".stage").requestFullscreen?.();
});

const KEYS = { p: "pause", m: "mark", n: "split", h: "save-history", s: "snapshot" };
document.addEventListener("keydown", (event) => {
  const id = KEYS[event.key.toLowerCase()];
  const isTyping = event.target.closest?.("input, dialog") || event.ctrlKey || event.metaKey || event.altKey;
  if (id && !isTyping && !$(id).hidden && !$(id).disabled) {
    event.preventDefault();
    $(id).click();
  }
});

const events = new EventSource("events" + location.search);
events.addEventListener("message", (event) => {
  update(JSON.parse(event.data));
  if (state === "inactive") events.close();
});
events.addEventListener("error", () => { if (state !== "inactive") show("lost"); });
player.run();
