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

  // the name of each mark beside it, on the side where there is room
  const names = marks => ({
    hooks: {
      draw: u => {
        const ctx = u.ctx, gap = 8 * devicePixelRatio;
        ctx.save();
        ctx.font = 12 * devicePixelRatio + "px system-ui, sans-serif";
        ctx.textBaseline = "middle";
        marks.forEach((m, i) => {
          const x = u.valToPos(m.x, "x", true), y = u.valToPos(m.y, "y", true);
          const right = x + gap + ctx.measureText(m.name).width < u.bbox.left + u.bbox.width;
          ctx.textAlign = right ? "left" : "right";
          ctx.fillStyle = colour(i);
          ctx.fillText(m.name, right ? x + gap : x - gap, y);
        });
        ctx.restore();
      },
    },
  });

  const wholePower = v => Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-9;
  const logarithmic = {
    values: (u, ticks) => ticks.map(t => wholePower(t) ? tidy(t) : ""),
    grid: { stroke: () => css("--rule"), width: 1, filter: (u, ticks) => ticks.map(t => wholePower(t) ? t : null) },
  };

  const kinds = {
    Lines: p => ({
      data: uPlot.join(p.curves.map(c => [c.x, c.y])),
      options: {
        scales: { x: { time: false, distr: p.logarithmic ? 3 : 1 } },
        axes: [
          axis(p.xLabel, p.logarithmic ? logarithmic : {}),
          axis(p.yLabel, { size: 60 }),
        ],
        series: p.curves.map((c, i) => series(c.name, i, { points: { show: c.x.length < 40 } })),
      },
    }),

    // every mark is a series of its own, so that the legend names it
    Scatter: p => {
      const order = p.marks.map((_, i) => i).sort((a, b) => p.marks[a].x - p.marks[b].x);
      const at = pick => p.marks.map((m, s) => order.map(i => i === s ? pick(m) : null));
      const low = Math.min(...p.marks.map(m => m.y - m.error)), high = Math.max(...p.marks.map(m => m.y + m.error));
      return {
        data: [order.map(i => p.marks[i].x), ...at(m => m.y)],
        options: {
          scales: {
            x: { time: false, range: () => [0, Math.max(...p.marks.map(m => m.x)) * 1.15] },
            y: { range: () => padded(low, high, 0.15) },
          },
          axes: [axis(p.xLabel), axis(p.yLabel, { size: 60 })],
          series: p.marks.map((m, i) => series(m.name, i, pointsOnly(i))),
          plugins: [errorBars(at(m => m.error)), names(p.marks)],
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
            axis("", { labelSize: 0, splits: () => p.groups.map((_, g) => g), values: () => p.groups.map(g => g.replace(" ", "\n")), size: 56, grid: { show: false } }),
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
      legend: { live: false, markers: { width: 0, fill: (u, i) => colour(i - 1) } },
      series: [{}, ...options.series],
    }), data, box);
    drawn.push(u);
    new ResizeObserver(() => {
      if (box.clientWidth > 0 && box.clientWidth !== u.width) u.setSize({ width: box.clientWidth, height: HEIGHT });
    }).observe(box);
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.forEach(u => u.redraw(false, true)));
})();
