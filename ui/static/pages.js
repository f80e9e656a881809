// What a page around the chat sends: something to be taken away, files and addresses to be read, a password.
"use strict";

const json = { "Content-Type": "application/json" };

// A reply's problem as a sentence; "" where all went well.
async function problemOf(reply) {
  if (reply.ok) return "";
  return (await reply.json().catch(() => ({}))).detail ?? reply.statusText;
}

// A button that takes its line away for good.
addEventListener("click", async (event) => {
  const button = event.target.closest("[data-address]");
  if (!button || !confirm(button.dataset.sure)) return;
  const line = button.closest("li");
  const reply = await fetch(button.dataset.address, { method: button.dataset.method, headers: json });
  const problem = await problemOf(reply);
  if (problem) return line.append(element("p", problem, "problem"));
  const next = (line.nextElementSibling ?? line.previousElementSibling)?.querySelector("a");
  line.remove();
  (next ?? document.querySelector("input")).focus();
});

// A source opens beside the conversation; where it lies below that, it is brought into view.
addEventListener("click", (event) => {
  if (!event.target.closest('a[target="source"]')) return;
  parent.document.body.classList.add("sourced");
  parent.document.getElementById("source")?.scrollIntoView();
});

// Adding: files one by one, so that the reader sees how far it is, and what became of each page.
const adding = document.querySelector(".adding");

if (adding) {
  const [drop, chooser, address] = [".drop", "[type=file]", ".address"].map((part) => adding.querySelector(part));
  const [doing, bar, report] = [".doing", "progress", ".report"].map((part) => adding.querySelector(part));

  const add = async (sources) => {
    bar.hidden = false;
    bar.max = sources.length;
    for (const [done, { name, send }] of sources.entries()) {
      bar.value = done;
      doing.textContent = adding.dataset.reading
        .replace("{name}", name)
        .replace("{done}", done + 1)
        .replace("{total}", sources.length);
      const reply = await send().catch(() => null);
      const problem = reply ? await problemOf(reply) : adding.dataset.silent;
      if (problem) report.append(page({ source: name, state: "rejected", reason: problem, articles: [], dropped: [] }));
      else report.append(...(await reply.json()).pages.map(page));
    }
    bar.hidden = true;
    doing.textContent = adding.dataset.done;
    await listAnew();
  };

  const files = (chosen) =>
    add(
      [...chosen].map((file) => ({
        name: file.name,
        send: () => {
          const body = new FormData();
          body.append("files", file);
          return fetch("/api/ingest/files", { method: "POST", body });
        },
      })),
    );

  const rules = JSON.parse(adding.dataset.rules);

  // What is told of one page, as the report of an ingest has it.
  const page = ({ source, state, reason, remedy, articles, dropped }) => {
    const item = element("li", "", state === "rejected" ? "problem" : "");
    const plain = (words) => words.replaceAll(/upload:[0-9a-f]+\//g, "");
    const titles = articles.map((article) => article.title).filter(Boolean);
    item.append(element("p", `${titles.join(", ") || plain(source)}: ${adding.dataset[state]}`));
    if (reason) item.append(element("p", plain([reason, remedy].filter(Boolean).join(" "))));
    const kept = articles.flatMap((article) => article.paragraphs).map((words) => element("li", words));
    const gone = dropped.map(({ text, rule }) => {
      const line = element("li", "");
      line.append(element("span", rules[rule] ?? rule, "rule"), text);
      return line;
    });
    for (const [name, lines] of [["kept", kept], ["dropped", gone]]) {
      if (!lines.length) continue;
      const folded = document.createElement("details");
      const list = document.createElement("ul");
      list.tabIndex = 0;
      list.append(...lines);
      folded.append(element("summary", adding.dataset[name].replace("{count}", lines.length)), list);
      item.append(folded);
    }
    return item;
  };

  const listAnew = async () => {
    const anew = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    for (const part of [".count", ".listed, .empty", ".turning"]) {
      const [old, now] = [document.querySelector(part), anew.querySelector(part)];
      if (old && now) old.replaceWith(now);
    }
  };

  chooser.addEventListener("change", async () => {
    await files(chooser.files);
    chooser.value = "";
  });
  address.addEventListener("submit", async (event) => {
    event.preventDefault();
    const url = address.querySelector("input").value;
    const body = JSON.stringify({ urls: [url], pages: true });
    await add([{ name: url, send: () => fetch("/api/ingest", { method: "POST", headers: json, body }) }]);
    address.reset();
  });
  for (const event of ["dragenter", "dragover"]) {
    drop.addEventListener(event, (dragged) => {
      dragged.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const event of ["dragleave", "drop"]) drop.addEventListener(event, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (dropped) => {
    dropped.preventDefault();
    files(dropped.dataTransfer.files);
  });
}

// Logging in leads on to where the reader wanted to go, on this server.
document.querySelector(".login")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const body = JSON.stringify({ name: form.elements.name.value, secret: form.elements.secret.value });
  const reply = await fetch("/login", { method: "POST", headers: json, body }).catch(() => null);
  const problem = reply ? await problemOf(reply) : form.dataset.silent;
  form.querySelector(".problem").textContent = problem;
  const to = new URL(form.dataset.to, location.origin);
  if (!problem) location.assign(to.origin === location.origin ? to.href : "/");
});

function element(name, text, style = "") {
  return Object.assign(document.createElement(name), { textContent: text, className: style });
}
