// What the fields beside the text say.

const byId = id => document.getElementById(id);

/** The chosen model's name, if the server has said any. */
export function model() {
  return byId("model").value || undefined;
}

/** Whether all sampling fields are valid; points at the first that is not. */
export function valid() {
  return byId("settings").reportValidity();
}

/** The fields that completions and chats share. Without a seed one is drawn, so that a text can be had again. */
export function sampling() {
  const seed = byId("seed").value === "" ? Math.floor(Math.random() * 2 ** 31) : Number(byId("seed").value);
  const stop = byId("stops").value.split("\n").filter(s => s !== "").map(unescaped);
  return {
    model: model(),
    temperature: Number(byId("temperature").value),
    top_p: Number(byId("top-p").value),
    max_tokens: Number(byId("most").value),
    seed,
    ...(stop.length ? { stop } : {}),
  };
}

/** With line breaks and tabs for \\n and \\t. */
export function unescaped(text) {
  return text.replace(/\\([nt\\])/g, (all, c) => (c === "n" ? "\n" : c === "t" ? "\t" : "\\"));
}
