// The calling screen and a ticket renew themselves without a reload; the screen sounds a chime at a new call and says it
// aloud once somebody has switched the sound on. A screen without a voice installed still has the chime.
"use strict";

const EVERY = 5000;
const said = new Set([...document.querySelectorAll("[data-call]")].map((row) => row.dataset.call));
let sound = null;

function chime() {
  [660, 528].forEach((pitch, place) => {
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    const start = sound.currentTime + place * 0.4;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.4, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.8);
    tone.connect(volume).connect(sound.destination);
    tone.start(start);
    tone.stop(start + 0.8);
  });
}

function say(text) {
  if (!("speechSynthesis" in window)) return;
  const words = new SpeechSynthesisUtterance(text);
  words.lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
  words.rate = 0.9;
  window.setTimeout(() => window.speechSynthesis.speak(words), 900); // after the chime
}

function announce() {
  // The latest call stands first; they are said in the order they were made.
  for (const row of [...document.querySelectorAll("[data-call]")].reverse()) {
    if (said.has(row.dataset.call)) continue;
    said.add(row.dataset.call);
    if (!sound) continue;
    chime();
    say(row.dataset.say);
  }
}

function offerSound() {
  const button = document.querySelector("[data-sound]");
  if (!button) return;
  button.hidden = Boolean(sound);
  button.addEventListener("click", () => {
    sound = new AudioContext();
    button.hidden = true;
    chime();
    const latest = document.querySelector("[data-say]");
    if (latest) say(latest.dataset.say);
  });
}

async function renew() {
  try {
    const answer = await fetch(window.location.href, { cache: "no-store" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#live");
    if (!fresh) return;
    document.querySelector("#live").replaceWith(fresh);
    offerSound();
    announce();
  } catch {
    // The next round tries again; what stands on the screen stays.
  }
}

offerSound();
window.setInterval(renew, EVERY);
