// Comfort only: the page works without this file.
"use strict";

const announcer = Object.assign(document.createElement("div"), { className: "sr-only", role: "status" });
let asked = "";
let following = false;

// Keeps a new question at the top until the reader scrolls, and says aloud what happens: the steps and the end of an
// answer, not the whole text again at every step.
function follow(current) {
  const said = current.querySelector("[data-announce]")?.dataset.announce ?? "";
  if (announcer.textContent !== said) announcer.textContent = said;
  const question = current.querySelector(".question")?.textContent ?? "";
  if (question !== asked) following = true;
  asked = question;
  if (question && following) current.scrollIntoView({ block: "start" });
}

for (const event of ["wheel", "touchmove", "keydown"]) {
  addEventListener(event, () => (following = false), { passive: true, capture: true });
}

// Brings the source into view where it lies below the conversation, and back.
addEventListener("click", (event) => {
  const link = event.target.closest?.('a[target="source"], a.back');
  if (!link) return;
  const back = link.classList.contains("back");
  if (back) event.preventDefault();
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  document.getElementById(back ? "current" : "source").scrollIntoView({ behavior, block: "start" });
});

document.body.append(announcer);
new MutationObserver((_, waiting) => {
  const current = document.getElementById("current");
  if (!current) return;
  waiting.disconnect();
  new MutationObserver(() => follow(current)).observe(current, { childList: true, subtree: true });
}).observe(document.body, { childList: true, subtree: true });
