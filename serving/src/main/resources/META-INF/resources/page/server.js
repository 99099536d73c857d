// The server: requests, streams of events, and errors that can be shown.

/** An answer that is an error, with words for a person. */
export class ServerError extends Error {
  constructor(status, message, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const KEY = "stlm.key";

export function key() {
  return sessionStorage.getItem(KEY) ?? "";
}

export function keepKey(value) {
  if (value) {
    sessionStorage.setItem(KEY, value);
  } else {
    sessionStorage.removeItem(KEY);
  }
}

async function ask(path, options) {
  const headers = { ...options.headers };
  if (key()) {
    headers.Authorization = "Bearer " + key();
  }
  let answer;
  try {
    answer = await fetch(path, { ...options, headers, credentials: "omit", cache: "no-store" });
  } catch (e) {
    if (e.name === "AbortError") {
      throw e;
    }
    throw new ServerError(0, "The server can not be reached. Is it still running?", "unreachable");
  }
  if (!answer.ok) {
    throw await refusal(answer);
  }
  return answer;
}

async function refusal(answer) {
  let error = null;
  try {
    error = (await answer.json()).error;
  } catch {
    // not JSON: the status has to do
  }
  let message = error?.message ?? "The server answered with status " + answer.status + ".";
  const wait = answer.headers.get("Retry-After");
  if (wait) {
    message += " Try again in " + wait + (wait === "1" ? " second." : " seconds.");
  }
  return new ServerError(answer.status, message, error?.code);
}

export async function get(path) {
  return (await ask(path, { method: "GET" })).json();
}

function json(body, signal) {
  return { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, signal };
}

export async function post(path, body, signal) {
  return (await ask(path, json(body, signal))).json();
}

/** The events of a streamed answer as they come; ends after [DONE], throws if that never comes. */
export async function* stream(path, body, signal) {
  const answer = await ask(path, json({ ...body, stream: true }, signal));
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) {
        throw new ServerError(0, "The connection ended before the answer did.", "cut");
      }
      rest += value;
      const events = rest.split("\n\n");
      rest = events.pop();
      for (const event of events) {
        const data = event.split("\n").filter(l => l.startsWith("data:")).map(l => l.slice(5).trimStart()).join("\n");
        if (data === "[DONE]") {
          return;
        }
        if (data) {
          const node = JSON.parse(data);
          if (node.error) {
            throw new ServerError(0, node.error.message, node.error.code);
          }
          yield node;
        }
      }
    }
  } catch (e) {
    if (e instanceof ServerError || e.name === "AbortError") {
      throw e;
    }
    throw new ServerError(0, "The connection broke: " + e.message, "cut");
  } finally {
    reader.cancel().catch(() => {});
  }
}
