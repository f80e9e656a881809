// What the page does by itself; questions and answers go through Gradio.
"use strict";

const texts = JSON.parse(document.getElementById("citera-texts").textContent);
const announcer = Object.assign(document.createElement("div"), { className: "sr-only", role: "status" });
const smooth = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

// The address of the page holds its state: the conversation, and the filters of the next question.
function remember(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) value ? query.set(name, value) : query.delete(name);
  const address = query.size ? `?${query}` : location.pathname;
  if (address !== location.search) history.replaceState(null, "", address);
}

// Keeps a new question at the top until the reader scrolls, and says aloud what happens: the steps and the end of an
// answer, not the whole text again at every step.
let asked = "";
let following = false;

function follow(current) {
  const said = current.querySelector("[data-announce]")?.dataset.announce ?? "";
  if (announcer.textContent !== said) announcer.textContent = said;
  const question = current.querySelector(".question")?.textContent ?? "";
  if (question !== asked) following = true;
  asked = question;
  if (question && following) current.scrollIntoView({ block: "start" });
  const conversation = current.querySelector(".turn")?.dataset.conversation;
  if (conversation) remember({ c: conversation });
}

for (const event of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  addEventListener(event, () => (following = false), { passive: true, capture: true });
}

// Filters: the form follows the address, the chips follow the form.
function fill(form) {
  const query = new URLSearchParams(location.search);
  for (const field of form.elements) if (field.name) field.value = query.get(field.name) ?? "";
  chips(form);
}

function shown(field) {
  const days = new Intl.DateTimeFormat(texts.code === "en" ? "en-GB" : texts.code, { dateStyle: "long", timeZone: "UTC" });
  return field.type === "date" ? days.format(field.valueAsDate) : field.value;
}

function chips(form) {
  const list = form.querySelector(".chips");
  list.replaceChildren(
    ...[...form.elements]
      .filter((field) => field.name && field.value)
      .map((field) => {
        const name = `${field.labels[0].firstChild.textContent}: ${shown(field)}`;
        const chip = Object.assign(document.createElement("button"), { type: "button", textContent: `${name} ×` });
        chip.setAttribute("aria-label", `${texts.remove_filter}: ${name}`);
        chip.addEventListener("click", () => {
          field.value = "";
          narrow(form);
          form.querySelector("summary").focus();
        });
        const item = document.createElement("li");
        item.append(chip);
        return item;
      }),
  );
  list.hidden = !list.children.length;
}

function narrow(form) {
  const fields = [...form.elements].filter((field) => field.name);
  remember(Object.fromEntries(fields.map((field) => [field.name, field.value.trim()])));
  chips(form);
}

addEventListener("change", (event) => {
  const form = event.target.closest?.(".filters");
  if (form) narrow(form);
});

addEventListener("reset", (event) => {
  if (event.target.matches(".filters")) setTimeout(() => narrow(event.target));
});

// How the page looks is the browser's to remember, in cookies, so that the server draws the other pages the same way.
function look(form) {
  form.elements["citera-theme"].value = document.documentElement.dataset.theme;
}

