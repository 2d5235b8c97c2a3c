window.diffusionFigures1 = window.diffusionFigures1 || (function () {
  const drawn = new Set();
  const palette = PALETTE;

  const config = {
    displaylogo: false,
    modeBarButtonsToRemove: ["zoom2d", "pan2d", "select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"]
  };

  const defaults = {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: "system-ui, sans-serif", size: 13, color: "ink" },
    margin: { l: 60, r: 12, t: 26, b: 48 },
    colorway: palette.map(colour => colour[0]),
    xaxis: {},
    yaxis: {}
  };
  const axisDefaults = { automargin: true, gridcolor: "faint", zerolinecolor: "faint", linecolor: "faint", ticks: "outside", ticklen: 4, tickcolor: "faint" };

  // A page may be light or dark: text and grid take the colour that the page gives its own text.
  function themed(value, ink) {
    const faint = ink.replace(/^rgba?\(([^,]+,[^,]+,[^,)]+).*$/, "rgba($1,0.18)");
    const [red, green, blue] = ink.match(/[\d.]+/g).map(Number);
    const isLight = red + green + blue < 384;
    const swapped = isLight ? palette.filter(([dark, light]) => dark !== light) : [];
    return JSON.parse(JSON.stringify(value), (_, v) => {
      if (typeof v !== "string") return v;
      if (v === "ink") return ink;
      if (v === "faint") return faint;
      for (const [dark, light] of swapped) if (v.startsWith(dark)) return light + v.slice(dark.length);
      return v;
    });
  }

  // Plotly itself looks only at the window's size, not at an output that a notebook or a slider makes wider.
  const sizes = new ResizeObserver(entries => {
    for (const { target } of entries)
      if (target.clientWidth > 0 && target.classList.contains("js-plotly-plot") && target.clientWidth !== target.drawnWidth) {
        paint(target);
        Plotly.Plots.resize(target);
      }
  });

  // About how many rows the legend takes: a chart grows with it, or a narrow page would have more legend than chart.
  function legendRows(figure, width) {
    const names = figure.data.filter(trace => trace.showlegend !== false).map(trace => (trace.name || "").length);
    if (!figure.layout.showlegend || names.length === 0 || width === 0) return 1;
    const columns = Math.max(1, Math.floor((width - 72) / (Math.max(...names) * 7 + 45)));
    return Math.ceil(names.length / columns);
  }

  function paint(element) {
    if (!element.isConnected) { drawn.delete(element); sizes.unobserve(element); return; }
    const ink = getComputedStyle(element).color;
    const layout = themed(Object.assign({}, defaults, element.figure.layout), ink);
    // A chart that a reader made with Plotly.NET brings a template for white pages.
    delete layout.template;
    delete layout.width;
    for (const axis of Object.keys(layout).filter(name => /^[xy]axis/.test(name)))
      layout[axis] = Object.assign(themed(axisDefaults, ink), layout[axis]);
    // Both axes to one scale: a narrow place would otherwise leave most of the height empty.
    if (layout.yaxis.scaleanchor) layout.height = Math.min(layout.height, Math.max(260, Math.round(element.clientWidth * 0.9)));
    if (layout.height) layout.height += 19 * (legendRows(element.figure, element.clientWidth) - 1);
    element.style.minHeight = "";
    layout.modebar = { bgcolor: "rgba(0,0,0,0)", color: themed("faint", ink), activecolor: ink };
    // A finger on the plot scrolls the page.
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false;
    if (!element.classList.contains("js-plotly-plot")) element.replaceChildren();
    element.drawnWidth = element.clientWidth;
    Plotly.react(element, themed(element.figure.data, ink), layout, config);
    if (!drawn.has(element)) sizes.observe(element);
    drawn.add(element);
  }

  function whenPlotly(action, tries) {
    if (window.Plotly) action();
    else if (tries > 0) setTimeout(() => whenPlotly(action, tries - 1), 100);
  }

  function repaint() { drawn.forEach(paint); }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  const observer = new MutationObserver(repaint);
  for (const node of [document.documentElement, document.body])
    if (node) observer.observe(node, { attributes: true, attributeFilter: ["class", "data-theme", "data-bs-theme"] });

  function chart(element, figure) {
    element.figure = figure;
    whenPlotly(() => paint(element), 600);
  }

  // A slider a dimension; the frames lie in row-major order, the last slider's stops side by side.
  function sliders(element, stops, show) {
    element.querySelectorAll(":scope > [data-caption], :scope > [data-strip], :scope > [data-frame] > [data-caption]").forEach(still => still.remove());
    const controls = Array.from(element.querySelectorAll(":scope > [data-controls]"));
    const ranges = controls.map(control => control.querySelector("input"));
    function select() {
      let frame = 0;
      controls.forEach((control, i) => {
        const label = stops[i][+ranges[i].value];
        control.querySelector("output").textContent = label;
        ranges[i].setAttribute("aria-valuetext", label);
        frame = frame * stops[i].length + +ranges[i].value;
      });
      show(frame);
    }
    const stop = controls.length === 1 ? player(element, controls[0].querySelector("button"), ranges[0], stops[0].length, select) : () => {};
    for (const range of ranges) range.addEventListener("input", () => { stop(); select(); });
    for (const control of controls) control.style.display = "flex";
    select();
  }

  function player(element, play, range, count, select) {
    let timer = 0;
    function stop() { clearInterval(timer); timer = 0; play.textContent = "▶"; }
    play.addEventListener("click", () => {
      if (timer) { stop(); return; }
      if (+range.value === count - 1) range.value = 0;
      select();
      play.textContent = "⏸";
      timer = setInterval(() => {
        if (!element.isConnected || +range.value >= count - 1) { stop(); return; }
        range.value = +range.value + 1;
        select();
      }, Math.max(120, Math.min(700, 6000 / count)));
    });
    return stop;
  }

  const kinds = {
    chart,
    // Frames of one chart: the same plot takes other data.
    chartFrames(element, { traces, frames: numbered, stops }) {
      const frames = numbered.map(frame => Object.assign({}, frame, { data: frame.data.map(number => traces[number]) }));
      const plot = element.querySelector(":scope > [data-plot]");
      sliders(element, stops, i => chart(plot, frames[i]));
    },
    // Frames of anything else: all are on the page and one is visible.
    frames(element, { stops }) {
      const frames = Array.from(element.querySelectorAll(":scope > [data-frame]"));
      sliders(element, stops, i => frames.forEach((frame, j) => frame.style.display = i === j ? "" : "none"));
    }
  };

  // The key is a hash of the content; a page that shows the same figure twice has two elements with it.
  function run(key, calls) {
    for (const root of document.querySelectorAll('[data-figure="' + key + '"]')) {
      if (root.ran) continue;
      root.ran = true;
      for (const [part, kind, argument] of calls)
        kinds[kind](root.querySelector('[data-part="' + part + '"]'), argument);
    }
  }
  return { run };
})();
