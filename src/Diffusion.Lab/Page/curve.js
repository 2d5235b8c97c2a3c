import { change, state } from "./state.js";
import { handle, redraw } from "./handle.js";
import { clamp, digits, linear, svg } from "./scale.js";

// The schedule: a curve with eight points to bend it by. Between two of them log-SNR is a straight line.
const width = 620, height = 250, left = 48, right = 12, top = 14, bottom = 12, segments = 8, highest = 12, least = 0.02;
const views = {
  logSnr: { name: "log-SNR", from: -highest, to: highest, ticks: [-10, -5, 0, 5, 10], of: value => value },
  alphaBar: { name: "ᾱ", from: 0, to: 1, ticks: [0, 0.5, 1], of: value => 1 / (1 + Math.exp(-value)), back: value => Math.log(value / (1 - value)) },
  sigma: {
    name: "√(1−ᾱ)", from: 0, to: 1, ticks: [0, 0.5, 1],
    of: value => Math.sqrt(1 / (1 + Math.exp(value))), back: value => Math.log(1 / (value * value) - 1)
  }
};

let curve = null, rival = null;
const root = document.getElementById("curve");
const axes = svg("g"), lines = svg("g"), marks = svg("g"), knots = svg("g");
root.setAttribute("viewBox", `0 0 ${width} ${height}`);
root.append(axes, lines, marks, knots);

export const across = () => linear(0, Number(state.T), left, width - right);
const upward = () => { const view = views[state.view]; return linear(view.from, view.to, height - bottom, top); };

export function showCurve(next, nextRival) {
  curve = next;
  rival = nextRival;
  drawCurve();
}

export function drawCurve() {
  const view = views[state.view], x = across(), y = upward();
  axes.replaceChildren(...view.ticks.flatMap(tick => [
    svg("line", { class: "grid", x1: left, x2: width - right, y1: y.at(tick), y2: y.at(tick) }),
    svg("text", { class: "tick", x: left - 8, y: y.at(tick) + 4, "text-anchor": "end" }, String(tick).replace("-", "−"))
  ]), svg("text", { class: "axis", x: left + 6, y: top + 4 }, view.name));
  if (!curve) return;
  const path = of => "M" + of.t.map((t, i) => `${x.at(t).toFixed(1)},${y.at(clamp(of[state.view][i], view.from, view.to)).toFixed(1)}`).join("L");
  lines.replaceChildren(
    ...rival ? [svg("path", { class: "line a", d: path(rival) })] : [],
    svg("path", { class: "line b", d: path(curve) }));
  marks.replaceChildren(...(curve.timesteps.length > 60 ? [] : curve.timesteps).map(t =>
    svg("line", { class: "visit", x1: x.at(t), x2: x.at(t), y1: y.at(clamp(valueAt(t), view.from, view.to)), y2: height })));
  redraw(knots, knotValues().map((value, i) => {
    const t = Number(state.T) * i / segments;
    return handle(root, {
      x: x.at(t), y: y.at(clamp(view.of(value), view.from, view.to)), r: 6, kind: isOwn() ? "knot" : "knot ghost",
      label: `log-SNR at t = ${Math.round(t)}`, text: digits(value, 3), now: digits(value, 3), min: -highest, max: highest,
      move: (_, place) => bend(i, view.back ? view.back(clamp(y.back(place), 1e-5, 1 - 1e-5)) : y.back(place)),
      nudge: (_, steps) => bend(i, knotValues()[i] + steps * 0.1)
    });
  }));
}

function valueAt(t) {
  const next = curve.t.findIndex(at => at >= t), before = Math.max(0, next - 1), of = curve[state.view];
  if (next <= 0) return of[0];
  const part = (t - curve.t[before]) / (curve.t[next] - curve.t[before]);
  return of[before] + part * (of[next] - of[before]);
}

const isOwn = () => state.schedule.startsWith("logsnr:");

// The points of a named schedule lie on its curve; the first that is moved makes it one of the reader's own.
function knotValues() {
  if (isOwn()) return state.schedule.slice(7).split(",").map(Number);
  const view = state.view;
  state.view = "logSnr";
  const values = Array.from({ length: segments + 1 }, (_, i) => valueAt(Number(state.T) * i / segments));
  state.view = view;
  for (let i = 0; i < values.length; i++) values[i] = clamp(values[i], -highest, highest - least * i);
  for (let i = 1; i < values.length; i++) values[i] = Math.min(values[i], values[i - 1] - least);
  return values;
}

function bend(i, value) {
  const values = knotValues();
  const high = i === 0 ? highest : values[i - 1] - least, low = i === values.length - 1 ? -highest : values[i + 1] + least;
  values[i] = clamp(value, low, high);
  change({ schedule: "logsnr:" + values.map(number => Number(number.toFixed(2))).join(",") });
}
