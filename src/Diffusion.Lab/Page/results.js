import { digits } from "./scale.js";
import { state } from "./state.js";

// What came out, in sentences.
const element = id => document.getElementById(id);
let metric = null;

export function showCost(which, cost) {
  const forward = cost.forwardSteps > 0
    ? `${cost.forwardSteps} forward steps`
    : `no forward step, where the article's F would take ${cost.standardForwardSteps}`;
  element("cost" + which).textContent = `${cost.calls} calls of the denoiser, ${forward}; ${digits(cost.seconds * 1000, 3)} ms`;
}

export function showDistance(values) {
  metric = values.metric;
  const floor = values.floor > 0 ? `; true samples beside others: ${digits(values.floor, 3)}` : "";
  element("distanceB").textContent = `${metric}: ${digits(values.b)}${floor}`;
  element("distanceA").textContent = values.a === null || values.a === undefined ? "" : `${metric}: ${digits(values.a)}${floor}`;
}

export function showDifference(values) {
  const size = number => digits(Math.abs(number), 3);
  const ends = [Math.abs(values.low), Math.abs(values.high)].sort((a, b) => a - b).map(number => digits(number, 3));
  element("difference").textContent = values.low === 0 && values.high === 0
    ? "A and B give the same samples."
    : values.better === "neither" ? `No difference: B − A lies within [${digits(-values.high, 3)}, ${digits(-values.low, 3)}] (95 %, ${values.over}).`
    : `${values.better} is nearer by ${size(values.value)} [${ends.join(", ")}] (95 %, ${values.over}).`;
  element("difference").dataset.better = values.better;
}

export function showProgress(values) {
  element("progress").textContent = values === null ? "" : {
    difference: `the difference: start noise ${values.taken} of ${values.of}`,
    reference: `what a hundred steps make of this noise: ${values.taken} of ${values.of}`
  }[values.which] ?? `${state.a ? values.which + ": " : ""}step ${values.taken} of ${values.of}`;
}

export function showTrouble(line) {
  element("trouble").textContent = line;
  element("trouble").hidden = line === "";
}

export function clearResults() {
  if (!state.a) { element("difference").textContent = ""; delete element("difference").dataset.better; }
}
