// The page: one state, the questions that follow from it, and what is drawn of the answers.

import { createControls, dataOf } from "./controls.js";
import { createCurve } from "./curve.js";
import { createKnots } from "./knots.js";
import { createMarks } from "./marks.js";
import { createPlot } from "./samples.js";
import { createSearch } from "./search.js";
import { costLine, difference, drawBars, drawTerms, element } from "./numbers.js";
import { drawTake } from "./take.js";
import { experiments } from "./experiments.js";
import { readAnswer } from "./answers.js";
import { ask, newest } from "./server.js";
import { look, onChange, pin, query, restore, rivalAlone, state, value } from "./state.js";

const by = id => document.getElementById(id), pageId = Math.random().toString(36).slice(2);
const answers = { a: null, b: null }, schedules = { a: null, b: null };
let choices, update, due = false, hold = false;

const fail = line => { by("fault").textContent = line; };

const askSide = side => newest((asked, signal, pictured) => readAnswer(`${asked}&page=${pageId}${side}`, signal, pictured, answer => {
  answers[side] = answer;
  fail("");
  paint();
}), { fail });
const askSchedule = side => newest(async (asked, signal) => {
  schedules[side] = await ask("/api/schedule", asked, signal);
  paint();
}, { fail });
const asks = { a: askSide("a"), b: askSide("b"), scheduleA: askSchedule("a"), scheduleB: askSchedule("b") };
const asked = {};

/** Asks again only what has changed. */
function question(name, text) {
  if (asked[name] === text) return;
  asked[name] = text;
  if (text !== null) asks[name](text);
}

function follow() {
  const rival = rivalAlone();
  question("scheduleB", query());
  question("b", query(state.b, state.a));
  question("scheduleA", rival && query(rival));
  question("a", rival && query(rival));
  if (!rival) answers.a = schedules.a = null;
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
  const schedule = schedules.b, steps = answers.b?.steps ?? schedule?.timesteps.length ?? 0, step = Math.min(steps, Number(state.look.step ?? steps));
  const term = answers.b?.terms?.[step - 1];
  update(schedule?.timesteps);
  if (schedule) {
    const on = curve({ schedule, rivalSchedule: schedules.a, view: state.look.view ?? "alphaBar", T: Number(value("T")), from: state.look.step !== undefined && term, hold: document.querySelector(".knots .held") });
    knots(schedule, on);
    marks({ visited: visits(schedule), rivalVisits: schedules.a?.timesteps, schedule, on });
  }
  drawPlots(step, steps);
  drawVerdict();
  drawScrubber(step, steps, term);
  drawTerms(by("terms"), term);
  drawTake(by("take"), answers.b?.take);
  drawTask();
}

/** The marks at once where the stride lists them, else as the server last told. */
const visits = schedule => value("stride").startsWith("custom:") ? value("stride").slice(7).split(",").map(Number) : schedule.timesteps;

function drawPlots(step, steps) {
  const data = dataOf(choices), followed = state.look.follow === undefined ? undefined : Number(state.look.follow);
  for (const side of ["a", "b"]) {
    const answer = answers[side], figure = by("plot-" + side);
    figure.hidden = side === "a" && !state.a;
    if (figure.hidden) continue;
    const own = answer?.steps === steps ? step : Math.round(step / steps * (answer?.steps ?? 0));
    const estimate = state.look.show === "x0" && own > 0;
    const shown = estimate ? answer?.estimates[own - 1] : own === answer?.steps || !answer?.walk[own] ? answer?.samples ?? answer?.walk.at(-1) : answer.walk[own];
    const label = `${side.toUpperCase()}: ${estimate ? "estimated sample" : "samples"} after ${own} of ${answer?.steps ?? 0} calls`;
    figure.querySelector("figcaption").textContent = state.a ? `${side.toUpperCase()} · ${describe(side === "a" ? rivalAlone() : state.b)}` : describe(state.b);
    if (shown?.image || data?.kind === "pictures") {
      plots[side].drawPictures({ image: shown?.image, label, chosen: followed, columns: answer?.columns ?? 4, rows: answer?.rows ?? 4 });
      continue;
    }
    plots[side].draw({
      shown: shown?.points, truth: answer?.truth, mixture: mixture(data), movable: side === "b" && data?.kind === "mixture", label, at: own,
      path: followed === undefined ? null : answer?.walk.filter(one => one?.points?.length > 2 * followed).map(({ points }) => [points[2 * followed], points[2 * followed + 1]]),
    });
  }
}

function mixture(data) {
  if (!value("modes")) return data?.modes?.map(mode => ({ x: mode.mean?.[0] ?? mode.x, y: mode.mean?.[1] ?? mode.y, sd: mode.sd, w: mode.weight ?? mode.w }));
  return value("modes").split(";").filter(part => part).map(part => {
    const [x, y, sd, w] = part.split(":").map(Number);
    return { x, y, sd, w };
  });
}

const describe = choice => [
  value("schedule", choice).startsWith("logsnr:") ? "own schedule" : value("schedule", choice),
  value("stride", choice).startsWith("custom:") ? "own marks" : value("stride", choice),
  value("rule", choice) === "ddim" && Number(value("eta", choice)) > 0 ? `ddim, η = ${value("eta", choice)}` : value("rule", choice),
].join(" · ");

function drawVerdict() {
  const [a, b] = [answers.a, answers.b], sentence = by("verdict").querySelector(".sentence");
  by("verdict").classList.toggle("waiting", !b?.done);
  if (b?.done) {
    sentence.textContent = b.difference ? difference(b.difference) : "";
    sentence.className = `sentence ${b.difference?.better ?? ""}`;
    by("cost").textContent = costLine(b.cost);
    drawBars(by("verdict").querySelector(".bars"), [
      ...(state.a ? [{ name: "A", distance: a?.distance, label: `${a?.cost?.calls ?? ""} calls` }] : []),
      { name: "B", distance: b.distance, label: `${b.cost.calls} calls` },
    ]);
  }
  by("unpin").hidden = !state.a;
}

function drawScrubber(step, steps, term) {
  Object.assign(by("step"), { max: steps, value: step });
  by("where").textContent = step === 0 ? "the start noise" : `call ${step} of ${steps}${term ? `, t = ${term.t} → ${term.s}` : ""}`;
  for (const [name, now] of [["view", state.look.view ?? "alphaBar"], ["show", state.look.show ?? "x"]]) {
    document.querySelector(`input[name=${name}][value=${now}]`)?.setAttribute("checked", "");
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
  const b = answers.b, done = b?.done && b.difference && experiment.done({ difference: b.difference, calls: b.cost.calls, b: state.b, a: state.a ?? {} });
  task.classList.toggle("won", Boolean(done));
  const outcome = done ? `Done. ${experiment.next}` : "";
  if (b?.done && task.querySelector(".outcome").textContent !== outcome) task.querySelector(".outcome").textContent = outcome;
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
  createSearch({ fail, pageId, count: () => schedules.b?.timesteps.length ?? 5 });
}

let playing = 0;

function play() {
  clearInterval(playing);
  const steps = answers.b?.steps ?? 0;
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
  onChange(kind => kind === "choice" ? follow() : paint());
  restore(location.hash.length > 1 ? location.hash : `${experiments[0].address}&experiment=1`);
} catch (error) {
  fail(error.message);
  throw error;
}
