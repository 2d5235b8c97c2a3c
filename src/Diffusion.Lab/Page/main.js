// The page: one state, the questions that follow from it, and what is drawn of the answers.

import { createControls, dataOf } from "./controls.js";
import { createCurve } from "./curve.js";
import { createKnots } from "./knots.js";
import { createMarks } from "./marks.js";
import { createPlot } from "./samples.js";
import { createSearch } from "./search.js";
import { alone, costLine, difference, drawBars, drawTerms, element } from "./numbers.js";
import { drawTake } from "./take.js";
import { experiments } from "./experiments.js";
import { pathOf, readAnswer, shownAt } from "./answers.js";
import { ask, newest } from "./server.js";
import { look, curveQuestion, onChange, ownMarks, pin, question, restore, rivalAlone, state, value } from "./state.js";

const by = id => document.getElementById(id);
const schedules = { a: null, b: null }, asked = {};
let choices, update, answer = null, due = false;

const fail = line => { by("fault").textContent = line; };

const askSchedule = side => newest(async (text, signal) => {
  schedules[side] = await ask("/api/schedule", text, signal);
  paint();
}, fail);
const asks = {
  a: askSchedule("a"), b: askSchedule("b"),
  answer: newest((text, signal, pictured) => readAnswer(text, signal, pictured, newer => {
    answer = newer;
    fail("");
    by("way").textContent = "";
    paint();
  }, ({ side, k, K }) => { by("way").textContent = `${side === "rival" ? "A" : "B"}: call ${k} of ${K} …`; }), fail),
};

/** Asks again only what has changed. */
function follow() {
  const rival = rivalAlone();
  for (const [name, text] of Object.entries({ answer: question(), b: curveQuestion(state.b), a: rival && curveQuestion(rival) })) {
    if (text !== null && asked[name] !== text) asks[name](text);
    asked[name] = text;
  }
  if (answer?.query !== asked.answer) for (const id of ["plot-b", "verdict"]) by(id).setAttribute("aria-busy", "true");
  if (!rival) schedules.a = null;
  paint();
}

function paint() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => { due = false; draw(); });
}

const curve = createCurve(by("curve")), knots = createKnots(by("curve")), marks = createMarks(by("curve"), fail);
const plots = { a: createPlot(by("plot-a"), "A", "--a"), b: createPlot(by("plot-b"), "B", "--b") };

function draw() {
  const schedule = schedules.b, own = answer?.sides.b, visited = ownMarks(state.b) ?? schedule?.timesteps, steps = own?.steps ?? visited?.length ?? 0;
  const step = Math.min(steps, Number(state.look.step ?? steps)), term = own?.terms[Math.min(step, steps - 1)];
  update(visited);
  if (schedule) {
    const on = curve({
      schedule, rivalSchedule: schedules.a, view: state.look.view, T: Number(value("T")), from: step < steps && term,
      hold: document.querySelector(".knots .held"),
    });
    knots(schedule, on);
    marks({ visited, rivalVisits: state.a && (ownMarks(rivalAlone()) ?? schedules.a?.timesteps), schedule, on });
  }
  drawPlots(step, steps);
  drawVerdict();
  drawScrubber(step, steps, term);
  drawTerms(by("terms"), term, own?.frames.findLast(one => one.k <= Math.min(step, steps - 1))?.terms);
  drawTake(by("take"), answer?.done?.take);
  drawTask();
}

function drawPlots(step, steps) {
  const data = dataOf(choices), followed = state.look.follow === undefined ? undefined : Number(state.look.follow);
  by("plot-a").hidden = !state.a;
  for (const side of state.a ? ["a", "b"] : ["b"]) {
    const own = answer?.sides[side], at = Math.round(step / steps * (own?.steps ?? 0)), estimate = state.look.show === "x0" && at < own?.steps;
    const shown = own && shownAt(own, at, estimate, paint);
    const label = `${side.toUpperCase()}: ${estimate ? "estimated samples" : "samples"} after ${at} of ${own?.steps ?? 0} calls`;
    by("plot-" + side).querySelector("figcaption").textContent = (state.a ? `${side.toUpperCase()} · ` : "") + describe(side === "a" ? rivalAlone() : state.b);
    if (shown === null) continue; // Its picture is being decoded: the one before it stays so long.
    if (data?.kind === "pictures") plots[side].drawPictures({ shown, label, chosen: followed });
    else {
      plots[side].draw({
        shown: shown?.points, truth: answer?.truth, mixture: mixture(data), movable: side === "b" && mixture(data), label, at,
        path: own && followed !== undefined ? pathOf(own, followed) : null,
      });
    }
  }
}

