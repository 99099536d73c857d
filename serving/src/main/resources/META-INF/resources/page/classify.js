// Classify: which of some labels is the likeliest continuation.

import { post, ServerError } from "./server.js";
import { run, say, status } from "./run.js";
import { model, unescaped } from "./settings.js";

const byId = id => document.getElementById(id);

function cell(tag, text, className) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) {
    element.className = className;
  }
  return element;
}

function row(score, best) {
  const tr = document.createElement("tr");
  tr.classList.toggle("best", best);
  const name = cell("th", (best ? "✓ " : "") + score.label);
  name.scope = "row";
  const percent = (100 * score.probability).toFixed(1) + " %";
  const probability = cell("td", percent);
  const bar = document.createElement("meter");
  bar.value = score.probability;
  bar.setAttribute("aria-hidden", "true");
  probability.append(bar);
  tr.append(name, probability, cell("td", score.logprob.toFixed(2), "number"));
  return tr;
}

export async function classify() {
  const input = byId("input").value;
  const labels = [...new Set(byId("labels").value.split("\n").map(l => l.trim()).filter(l => l))];
  if (input.trim() === "" || labels.length < 2) {
    status(input.trim() === "" ? "Write a text first." : "Give at least two labels, one a line.");
    byId(input.trim() === "" ? "input" : "labels").focus();
    return;
  }
  await run(async signal => {
    status("Scoring …");
    let answer;
    try {
      const template = unescaped(byId("template").value);
      const normalize = byId("per-byte").checked ? "bytes" : "none";
      answer = await post("v1/classify", { model: model(), input, labels, template, normalize }, signal);
    } catch (e) {
      if (e instanceof ServerError && e.status === 404 && e.code !== "model_not_found") {
        throw new ServerError(404, "This server can not classify: it has no /v1/classify.", e.code);
      }
      throw e;
    }
    const result = answer.data[0];
    const scores = [...result.scores].sort((a, b) => b.probability - a.probability);
    byId("scores").tBodies[0].replaceChildren(...scores.map(s => row(s, s.label === result.label)));
    byId("scores").hidden = false;
    byId("scores-empty").hidden = true;
    const chosen = scores.find(s => s.label === result.label) ?? scores[0];
    const words = "Likeliest: " + chosen.label + ", " + (100 * chosen.probability).toFixed(1) + " %.";
    status(words);
    say(words);
  });
}
