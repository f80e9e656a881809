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

for (const event of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  addEventListener(event, () => (following = false), { passive: true, capture: true });
}

// Brings the source into view where it lies below the conversation, and back.
addEventListener("click", (event) => {
  const link = event.target.closest?.('a[target="source"], a.back');
  if (!link) return;
  const back = link.classList.contains("back");
  if (back) event.preventDefault();
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const answer = ["current", "review-card"].map((id) => document.getElementById(id)).find((part) => part.offsetParent);
  (back ? answer : document.getElementById("source")).scrollIntoView({ behavior, block: "start" });
});

// Thumbs. What was said of an answer is kept by what is sent for it, since a new question draws the old answers again.
const judged = new Map();

function show(bar) {
  const { verdict, note = "", saved = "" } = judged.get(bar.dataset.sent) ?? {};
  for (const thumb of bar.querySelectorAll(".thumb")) {
    thumb.setAttribute("aria-pressed", String(thumb.dataset.verdict === verdict));
  }
  bar.querySelector("form").hidden = !verdict;
  if (note && !bar.querySelector("input").value) bar.querySelector("input").value = note;
  const said = bar.querySelector(".saved");
  if (said.textContent !== saved) said.textContent = saved;
}

async function judge(bar, verdict) {
  const note = bar.querySelector("input").value;
  const reply = await fetch("/api/feedback", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...JSON.parse(bar.dataset.sent), verdict, note }),
  }).catch(() => null);
  const problem = reply ? (reply.ok ? null : (await reply.json()).detail) : "The server does not answer.";
  judged.set(bar.dataset.sent, { verdict, note, saved: problem ?? (note ? "Saved with your note." : "Saved.") });
  for (const each of document.querySelectorAll(".feedback")) show(each);
}

addEventListener("click", (event) => {
  const thumb = event.target.closest?.(".thumb");
  if (thumb) judge(thumb.closest(".feedback"), thumb.dataset.verdict);
});

addEventListener("submit", (event) => {
  const bar = event.target.closest(".feedback");
  if (!bar) return;
  event.preventDefault();
  judge(bar, bar.querySelector('[aria-pressed="true"]').dataset.verdict);
});

// A review shows its next question from the top.
let reviewed = "";
function turnOver(card) {
  const asked = card.querySelector("h3")?.textContent ?? "";
  if (reviewed && asked !== reviewed) card.scrollIntoView({ block: "start" });
  reviewed = asked;
}

document.body.append(announcer);
new MutationObserver((_, waiting) => {
  const [past, current] = ["past", "current"].map((id) => document.getElementById(id));
  if (!past || !current) return;
  waiting.disconnect();
  const drawn = { childList: true, subtree: true };
  new MutationObserver(() => follow(current)).observe(current, drawn);
  new MutationObserver(() => past.querySelectorAll(".feedback").forEach(show)).observe(past, drawn);
}).observe(document.body, { childList: true, subtree: true });
new MutationObserver(() => {
  const card = document.getElementById("review-card");
  if (card) turnOver(card);
}).observe(document.body, { childList: true, subtree: true });