function dim() {
  const { theme } = document.documentElement.dataset;
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  if (document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
}

addEventListener("change", (event) => {
  if (!event.target.closest?.(".looks")) return;
  const { name, value } = event.target;
  document.cookie = `${name}=${value}; path=/; max-age=${value ? 31536000 : 0}; samesite=lax`;
  if (name === "citera-language") return location.reload();
  document.documentElement.dataset.theme = value;
  dim();
  for (const frame of document.querySelectorAll("iframe")) {
    if (value) frame.contentDocument.documentElement.dataset.theme = value;
    else delete frame.contentDocument.documentElement.dataset.theme;
  }
});

addEventListener("click", async (event) => {
  if (!event.target.closest?.(".log-out")) return;
  await fetch("/logout", { method: "POST", headers: { "Content-Type": "application/json" } });
  location.assign("/");
});

// A session ends when the server starts anew, or after a month: requests are refused then, and frames lead to the login page.
function expire() {
  if (document.querySelector(".trouble a")) return;
  const link = Object.assign(document.createElement("a"), { textContent: texts.log_in });
  link.href = `/login?to=${encodeURIComponent(location.pathname + location.search)}`;
  say(`${texts.expired} `).append(link);
  link.focus();
}

// What stops a question on its way. Gradio's own messages are not shown: they are in English, and say less.
function say(problem) {
  document.querySelector(".trouble")?.remove();
  const notice = Object.assign(document.createElement("p"), { className: "trouble", role: "alert", textContent: problem });
  document.body.append(notice);
  return notice;
}

const plainFetch = window.fetch;
window.fetch = async (...request) => {
  const asks = String(request[0]?.url ?? request[0]).includes("/queue/join");
  try {
    const reply = await plainFetch(...request);
    if (reply.status === 401) expire();
    else if (asks && !reply.ok) say((await reply.clone().json()).detail ?? texts.no_reply);
    else if (asks) document.querySelector(".trouble")?.remove();
    return reply;
  } catch (error) {
    if (asks) say(texts.no_reply);
    throw error;
  }
};

document.addEventListener(
  "load",
  (event) => {
    if (event.target.tagName !== "IFRAME") return;
    const { pathname } = event.target.contentWindow.location;
    if (pathname === "/login") expire();
    if (event.target.name === "source" && pathname !== "/source") document.body.classList.add("sourced");
  },
  true,
);

// Brings the source into view where it lies below the conversation, and back.
addEventListener("click", (event) => {
  const link = event.target.closest?.('a[target="source"], a.back');
  if (!link) return;
  const back = link.classList.contains("back");
  if (back) event.preventDefault();
  else document.body.classList.add("sourced");
  const answer = ["current", "review-card"].map((id) => document.getElementById(id)).find((part) => part?.offsetParent);
  (back ? (answer ?? document.getElementById("talk")) : document.getElementById("source")).scrollIntoView({
    behavior: smooth(),
    block: "start",
  });
});

// A tab that shows a page of its own reads it anew.
addEventListener("click", (event) => {
  const tab = event.target.closest?.('[role="tab"]');
  const panel = tab && document.getElementById(tab.getAttribute("aria-controls"));
  panel?.querySelector("iframe.tab")?.contentWindow.location.reload();
});

addEventListener("click", (event) => {
  if (event.target.closest?.("#again")) remember({ c: "" });
});

// What a chip shows while it is pointed at is hidden by Escape, and once its article is open.
const tips = (shown) => document.body.classList.toggle("no-tips", !shown);
addEventListener("keydown", (event) => tips(event.key !== "Escape"));
addEventListener("click", (event) => tips(!event.target.closest?.(".marker")));
addEventListener("pointerover", (event) => event.target.closest?.(".marker") ?? tips(true));

// Copying, where the browser lets a page write to the clipboard (over http, only one of this machine).
addEventListener("click", async (event) => {
  const button = event.target.closest?.(".copy");
  if (!button) return;
  const text = JSON.parse(button.dataset.copied);
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else {
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  button.closest(".feedback").querySelector(".saved").textContent = texts.copied;
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
  const problem = reply ? (reply.ok ? null : (await reply.json()).detail) : texts.no_reply;
  judged.set(bar.dataset.sent, { verdict, note, saved: problem ?? (note ? texts.saved_note : texts.saved) });
  for (const each of document.querySelectorAll(".feedback")) show(each);
}

addEventListener("click", (event) => {
  const thumb = event.target.closest?.(".thumb");
  if (thumb) judge(thumb.closest(".feedback"), thumb.dataset.verdict);
});

addEventListener("submit", (event) => {
  const bar = event.target.closest(".feedback");
  if (bar || event.target.closest(".filters")) event.preventDefault();
  if (bar) judge(bar, bar.querySelector('[aria-pressed="true"]').dataset.verdict);
});

// A review shows its next question from the top.
let reviewed = "";
function turnOver(card) {
  const question = card.querySelector("h3")?.textContent ?? "";
  if (reviewed && question !== reviewed) card.scrollIntoView({ block: "start" });
  reviewed = question;
}

// Gradio draws the parts of the page when it likes: a form is seen to once it is there, a text whenever it is drawn anew.
const drawn = new WeakMap();
const forms = { "#masthead .looks": look, "#filters .filters": fill };
const parts = {
  "#current": follow,
  "#past": (past) => past.querySelectorAll(".feedback").forEach(show),
  "#review-card": turnOver,
};

document.body.append(announcer);
dim();
new MutationObserver(() => {
  dim();
  for (const [place, see] of Object.entries({ ...forms, ...parts })) {
    const part = document.querySelector(place);
    const content = () => (place in forms ? "" : part.innerHTML);
    if (!part || drawn.get(part) === content()) continue;
    see(part);
    drawn.set(part, content());
  }
}).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
