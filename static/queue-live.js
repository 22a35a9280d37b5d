// The calling screen and a ticket renew themselves without a reload; the screen says new calls aloud once somebody
// has switched the sound on.
"use strict";

const EVERY = 5000;
const said = new Set([...document.querySelectorAll("[data-call]")].map((row) => row.dataset.call));
let sound = false;

function say(text) {
  const words = new SpeechSynthesisUtterance(text);
  words.lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
  words.rate = 0.9;
  window.speechSynthesis.speak(words);
}

function announce() {
  // The latest call stands first; they are said in the order they were made.
  for (const row of [...document.querySelectorAll("[data-call]")].reverse()) {
    if (said.has(row.dataset.call)) continue;
    said.add(row.dataset.call);
    if (sound) say(row.dataset.say);
  }
}

function offerSound() {
  const button = document.querySelector("[data-sound]");
  if (!button || !("speechSynthesis" in window)) return;
  button.hidden = sound;
  button.addEventListener("click", () => {
    sound = true;
    button.hidden = true;
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
