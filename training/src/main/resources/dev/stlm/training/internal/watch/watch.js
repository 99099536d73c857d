// Follows a run: asks the server for the lines that are new, draws what they say.
(() => {
  "use strict";
  const EVERY = 1000, SAMPLES = 20, POINTS = 4096;
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = (v, digits) => v.toLocaleString("en", { maximumSignificantDigits: digits });
  const byId = id => document.getElementById(id);
  const figure = (name, text) => { document.querySelector(`[data-figure="${name}"]`).textContent = text; };

  // means over ever more steps, so that a long run stays as light as a short one
  class Curve {
    constructor(keys) { this.keys = keys; this.clear(); }
    clear() {
      this.stride = 1;
      this.x = [];
      this.y = this.keys.map(() => []);
      this.open = null;
    }
    add(x, values) {
      this.open ??= { n: 0, sums: values.map(() => 0) };
      this.open.n++;
      values.forEach((v, i) => { this.open.sums[i] += v; });
      if (this.open.n < this.stride) return;
      this.x.push(x);
      this.y.forEach((ys, i) => ys.push(this.open.sums[i] / this.open.n));
      this.open = null;
      if (this.x.length > POINTS) this.halve();
    }
    halve() {
      this.stride *= 2;
      this.x = this.x.filter((_, i) => i % 2 === 1);
      this.y = this.y.map(ys => ys.flatMap((v, i) => i % 2 === 1 ? [(ys[i - 1] + v) / 2] : []));
    }
  }

  const steps = new Curve(["bitsPerByte", "loss", "learningRate", "gradientNorm", "speed", "seconds", "outside"]);
  const heldOut = { x: [], y: [] };
  let file = "", next = 0, last = null, before = null, events = [], samples = [], recent = [], ended = false;

  const clear = () => {
    steps.clear();
    heldOut.x = []; heldOut.y = [];
    last = before = null;
    events = []; samples = []; recent = []; ended = false;
  };

  const read = line => {
    let m;
    try { m = JSON.parse(line); } catch { return; }
    if ("bitsPerByte" in m) {
      const bytes = before ? m.bytes - before.bytes : m.bytes / m.step;
      const outside = "engineSeconds" in m ? Math.max(0, m.seconds - m.engineSeconds) : 0;
      const speed = m.seconds > 0 ? bytes / m.seconds : 0;
      steps.add(m.step, [m.bitsPerByte, m.loss, m.learningRate, m.gradientNorm, speed, m.seconds, outside]);
      recent.push({ bits: m.bitsPerByte, bytes, seconds: m.seconds, outside, fraction: m.fraction });
      if (recent.length > 50) recent.shift();
      before = last = m;
    } else if ("validationBitsPerByte" in m) {
      heldOut.x.push(m.step);
      heldOut.y.push(m.validationBitsPerByte);
    } else if ("sample" in m) {
      samples.push(m);
    } else if ("rolledBackTo" in m || "grownTo" in m) {
      events.push(m);
    } else if ("ended" in m) {
      ended = true;
    }
  };

  const time = s => s < 90 ? Math.round(s) + " s" : s < 5400 ? Math.round(s / 60) + " min" : number(s / 3600, 2) + " h";

  const axis = more => Object.assign({
    font: "12px system-ui, sans-serif", stroke: () => css("--soft"), size: 56,
    grid: { stroke: () => css("--rule"), width: 1 }, ticks: { stroke: () => css("--rule"), width: 1 },
  }, more);
  const short = (u, ticks) => ticks.map(t => t == null ? "" : number(t, 3));
  const plots = [];
  const plot = (id, height, names, data) => {
    const box = byId(id);
    const series = names.map((name, i) => ({
      label: name, stroke: () => css("--series-" + i), width: 1.5, spanGaps: true,
      value: (u, v) => v == null ? "–" : number(v, 4),
      points: name === "held out" ? { show: true, size: 7, fill: () => css("--series-" + i) } : { show: false },
    }));
    const u = new uPlot({
      width: Math.max(200, box.clientWidth), height,
      scales: { x: { time: false } },
      axes: [axis({ size: 32, values: short }), axis({ values: short })],
      series: [{ label: "step", value: (u, v) => v == null ? "–" : String(v) }, ...series],
      cursor: { drag: { x: true, y: false } },
      legend: { show: true },
    }, data(), box);
    new ResizeObserver(() => {
      if (box.clientWidth > 0 && box.clientWidth !== u.width) u.setSize({ width: box.clientWidth, height });
    }).observe(box);
    plots.push({ u, data });
  };
  const of = (...keys) => () => [steps.x, ...keys.map(k => steps.y[steps.keys.indexOf(k)])];
  plot("bits", 300, ["training text", "held out"],
    () => uPlot.join([[steps.x, steps.y[0]], [heldOut.x, heldOut.y]]));
  plot("loss", 200, ["loss"], of("loss"));
  plot("rate", 200, ["learning rate"], of("learningRate"));
  plot("norm", 200, ["gradient norm"], of("gradientNorm"));
  plot("speed", 200, ["bytes a second"], of("speed"));
  plot("time", 200, ["step", "outside the engine"], of("seconds", "outside"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => plots.forEach(p => p.u.redraw(false, true)));

  const draw = () => {
    plots.forEach(p => p.u.setData(p.data()));
    if (last) {
      const sum = key => recent.reduce((s, r) => s + r[key], 0);
      const seconds = sum("seconds");
      figure("step", number(last.step, 12));
      figure("train", number(sum("bits") / recent.length, 4));
      figure("rate", seconds > 0 ? number(sum("bytes") / seconds, 4) : "–");
      figure("outside", seconds > 0 ? number(100 * sum("outside") / seconds, 2) + " %" : "–");
      if ("fraction" in last) {
        figure("done", number(100 * last.fraction, 3) + " %");
        const gone = last.fraction - recent[0].fraction;
        const spent = seconds - recent[0].seconds;
        figure("left", gone > 0 ? time((1 - last.fraction) / gone * spent) : "–");
      }
    }
    if (heldOut.y.length) {
      figure("heldOut", number(heldOut.y.at(-1), 4) + " (" + number(Math.min(...heldOut.y), 4) + ")");
    }
    byId("events").hidden = events.length === 0;
    byId("events").querySelector("ul").replaceChildren(...events.map(t => {
      const item = document.createElement("li");
      item.textContent = "grownTo" in t ? `step ${t.step}: now with all ${t.grownTo} layers` :
        `step ${t.step}: not a number; back to the weights of step ${t.rolledBackTo}, ` +
        `learning rate × ${number(t.rateFactor, 3)}`;
      return item;
    }));
    const shown = samples.slice(-SAMPLES).reverse().map(s => {
      const box = document.createElement("div"), head = document.createElement("p"), text = document.createElement("pre");
      const prompt = document.createElement("span");
      box.className = "sample";
      head.textContent = "Step " + s.step;
      prompt.textContent = s.prompt;
      text.append(prompt, s.sample);
      box.append(head, text);
      return box;
    });
    const section = byId("samples");
    section.querySelector(".none").hidden = shown.length > 0;
    section.querySelectorAll(".sample").forEach(s => s.remove());
    section.append(...shown);
  };

  const ask = async () => {
    let wait = EVERY;
    try {
      const answer = await fetch(`metrics?file=${file}&from=${next}`);
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text();
      const from = Number(answer.headers.get("Stlm-From"));
      if (from !== next || answer.headers.get("Stlm-File") !== file) clear();
      file = answer.headers.get("Stlm-File");
      next = Number(answer.headers.get("Stlm-Next"));
      if (text) {
        text.split("\n").forEach(line => { if (line) read(line); });
        draw();
        if (text.length > 500000) wait = 0;
      }
      byId("state").textContent = ended ? "ended" : last ? "running, or resting" : "waiting for the first step";
    } catch {
      byId("state").textContent = "no answer: the program that shows this page has ended";
      wait = 5 * EVERY;
    }
    setTimeout(ask, wait);
  };
  ask();
})();
