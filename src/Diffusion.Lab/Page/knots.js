// The knots by which the schedule's curve is bent: log-SNR at equal distances of t, always falling.

import { clamp, draggable, keep, set, svg } from "./drag.js";
import { logSnrAt } from "./curve.js";
import { choose, value } from "./state.js";

const PARTS = 10, APART = 0.02, FAR = 14, PREFIX = "logsnr:";

export function createKnots(root) {
  const group = svg("g", { class: "knots" });
  root.append(group);
  let schedule, scales, knots = [], before = [];

  const read = () => value("schedule").startsWith(PREFIX)
    ? value("schedule").slice(PREFIX.length).split(",").map(Number)
    : Array.from({ length: PARTS + 1 }, (_, i) => logSnrAt(schedule, Math.max(1, Math.round(i * scales.T / PARTS))));

  /** Moves a knot; those that would be passed are pushed along, and come back while it is still held. */
  function put(i, logSnr) {
    const middle = clamp(logSnr, -FAR + (knots.length - 1 - i) * APART, FAR - i * APART);
    knots = before.map((v, j) => j < i ? Math.max(v, middle + (i - j) * APART) : j > i ? Math.min(v, middle - (j - i) * APART) : middle);
    choose({ schedule: PREFIX + knots.map(v => Number(v.toFixed(3))).join(",") });
  }

  const make = i => {
    const knot = svg("g", { tabindex: 0, role: "slider", "aria-orientation": "vertical", "aria-valuemin": -FAR, "aria-valuemax": FAR },
      svg("circle", { class: "reach", r: 16 }), svg("circle", { class: "handle", r: 6.5 }));
    const hold = () => { before = knots; };
    draggable(knot, {
      hold, move: (_, y) => put(i, scales.logSnr(y)),
      step: (_, dy) => {
        hold();
        put(i, knots[i] + dy / 10);
      },
    });
    return knot;
  };

  return (given, on) => {
    schedule = given;
    scales = on;
    knots = read();
    keep(group, knots.length, make).forEach((knot, i) => {
      const t = i * scales.T / (knots.length - 1), x = scales.x(t), y = scales.y(knots[i]);
      set(knot, {
        transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, "data-x": x, "data-y": y,
        "aria-label": `Log-SNR at t = ${Math.round(t)}`, "aria-valuenow": knots[i].toFixed(2),
      });
    });
    group.classList.toggle("own", value("schedule").startsWith(PREFIX));
  };
}
