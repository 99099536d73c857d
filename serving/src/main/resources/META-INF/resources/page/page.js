// The playground: tabs, keys, theme, model card; what each tab does lies in a file of its own.

import { get, key, keepKey } from "./server.js";
import { alertOf, running, status, stop } from "./run.js";
import { complete, scorePrompt, shown as completed } from "./complete.js";
import { fresh, send, shown as answered } from "./chat.js";
import { classify } from "./classify.js";
import { canScore, offered } from "./patches.js";

const byId = id => document.getElementById(id);
const TABS = ["complete", "chat", "classify"];
const RUN = { complete, chat: send, classify };
let active = "complete";

function select(name, focus) {
  active = name;
  for (const tab of TABS) {
    const button = byId("tab-" + tab);
    button.setAttribute("aria-selected", String(tab === name));
    button.tabIndex = tab === name ? 0 : -1;
    byId(tab).hidden = tab !== name;
  }
  byId("measures").hidden = name === "classify";
  byId("settings").hidden = name === "classify";
  byId("copy").disabled = (name === "chat" ? answered() : completed()) === "";
  // nobody asks for patches in a chat: its prompt is not shown
  byId("patches-label").hidden = name === "chat" || !canScore();
  byId("patch-legend").hidden = byId("patches-label").hidden;
  if (focus) {
    byId("tab-" + name).focus();
  }
}

function tabs() {
  for (const tab of TABS) {
    byId("tab-" + tab).addEventListener("click", () => select(tab, false));
  }
  document.querySelector('[role="tablist"]').addEventListener("keydown", e => {
    const at = TABS.indexOf(active);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: TABS.length - 1 }[e.key];
    if (to !== undefined) {
      e.preventDefault();
      select(TABS[(to + TABS.length) % TABS.length], true);
    }
  });
}

function runs() {
  for (const tab of TABS) {
    byId(tab + "-form").addEventListener("submit", e => {
      e.preventDefault();
      RUN[tab]();
    });
  }
  byId("settings").addEventListener("submit", e => e.preventDefault());
  byId("score").addEventListener("click", scorePrompt);
  byId("fresh").addEventListener("click", fresh);
  document.querySelectorAll("button.stop").forEach(b => b.addEventListener("click", stop));
  document.addEventListener("keydown", e => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      RUN[active]();
    } else if (e.key === "Escape" && running()) {
      e.preventDefault();
      stop();
    }
  });
}

function views() {
  for (const [box, style] of [["colours", "plain"], ["patches", "unpatched"]]) {
    byId(box).addEventListener("change", e => document.body.classList.toggle(style, !e.target.checked));
  }
  byId("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(active === "chat" ? answered() : completed());
      status("Copied.");
    } catch {
      status("The browser does not allow copying here; select the text instead.");
    }
  });
}

const THEMES = ["system", "light", "dark"];

function theme() {
  let now = localStorage.getItem("stlm.theme") ?? "system";
  const apply = () => {
    if (now === "system") {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = now;
    }
    byId("theme").textContent = "Theme: " + now;
    localStorage.setItem("stlm.theme", now);
  };
  byId("theme").addEventListener("click", () => {
    now = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
    apply();
  });
  apply();
}

function count(n) {
  return n >= 1e6 ? (n / 1e6).toFixed(n >= 1e7 ? 1 : 2) + " million" : n.toLocaleString("en");
}

/** What is known of a model, as name and value; unknown things are left out. */
function facts(model) {
  return [
    ["Name", model.id],
    ["Architecture", model.architecture],
    ["Parameters", model.parameters && count(model.parameters)],
    ["Context", model.context_length && model.context_length.toLocaleString("en") + (model.vocabulary <= 300 ? " bytes" : " tokens")],
    ["Loaded", model.created && new Date(1000 * model.created).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })],
    ["SHA-256", model.sha256],
  ].filter(([, value]) => value);
}

function card(model) {
  byId("card-empty").hidden = true;
  byId("served").textContent = model.id;
  document.title = model.id + " – stlm playground";
  byId("card").replaceChildren(...facts(model).map(([name, value]) => {
    const group = document.createElement("div");
    const dt = document.createElement("dt");
    dt.textContent = name;
    const dd = document.createElement("dd");
    if (name === "SHA-256") {
      const code = document.createElement("code");
      code.textContent = value;
      dd.append(code);
    } else {
      dd.textContent = value;
    }
    group.append(dt, dd);
    return group;
  }));
}

async function models() {
  try {
    const { data } = await get("v1/models");
    const chosen = byId("model").value;
    byId("model").replaceChildren(...data.map(m => new Option(m.id, m.id, false, m.id === chosen)));
    byId("choice").hidden = data.length < 2;
    card(data.find(m => m.id === byId("model").value) ?? data[0]);
    byId("model").onchange = () => card(data.find(m => m.id === byId("model").value));
    alertOf(null);
  } catch (e) {
    alertOf(e);
  }
}

function access() {
  byId("key").value = key();
  byId("key").addEventListener("change", e => {
    keepKey(e.target.value.trim());
    models();
  });
}

/** The document of the API says whether this server can score. */
async function abilities() {
  try {
    const { paths } = await get("q/openapi?format=json");
    offered("/v1/score" in paths);
  } catch {
    // it is asked again when it is used
  }
}

tabs();
runs();
views();
theme();
access();
await Promise.all([models(), abilities()]);
select(active, false);
document.body.dataset.ready = "true";
