// Draws the plots of the page with uPlot from the JSON beside each. Colours follow the colour scheme.
(() => {
  "use strict";
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colour = i => css("--series-" + (i % 8));
  const FONT = "12px system-ui, sans-serif";
  const HEIGHT = 320;

  const tidy = v => v == null ? "" : Number(v.toPrecision(6)).toLocaleString("en", { maximumSignificantDigits: 6 });

  const axis = (label, more) => Object.assign({
    label, font: FONT, labelFont: "600 " + FONT, labelSize: 24,
    stroke: () => css("--soft"),
    grid: { stroke: () => css("--rule"), width: 1 },
    ticks: { stroke: () => css("--rule"), width: 1 },
  }, more);

  const padded = (low, high, share) => {
    const span = high - low || Math.abs(high) || 1;
    return [low - span * share, high + span * share];
  };

  const series = (name, i, more) => Object.assign({
    label: name, stroke: () => colour(i), width: 2, spanGaps: true,
  }, more);

  const pointsOnly = i => ({
    paths: () => null,
    points: { show: true, size: 9, stroke: () => colour(i), fill: () => colour(i) },
  });

  // bars of one standard error around the points of a series
  const errorBars = errors => ({
    hooks: {
      drawSeries: (u, s) => {
        const ctx = u.ctx, cap = 4 * devicePixelRatio;
        ctx.save();
        ctx.strokeStyle = colour(s - 1);
        ctx.lineWidth = 1.5 * devicePixelRatio;
        u.data[s].forEach((y, i) => {
          const e = errors[s - 1][i];
          if (y == null || !e) return;
          const x = u.valToPos(u.data[0][i], "x", true);
          const top = u.valToPos(y + e, "y", true), bottom = u.valToPos(y - e, "y", true);
          ctx.beginPath();
          ctx.moveTo(x, top); ctx.lineTo(x, bottom);
          ctx.moveTo(x - cap, top); ctx.lineTo(x + cap, top);
          ctx.moveTo(x - cap, bottom); ctx.lineTo(x + cap, bottom);
          ctx.stroke();
        });
        ctx.restore();
      },
    },
  });

  const kinds = {
    Lines: p => ({
      data: uPlot.join(p.curves.map(c => [c.x, c.y])),
      options: {
        scales: { x: { time: false, distr: p.logarithmic ? 3 : 1 } },
        axes: [
          axis(p.xLabel, p.logarithmic ? { values: (u, ticks) => ticks.map(t => Math.log10(t) % 1 === 0 ? tidy(t) : "") } : {}),
          axis(p.yLabel, { size: 60 }),
        ],
        series: p.curves.map((c, i) => series(c.name, i, { points: { show: c.x.length < 40 } })),
      },
    }),

    // every mark is a series of its own, so that the legend names it
    Scatter: p => {
      const marks = p.marks.slice().sort((a, b) => a.x - b.x);
      const at = pick => marks.map((_, s) => marks.map((m, i) => i === s ? pick(m) : null));
      const low = Math.min(...marks.map(m => m.y - m.error)), high = Math.max(...marks.map(m => m.y + m.error));
      return {
        data: [marks.map(m => m.x), ...at(m => m.y)],
        options: {
          scales: {
            x: { time: false, range: () => [0, Math.max(...marks.map(m => m.x)) * 1.15] },
            y: { range: () => padded(low, high, 0.15) },
          },
          axes: [axis(p.xLabel), axis(p.yLabel, { size: 60 })],
          series: marks.map((m, i) => series(m.name, i, pointsOnly(i))),
          plugins: [errorBars(at(m => m.error))],
        },
      };
    },

    ErrorBars: p => {
      const n = p.series.length, step = Math.min(0.2, 0.7 / n);
      const cells = [];
      p.groups.forEach((_, g) => p.series.forEach((s, i) => cells.push({ g, i, x: g + (i - (n - 1) / 2) * step })));
      const at = key => p.series.map((s, i) => cells.map(c => c.i === i ? s[key][c.g] : null));
      const ends = cells.filter(c => p.series[c.i].values[c.g] != null).flatMap(c => {
        const v = p.series[c.i].values[c.g], e = p.series[c.i].errors[c.g] || 0;
        return [v - e, v + e];
      });
      return {
        data: [cells.map(c => c.x), ...at("values")],
        options: {
          scales: {
            x: { time: false, range: () => [-0.5, p.groups.length - 0.5] },
            y: { range: () => padded(Math.min(...ends), Math.max(...ends), 0.08) },
          },
          axes: [
            axis("", { labelSize: 0, splits: () => p.groups.map((_, g) => g), values: () => p.groups, grid: { show: false } }),
            axis(p.yLabel, { size: 60 }),
          ],
          series: p.series.map((s, i) => series(s.name, i, pointsOnly(i))),
          plugins: [errorBars(at("errors"))],
        },
      };
    },
  };

  const drawn = [];
  for (const box of document.querySelectorAll(".plot")) {
    const plot = JSON.parse(box.querySelector("script").textContent);
    const { data, options } = kinds[plot.kind](plot);
    const u = new uPlot(Object.assign(options, {
      width: box.clientWidth, height: HEIGHT,
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      legend: { live: false },
      series: [{}, ...options.series],
    }), data, box);
    drawn.push(u);
    new ResizeObserver(() => {
      if (box.clientWidth > 0 && box.clientWidth !== u.width) u.setSize({ width: box.clientWidth, height: HEIGHT });
    }).observe(box);
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.forEach(u => u.redraw(false, true)));
})();
