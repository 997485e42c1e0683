// Draws the charts of a report and switches its theme. All numbers come from the element `data`;
// without it, and without scripts, the page still shows every number in tables.
(() => {
  "use strict";

  const root = document.documentElement;
  root.classList.add("scripted");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
  const byId = (id) => document.getElementById(id);

  // Names come from users. Plotly reads a little HTML in texts, so they are escaped for it.
  const plain = (text) =>
    String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const withUnits = (text, units) => (units ? `${text} ${plain(units)}` : text);
  const number = (value) =>
    Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3)
      ? value.toExponential(3)
      : String(Number(value.toPrecision(5)));

  // Custom properties keep `light-dark()` unresolved; a real property does not.
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const color = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const seriesColor = (index) => color(`series-${index % 6}`);

  const config = {
    displaylogo: false,
    responsive: true,
    modeBarButtons: [["zoom2d", "pan2d", "resetScale2d"]],
  };

  const axis = (title, more) => ({
    title: { text: title, font: { size: 12, color: color("muted") }, standoff: 8 },
    gridcolor: color("soft"),
    linecolor: color("line"),
    zeroline: false,
    automargin: true,
    ...more,
  });

  const layout = (xaxis, yaxis, more) => ({
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: color("muted") },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    // On paper the container cannot be measured: it has its width only once printing has begun.
    ...(root.classList.contains("printing") && { width: 600 }),
    margin: { l: 8, r: 12, t: 28, b: 8 },
    hoverlabel: { bgcolor: color("card"), bordercolor: color("line"), font: { color: color("text") } },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: color("muted"), activecolor: color("text") },
    legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom" },
    xaxis,
    yaxis,
    ...more,
  });

  // Labels at 1, 2 and 5 of every power of ten; only at powers where those would be too many.
  const scaled = (scale, series) => {
    if (scale !== "log") return { type: "linear" };
    const edges = series.flatMap((of) => of.lower.concat(of.upper)).filter((value) => value > 0);
    const first = Math.floor(Math.log10(Math.min(...edges)));
    const last = Math.ceil(Math.log10(Math.max(...edges)));
    const powers = Array.from({ length: last - first + 1 }, (_, power) => first + power);
    const steps = powers.length > 4 ? [1] : [1, 2, 5];
    const ticks = powers.flatMap((power) => steps.map((step) => Number(`${step}e${power}`)));
    return { type: "log", tickvals: ticks, ticktext: ticks.map(number) };
  };

  const drawHistogram = (data, at, scale) => {
    const { name, units, series } = data.distributions[at];
    const isLog = scale === "log";
    const uppers = series.flatMap((of) => of.upper);
    const span = Math.max(...uppers) - Math.min(...series.flatMap((of) => of.lower));
    const traces = series.map((of, version) => {
      const shown = of.lower.map((_, bar) => bar).filter((bar) => !isLog || of.upper[bar] > 0);
      // A range that begins at zero has no place on a logarithmic axis: there it is an octave wide.
      const lower = (bar) =>
        isLog && of.lower[bar] <= 0 ? of.upper[bar] / 2 : of.lower[bar];
      // A range of a single value would be invisible.
      const width = (bar) =>
        Math.max(of.upper[bar] - lower(bar), isLog ? of.upper[bar] / 100 : span / 200, 1e-9);
      return {
        type: "bar",
        name: plain(data.versions[version]),
        x: shown.map((bar) => lower(bar) / 2 + of.upper[bar] / 2),
        y: shown.map((bar) => of.percent[bar]),
        width: shown.map(width),
        text: shown.map((bar) => {
          const range = `${number(of.lower[bar])} – ${number(of.upper[bar])}`;
          const share = `${number(of.percent[bar])} % (${of.count[bar]} observations)`;
          return `${withUnits(range, units)}<br>${share}`;
        }),
        textposition: "none",
        hovertemplate: "%{text}<extra></extra>",
        marker: { color: seriesColor(version), opacity: series.length > 1 ? 0.6 : 0.9, line: { width: 0 } },
      };
    });
    const title = units ? `${plain(name)} (${plain(units)})` : plain(name);
    const x = axis(title, scaled(scale, series));
    const y = axis("% of observations", { rangemode: "tozero" });
    const more = { barmode: "overlay", bargap: 0, showlegend: series.length > 1 };
    Plotly.react(byId(`histogram-${at}`), traces, layout(x, y, more), config);
  };

  const tickPercents = [0, 50, 75, 90, 95, 99, 99.9, 99.99, 99.999];

  const drawPercentiles = (data, at, scale) => {
    const { units, series } = data.distributions[at];
    const largest = Math.max(...series.map((of) => of.count.reduce((sum, count) => sum + count, 0)));
    // Nines are evenly spaced. The maximum would be infinitely far to the right; it is drawn as if
    // half an observation lay above it.
    const place = (percent) => 1 / Math.max(1 - percent / 100, 0.5 / Math.max(largest, 1));
    const traces = series.map((of, version) => ({
      type: "scatter",
      mode: "lines",
      name: plain(data.versions[version]),
      x: of.curve.percent.map(place),
      y: of.curve.value,
      text: of.curve.percent.map((percent, point) => {
        const value = withUnits(number(of.curve.value[point]), units);
        return `${number(percent)} % at or below ${value}`;
      }),
      hovertemplate: "%{text}<extra></extra>",
      line: { color: seriesColor(version), width: 2, dash: version % 2 ? "dash" : "solid" },
    }));
    const ticks = tickPercents.filter((percent) => percent === 0 || 1 / (1 - percent / 100) <= 2 * largest);
    const x = axis("percentile", {
      type: "log",
      tickvals: ticks.map((percent) => 1 / (1 - percent / 100)),
      ticktext: ticks.map((percent) => `p${percent}`),
    });
    const y = axis(units ? plain(units) : "value", scaled(scale, series));
    Plotly.react(byId(`percentiles-${at}`), traces, layout(x, y, { showlegend: series.length > 1 }), config);
  };

  // Latencies that span more than this factor are hard to read on a linear axis.
  const ratioForLog = 30;

  const initialScale = ({ series }) => {
    const lowers = series.flatMap((of) => of.lower);
    const uppers = series.flatMap((of) => of.upper);
    const least = Math.min(...lowers);
    return least > 0 && Math.max(...uppers) / least > ratioForLog ? "log" : "linear";
  };

  const outcomes = {
    completed: { symbol: "circle", color: null },
    failed: { symbol: "x", color: "bad" },
    interrupted: { symbol: "diamond-open", color: "open" },
  };

  const drawTrend = (data, at) => {
    const { end, number: numbers, outcome, metrics } = data.loops;
    const { name, units, values, limits } = metrics[at];
    const traces = values.map((of, version) => ({
      type: "scatter",
      mode: "lines+markers",
      name: plain(data.versions[version]),
      x: end,
      y: of,
      text: of.map((value, loop) => {
        const shown = value === null ? "no value" : withUnits(number(value), units);
        return `loop ${numbers[loop]}, ${outcome[loop]}<br>${shown}`;
      }),
      hovertemplate: "%{text}<extra></extra>",
      showlegend: values.length > 1,
      line: { color: seriesColor(version), width: 2, dash: version % 2 ? "dash" : "solid" },
      marker: {
        size: outcome.map((ended) => (ended === "completed" ? 6 : 11)),
        symbol: outcome.map((ended) => outcomes[ended].symbol),
        color: outcome.map((ended) => {
          const own = outcomes[ended].color;
          return own ? color(own) : seriesColor(version);
        }),
      },
    }));
    for (const { bound, limit } of limits) {
      traces.push({
        type: "scatter",
        mode: "lines",
        name: `${bound} limit ${number(limit)}`,
        x: [end[0], end[end.length - 1]],
        y: [limit, limit],
        hoverinfo: "skip",
        line: { color: color("muted"), width: 1.5, dash: "dot" },
      });
    }
    for (const ended of ["failed", "interrupted"].filter((ended) => outcome.includes(ended))) {
      traces.push({
        type: "scatter",
        mode: "markers",
        name: `loop ${ended}`,
        x: [null],
        y: [null],
        marker: { size: 10, symbol: outcomes[ended].symbol, color: color(outcomes[ended].color) },
      });
    }
    const title = units ? `${plain(name)} (${plain(units)})` : plain(name);
    const more = { showlegend: traces.length > 1 };
    const x = axis("end of loop (UTC)", { type: "date" });
    Plotly.react(byId("trend"), traces, layout(x, axis(title), more), config);
  };

  const charts = [];

  const start = (data) => {
    data.distributions.forEach((distribution, at) => {
      if (distribution.series.every((of) => of.lower.length === 0)) {
        byId(`histogram-${at}`).parentElement.hidden = true;
        return;
      }
      const scale = byId(`histogram-scale-${at}`);
      const canBeLog = distribution.series.some((of) => of.upper.some((value) => value > 0));
      scale.value = canBeLog ? initialScale(distribution) : "linear";
      scale.parentElement.hidden = !canBeLog;
      const draw = () => {
        drawHistogram(data, at, scale.value);
        drawPercentiles(data, at, scale.value);
      };
      scale.addEventListener("change", draw);
      charts.push(draw);
    });
    const metric = byId("trend-metric");
    if (metric) {
      const draw = () => drawTrend(data, Number(metric.value));
      metric.parentElement.hidden = false;
      // Begin with a metric that matters: one that misses its limit, or else one that has a limit.
      const { metrics } = data.loops;
      const missed = metrics.findIndex((of) => of.limits.some((limit) => limit.missed));
      const limited = metrics.findIndex((of) => of.limits.length > 0);
      metric.value = [missed, limited, 0].find((at) => at >= 0);
      metric.addEventListener("change", draw);
      charts.push(draw);
    }
  };

  const theme = byId("theme");
  const redraw = () => {
    theme.textContent = isDark() ? "Light theme" : "Dark theme";
    charts.forEach((draw) => draw());
  };
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    redraw();
  });
  prefersDark.addEventListener("change", redraw);

  // Paper is white and narrower than most screens; charts have to be drawn for it.
  let themeOfScreen;
  addEventListener("beforeprint", () => {
    themeOfScreen = root.dataset.theme;
    root.dataset.theme = "light";
    root.classList.add("printing");
    redraw();
  });
  addEventListener("afterprint", () => {
    root.classList.remove("printing");
    if (themeOfScreen) root.dataset.theme = themeOfScreen;
    else delete root.dataset.theme;
    redraw();
  });

  const data = byId("data");
  if (data) start(JSON.parse(data.textContent));
  redraw();
})();
