// An answer as it comes in: the samples first, then the steps of the way, then the distances, which take longer.

import { STOPPED, events, floats } from "./server.js";

const SIDES = { b: "answer", a: "rival" };

/**
 * Asks, and calls `show` whenever there is more: `sides.b` and, if a rival is pinned, `sides.a`, each with `samples`, `terms`,
 * `path`, `cost` and `frames`; before them `onWay` hears how far the walk is. Samples are points or a sheet of pictures.
 */
export async function readAnswer(query, signal, pictured, show, onWay) {
  const answer = { query, sides: {}, truth: null, done: null };
  for await (const [name, data] of events("/api/answer", query, signal)) {
    if (name === "walk") onWay(data);
    else if (name === "samples") {
      for (const [side, key] of Object.entries(SIDES)) {
        if (data[key]) answer.sides[side] = { ...data[key], samples: await shape(data[key].samples, data[key].grid), steps: data[key].terms.length, frames: [] };
      }
      answer.truth = data.truth && floats(data.truth);
    } else if (name === "steps") {
      for (const [side, key] of Object.entries(SIDES)) if (data[key]) answer.sides[side].frames = data[key];
    } else if (name === "done") answer.done = data;
    if (signal.aborted) return;
    if (answer.sides.b) show(answer);
    if (name === "samples") pictured();
  }
  if (!answer.done && !signal.aborted) throw new Error(STOPPED);
}

/** What a side shows at a step: x or x̂0 of the nearest frame before it. The frame is decoded when it is first looked at. */
export function shownAt(side, step, estimate, again) {
  if (step >= side.steps) return side.samples;
  const frame = side.frames.findLast(one => one.k <= step), key = estimate ? "xhat0" : "x";
  if (!frame) return side.samples;
  frame.shapes ??= {};
  if (!(key in frame.shapes)) {
    frame.shapes[key] = null;
    shape(frame[key], side.grid).then(made => { frame.shapes[key] = made; again(); });
  }
  return frame.shapes[key];
}

/** The followed point from step to step. */
export function pathOf(side, point) {
  const at = side.path?.follow.indexOf(point) ?? -1, count = side.path?.follow.length;
  if (at < 0) return null;
  const xy = side.path.floats ??= floats(side.path.x);
  return Array.from({ length: xy.length / 2 / count }, (_, k) => [xy[2 * (k * count + at)], xy[2 * (k * count + at) + 1]]);
}

async function shape(text, grid) {
  if (!grid) return { points: floats(text) };
  const image = new Image();
  image.src = text;
  await image.decode();
  return { image, grid };
}