function mixture(data) {
  if (!value("modes")) return data?.modes;
  return value("modes").split(";").filter(part => part).map(part => {
    const [x, y, sd, w] = part.split(":").map(Number);
    return { x, y, sd, w };
  });
}

const describe = choice => [
  value("schedule", choice).startsWith("logsnr:") ? "own schedule" : value("schedule", choice),
  ownMarks(choice) ? "own marks" : value("stride", choice),
  value("rule", choice) === "ddim" && Number(value("eta", choice)) > 0 ? `ddim, η = ${value("eta", choice)}` : value("rule", choice),
].join(" · ");

function drawVerdict() {
  const done = answer?.done, sentence = by("verdict").querySelector(".sentence"), stale = answer?.query !== asked.answer;
  by("plot-b").setAttribute("aria-busy", stale);
  by("verdict").setAttribute("aria-busy", stale || !done);
  by("unpin").hidden = !state.a;
  if (!done) return;
  sentence.textContent = done.difference ? difference(done.difference) : alone(done.distance);
  sentence.className = `sentence ${done.difference?.better ?? ""}`;
  by("cost").textContent = costLine(answer.sides.b.cost);
  const bar = (name, side, distance) => ({ name, distance, label: `${side.cost.calls} calls` });
  drawBars(by("verdict").querySelector(".bars"), [
    ...(answer.sides.a ? [bar("A", answer.sides.a, done.rivalDistance)] : []), bar("B", answer.sides.b, done.distance),
  ]);
}

function drawScrubber(step, steps, term) {
  Object.assign(by("step"), { max: steps, value: step });
  by("step").setAttribute("aria-valuetext", by("where").textContent = step === steps ? `after ${steps} calls` : `call ${step + 1} of ${steps}${term ? `, t = ${term.t} → ${term.s}` : ""}`);
  for (const [name, now] of [["view", state.look.view ?? "alphaBar"], ["show", state.look.show ?? "x"]]) {
    const input = document.querySelector(`input[name=${name}][value=${now}]`);
    if (input) input.checked = true;
  }
  if (by("follow") !== document.activeElement) by("follow").value = state.look.follow ?? "";
}

function drawTask() {
  const experiment = experiments[Number(state.look.experiment) - 1], task = by("task");
  for (const [i, button] of [...by("experiments").children].entries()) button.setAttribute("aria-pressed", String(i === Number(state.look.experiment) - 1));
  task.hidden = !experiment;
  if (!experiment) return;
  task.querySelector("h2").textContent = experiment.task;
  task.querySelector(".what").textContent = experiment.what;
  const told = answer?.done, done = told?.difference && experiment.done({ difference: told.difference, calls: answer.sides.b.cost.calls, b: state.b, a: state.a ?? {} });
  task.classList.toggle("won", Boolean(done));
  const outcome = done ? `Done. ${experiment.next}` : "";
  if (told && task.querySelector(".outcome").textContent !== outcome) task.querySelector(".outcome").textContent = outcome;
}

function wire() {
  by("experiments").append(...experiments.map(({ name, address }, i) => {
    const button = element("button", "", `${i + 1} · ${name}`);
    button.type = "button";
    button.addEventListener("click", () => restore(`${address}&experiment=${i + 1}`));
    return button;
  }));
  by("pin").addEventListener("click", () => pin({ ...state.b }));
  by("unpin").addEventListener("click", () => pin(null));
  by("step").addEventListener("input", event => look({ step: event.target.value === event.target.max ? undefined : event.target.value }));
  by("follow").addEventListener("input", event => look({ follow: event.target.value || undefined }));
  by("play").addEventListener("click", play);
  for (const name of ["view", "show"]) by(name).addEventListener("input", event => look({ [name]: event.target.value }));
  addEventListener("hashchange", () => restore(location.hash));
  new ResizeObserver(paint).observe(document.body);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  createSearch({ fail, count: () => (ownMarks(state.b) ?? schedules.b?.timesteps ?? []).length || 5 });
}

let playing = 0;

function play() {
  clearInterval(playing);
  const steps = answer?.sides.b?.steps ?? 0;
  let step = 0;
  look({ step });
  playing = setInterval(() => {
    step += Math.max(1, Math.round(steps / 40));
    look({ step: step >= steps ? undefined : step });
    if (step >= steps) clearInterval(playing);
  }, Math.max(60, Math.min(500, 3000 / steps)));
}

try {
  choices = await ask("/api/choices", "");
  update = createControls(choices);
  wire();
  onChange(follow);
  restore(location.hash.length > 1 ? location.hash : `${experiments[0].address}&experiment=1`);
} catch (error) {
  fail(error.message);
  throw error;
}
