// Where the patches of a text start, as /v1/score says it.

import { post, ServerError } from "./server.js";

let available = true;

/** Whether the server can score texts, as far as is known. */
export function canScore() {
  return available;
}

/** Says whether the server has the endpoint. */
export function offered(yes) {
  available = yes;
  document.getElementById("score").hidden = !yes;
}

/** Scores a text; null if this server has no such endpoint. */
export async function score(model, text, signal) {
  if (!available || text === "") {
    return null;
  }
  try {
    const answer = await post("v1/score", { model, text }, signal);
    return answer.data[0];
  } catch (e) {
    if (e instanceof ServerError && (e.status === 404 || e.status === 405) && e.code !== "model_not_found") {
      offered(false);
      return null;
    }
    throw e;
  }
}

/** Draws the patches of a text into its view; whoever has no patches or can not score gets none. */
export async function draw(view, model, text, offset) {
  try {
    const scored = await score(model, text);
    view.mark(scored?.patch_starts ?? [], offset);
  } catch (e) {
    if (!(e instanceof ServerError)) {
      throw e;
    }
    // the text stands without them
  }
}
