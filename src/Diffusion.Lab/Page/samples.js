import { change, state } from "./state.js";
import { handle, redraw } from "./handle.js";
import { clamp, digits, linear, svg } from "./scale.js";

// Samples over the truth, of B and beside it of A; a way that a point took; the modes, to drag.
const reach = 2.7, side = 420;
const to = { x: linear(-reach, reach, 0, side), y: linear(-reach, reach, side, 0) };
const answers = { A: null, B: null };
let truth = null, modes = [];

export function points(base64) {
  const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

export function showTruth(base64) { truth = points(base64); }

export function showSamples(which, values) {
  answers[which] = { pictures: values.pictures, samples: values.pictures ? values.samples : points(values.samples) };
  draw(which);
}

export function showWalk(which, values) {
  if (!answers[which]) return;
  answers[which].walk = values;
  draw(which);
}

export function forget(which) { answers[which] = null; }

export function answerOf(which) { return answers[which]; }

export function setModes(text) {
  modes = text ? text.split(";").map(mode => mode.split(":").map(Number)) : [];
  drawOverlay("B");
}

export function drawAll() { draw("B"); draw("A"); }

// Which numbers a panel shows: the sample, or x_t or x̂0 at the step of the scrubber.
function shown(answer) {
  const frame = frameOf(answer);
  if (!frame) return answer.samples;
  const value = state.show === "estimate" ? frame.estimate : frame.x;
  return answer.pictures ? value : points(value);
}

export function frameOf(answer) {
  if (state.step === "" || !answer?.walk) return null;
  const frames = answer.walk.frames, step = Number(state.step);
  return step >= answer.walk.steps.length ? null : frames.findLast(frame => frame.step <= step) ?? null;
}

function draw(which) {
  const panel = document.getElementById("panel" + which), answer = answers[which];
  panel.hidden = which === "A" && !state.a;
  if (!answer || panel.hidden) return;
  const canvas = panel.querySelector("canvas"), image = panel.querySelector("img"), overlay = panel.querySelector("svg");
  canvas.hidden = answer.pictures;
  overlay.style.display = answer.pictures ? "none" : "";
  image.hidden = !answer.pictures;
  const values = shown(answer);
  if (answer.pictures) { image.src = values; return; }
  const scale = devicePixelRatio || 1;
  if (canvas.width !== side * scale) { canvas.width = side * scale; canvas.height = side * scale; }
  const context = canvas.getContext("2d"), style = getComputedStyle(canvas);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, side, side);
  if (truth) dots(context, truth, style.getPropertyValue("--truth"), 1.6);
  dots(context, values, style.getPropertyValue(which === "A" ? "--a" : "--b"), 1.6);
  drawOverlay(which);
}

function dots(context, numbers, colour, size) {
  context.fillStyle = colour;
  for (let i = 0; i < numbers.length; i += 2) context.fillRect(to.x.at(numbers[i]) - size / 2, to.y.at(numbers[i + 1]) - size / 2, size, size);
}

function drawOverlay(which) {
  const overlay = document.querySelector(`#panel${which} svg`), answer = answers[which];
  overlay.setAttribute("viewBox", `0 0 ${side} ${side}`);
  if (overlay.children.length === 0) overlay.append(svg("g"), svg("g"));
  const [way, layer] = overlay.children, path = answer?.walk?.path ?? [];
  const places = path.map(([x, y]) => `${to.x.at(x).toFixed(1)},${to.y.at(y).toFixed(1)}`);
  way.replaceChildren(...path.length === 0 ? [] : [
    svg("polyline", { class: "way", points: places.join(" ") }),
    ...path.slice(1, -1).map(([x, y]) => svg("circle", { class: "way-step", cx: to.x.at(x), cy: to.y.at(y), r: 2 })),
    svg("circle", { class: "way-start", cx: to.x.at(path[0][0]), cy: to.y.at(path[0][1]), r: 5 }),
    svg("circle", { class: "way-end", cx: to.x.at(path.at(-1)[0]), cy: to.y.at(path.at(-1)[1]), r: 5 })
  ]);
  redraw(layer, which === "A" ? [] : modes.map(([x, y, std], i) => handle(overlay, {
    x: to.x.at(x), y: to.y.at(y), r: clamp(std * side / (2 * reach), 7, 60), kind: "mode", label: `mode ${i + 1}`,
    text: `at ${digits(x, 3)}, ${digits(y, 3)}`, now: digits(x, 3), min: -2.5, max: 2.5,
    move: (px, py) => moveMode(i, to.x.back(px), to.y.back(py)),
    nudge: (dx, dy) => moveMode(i, modes[i][0] + dx * 0.05, modes[i][1] + dy * 0.05)
  })));
}

function moveMode(i, x, y) {
  modes[i] = [Number(clamp(x, -2.5, 2.5).toFixed(2)), Number(clamp(y, -2.5, 2.5).toFixed(2)), ...modes[i].slice(2)];
  change({ modes: modes.map(mode => mode.join(":")).join(";") });
}

// A click takes the nearest sample to follow.
for (const which of ["A", "B"]) document.querySelector(`#panel${which} svg`).addEventListener("click", event => {
  const answer = answers[which];
  if (!answer || answer.pictures) return;
  const box = event.currentTarget.getBoundingClientRect();
  const x = to.x.back((event.clientX - box.left) / box.width * side), y = to.y.back((event.clientY - box.top) / box.height * side);
  let best = 0, least = Infinity;
  for (let i = 0; i < answer.samples.length; i += 2) {
    const distance = (answer.samples[i] - x) ** 2 + (answer.samples[i + 1] - y) ** 2;
    if (distance < least) [least, best] = [distance, i / 2];
  }
  change({ follow: String(best) });
});
