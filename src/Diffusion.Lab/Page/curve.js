// The schedule's curve over t: ᾱ, log-SNR or σ, and A's beside B's. Knots and marks stand on its scales.

import { clamp, set, svg } from "./drag.js";

const LEFT = 46, RIGHT = 18, TOP = 30, HEIGHT = 225, TRACK = 74, MOST = 20;

/** Each view of a noise level: its value from the log-SNR, back from it within bounds, and the ticks of its axis. */
const VIEWS = {
  alphaBar: {
    label: "ᾱ", of: v => 1 / (1 + Math.exp(-v)), back: a => Math.log(a / (1 - a)), least: 1e-6, most: 1 - 1e-6,
    ticks: () => [0, 0.25, 0.5, 0.75, 1].map(a => [a, String(a)]),
  },
  logSnr: {
    label: "log-SNR", of: v => v, back: v => v, least: -MOST, most: MOST,
    ticks: (low, high) => multiples(low, high, 5).map(v => [v, text(v)]),
  },
  sigma: {
    label: "σ", of: v => -v / (2 * Math.LN10), back: s => -s * 2 * Math.LN10, least: -MOST, most: MOST,
    ticks: (low, high) => multiples(low, high, 1).map(s => [s, s < -3 ? "10" + superscript(s) : String(10 ** s)]),
  },
};

export function createCurve(root) {
  const axes = svg("g", { class: "axes" }), rival = svg("path", { class: "curve a" }), own = svg("path", { class: "curve b" });
  const clip = svg("clipPath", { id: "plot" }, svg("rect"));
  const jump = svg("rect", { class: "jump" });
  root.append(clip, jump, axes, svg("g", { "clip-path": "url(#plot)" }, rival, own));
  const scales = { bottom: TOP + HEIGHT, track: TOP + HEIGHT + 37, left: LEFT };

  /** Draws the curves; `hold` keeps the axis as it is while a knot is dragged. */
  function draw({ schedule, rivalSchedule, view, T, from, hold }) {
    const width = root.clientWidth, kind = VIEWS[view] ?? VIEWS.alphaBar;
    root.setAttribute("height", TOP + HEIGHT + TRACK);
    const values = [schedule, rivalSchedule].filter(one => one).flatMap(one => one.logSnr).filter(v => v !== null).map(v => kind.of(bound(v)));
    if (view === "logSnr" || view === "sigma") {
      const unit = view === "logSnr" ? 5 : 1;
      if (!hold || !scales.range) scales.range = [Math.floor(Math.min(...values) / unit) * unit, Math.ceil(Math.max(...values) / unit) * unit];
    } else scales.range = [0, 1];
    const [low, high] = scales.range, across = width - LEFT - RIGHT;
    Object.assign(scales, {
      T, width,
      x: t => LEFT + t / T * across,
      t: x => (x - LEFT) / across * T,
      y: logSnr => scales.up(kind.of(logSnr)),
      up: shown => TOP + (high - shown) / (high - low) * HEIGHT,
      logSnr: y => bound(kind.back(clamp(high - (y - TOP) / HEIGHT * (high - low), kind.least, kind.most))),
    });
    set(clip.firstChild, { x: LEFT, y: TOP - 2, width: across, height: HEIGHT + 4 });
    set(own, { d: path(schedule) });
    set(rival, { d: rivalSchedule ? path(rivalSchedule) : "" });
    set(jump, { x: from ? scales.x(from.s) : 0, y: TOP, width: from ? scales.x(from.t) - scales.x(from.s) : 0, height: HEIGHT });
    axes.replaceChildren(
      ...kind.ticks(low, high).flatMap(([shown, label]) => [
        svg("line", { x1: LEFT, x2: width - RIGHT, y1: scales.up(shown), y2: scales.up(shown) }),
        written(LEFT - 8, scales.up(shown) + 4, label, "end"),
      ]),
      written(2, TOP - 16, kind.label, "start", "title"));
    return scales;
  }

  function path(schedule) {
    return schedule.t.map((t, i) => `${i ? "L" : "M"}${scales.x(t).toFixed(1)} ${scales.y(at(schedule, i)).toFixed(1)}`).join("");
  }

  return draw;
}

/** The log-SNR at a timestep, between the points that the server sent. */
export function logSnrAt(schedule, t) {
  const i = clamp(schedule.t.findIndex(one => one >= t), 1, schedule.t.length - 1);
  const [t0, t1] = [schedule.t[i - 1], schedule.t[i]], [v0, v1] = [schedule.logSnr[i - 1], schedule.logSnr[i]];
  return v0 === null || v1 === null ? bound(v0 ?? v1) : bound(v0 + clamp((t - t0) / (t1 - t0), 0, 1) * (v1 - v0));
}

export function written(x, y, content, anchor, style = "") {
  const element = svg("text", { x, y, "text-anchor": anchor, class: style });
  element.textContent = content;
  return element;
}

// Infinite at t = 0, and at T where a schedule ends in pure noise: the server says null.
const at = (schedule, i) => bound(schedule.logSnr[i] ?? (i === 0 ? MOST : -MOST));

const bound = logSnr => clamp(logSnr, -MOST, MOST);

const multiples = (low, high, unit) => Array.from({ length: Math.round((high - low) / unit) + 1 }, (_, i) => low + i * unit);

const text = number => String(number).replace("-", "−");

const superscript = power => String(power).replace(/./g, sign => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);
