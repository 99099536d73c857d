// Complete: a prompt goes on.

import { stream } from "./server.js";
import { ByteView, bytesOf } from "./bytes.js";
import { Figures, ending, run, say, status } from "./run.js";
import { draw, score } from "./patches.js";
import { model, sampling, valid } from "./settings.js";

const byId = id => document.getElementById(id);
const view = new ByteView(byId("output"), byId("readout"));

export function shown() {
  return view.text(true);
}

function begin() {
  view.clear();
  byId("output-empty").hidden = true;
}

/** Adds the tokens of an event; without log-probabilities its text. */
function add(choice, given) {
  const scores = choice.logprobs;
  if (scores?.tokens?.length) {
    scores.tokens.forEach((t, i) => view.add(bytesOf(t), scores.token_logprobs[i], given));
  } else if (choice.text) {
    view.add(bytesOf(choice.text), null, given);
  }
}

export async function complete() {
  if (!valid()) {
    return;
  }
  const prompt = byId("prompt").value;
  const echo = byId("echo").checked && prompt !== "";
  const settings = sampling();
  await run(async signal => {
    begin();
    status("Generating …");
    const figures = new Figures(view);
    let text = "";
    let reason = null;
    // the first event of an echo is the prompt
    let given = echo;
    byId("output").classList.add("busy");
    try {
      for await (const event of stream("v1/completions", { ...settings, prompt, echo, logprobs: 0 }, signal)) {
        const choice = event.choices[0];
        if (!choice) {
          continue;
        }
        add(choice, given);
        if (!given && choice.text) {
          text += choice.text;
          figures.grew();
        }
        given = false;
        reason = choice.finish_reason ?? reason;
      }
      status(ending(reason, settings.seed));
      say(text + "\n" + ending(reason, settings.seed));
    } finally {
      byId("output").classList.remove("busy");
      view.finish();
      if (reason === "stop") {
        view.trim(text);
      }
      figures.show();
      byId("output-empty").hidden = view.cells.length > 0;
      byId("copy").disabled = view.cells.length === 0;
    }
  });
  if (view.cells.length) {
    const offset = echo ? 0 : new TextEncoder().encode(prompt).length;
    await draw(view, settings.model, prompt + view.text(false), offset);
  }
}

/** Shows how much the prompt itself surprises the model. */
export async function scorePrompt() {
  const prompt = byId("prompt").value;
  if (prompt === "") {
    status("There is no prompt to score.");
    return;
  }
  await run(async signal => {
    status("Scoring …");
    const scored = await score(model(), prompt, signal);
    if (!scored) {
      status("This server can not score texts.");
      return;
    }
    begin();
    scored.tokens.forEach((t, i) => view.add(bytesOf(t), scored.logprobs[i], false));
    view.finish();
    view.mark(scored.patch_starts ?? [], 0);
    new Figures(view);
    const mean = view.scored ? (view.bits / view.scored).toFixed(2) : "–";
    byId("surprise").textContent = mean + " bits/byte";
    byId("copy").disabled = false;
    status("Scored " + view.bytes + " bytes: " + mean + " bits a byte.");
  });
}
