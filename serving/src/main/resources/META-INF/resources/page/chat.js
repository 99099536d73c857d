// Chat: turns, of which the model writes every other.

import { stream } from "./server.js";
import { ByteView, bytesOf } from "./bytes.js";
import { Figures, ending, run, say, status } from "./run.js";
import { sampling, valid } from "./settings.js";

const byId = id => document.getElementById(id);
let turns = [];
let last = "";

export function shown() {
  return last;
}

function turn(role, name) {
  const element = document.createElement("article");
  element.className = "turn " + role;
  const title = document.createElement("h3");
  title.textContent = name;
  element.append(title);
  byId("log").append(element);
  byId("log-empty").hidden = true;
  return element;
}

function toEnd() {
  const log = byId("log");
  log.scrollTop = log.scrollHeight;
}

/** Adds the scored tokens of an event, or its text where there are none. */
function add(view, choice, skip) {
  const tokens = choice.logprobs?.content;
  if (!tokens?.length) {
    if (choice.delta.content) {
      view.add(bytesOf(choice.delta.content), null, false);
    }
    return;
  }
  for (const token of tokens) {
    const bytes = token.bytes ?? bytesOf(token.token);
    // the blank that the prompt's template leaves to the model is no part of the answer
    if (skip && view.bytes === 0 && bytes.length === 1 && bytes[0] === 0x20 && !choice.delta.content?.startsWith(" ")) {
      continue;
    }
    view.add(bytes, token.logprob, false);
  }
}

export async function send() {
  const message = byId("message").value;
  if (!valid()) {
    return;
  }
  if (message.trim() === "") {
    status("Write a message first.");
    byId("message").focus();
    return;
  }
  const settings = sampling();
  const system = byId("system").value.trim();
  await run(async signal => {
    const user = turn("user", "You");
    const words = document.createElement("p");
    words.textContent = message;
    user.append(words);
    const answer = turn("assistant", "Model");
    const place = document.createElement("div");
    place.className = "text busy";
    answer.append(place);
    const view = new ByteView(place, byId("readout"));
    toEnd();
    status("Generating …");
    const figures = new Figures(view);
    const messages = [...(system ? [{ role: "system", content: system }] : []), ...turns, { role: "user", content: message }];
    let text = "";
    let reason = null;
    try {
      for await (const event of stream("v1/chat/completions", { ...settings, messages, logprobs: true }, signal)) {
        const choice = event.choices[0];
        if (!choice) {
          continue;
        }
        add(view, choice, true);
        if (choice.delta.content) {
          text += choice.delta.content;
          figures.grew();
          toEnd();
        }
        reason = choice.finish_reason ?? reason;
      }
      status(ending(reason, settings.seed));
      say(text + "\n" + ending(reason, settings.seed));
    } finally {
      place.classList.remove("busy");
      view.finish();
      if (reason === "stop") {
        view.trim(text);
      }
      figures.show();
      if (text === "") {
        // nothing was said: the message can be sent again
        user.remove();
        answer.remove();
        byId("log-empty").hidden = turns.length > 0;
      } else {
        turns.push({ role: "user", content: message }, { role: "assistant", content: text });
        byId("message").value = "";
        last = text;
        byId("copy").disabled = false;
      }
      toEnd();
    }
  });
}

export function fresh() {
  turns = [];
  last = "";
  byId("log").replaceChildren();
  byId("log-empty").hidden = false;
  status("A new conversation.");
  byId("message").focus();
}
