import { ask, gone } from "./server.js";
import { asker } from "./asking.js";
import { isChoice, ofRival, onChange, change, query, readAddress, state } from "./state.js";
import { drawCurve, showCurve } from "./curve.js";
import { drawMarks, showMarks } from "./marks.js";
import { answerOf, drawAll, forget, setModes, showSamples, showTruth, showWalk } from "./samples.js";
import { drawSteps } from "./steps.js";
import { clearResults, showCost, showDifference, showDistance, showProgress, showTrouble } from "./results.js";
import { dataOf, offer, showControls } from "./controls.js";
import { setUpSearch } from "./find.js";
import { showTake } from "./take.js";
import { begin, setUpExperiments } from "./experiments.js";

// From a change to the picture that shows it, in milliseconds: what the benchmark reads.
const delays = window.delays = [];

const fail = line => { showProgress(null); showTrouble(line); };

const answers = asker("answer", {
  query: () => query({ follow: state.follow }),
  fail,
  hear(name, values, began) {
    if (name === "truth") showTruth(values.points);
    else if (name === "samples") {
      showTrouble("");
      showSamples(values.which, values);
      if (values.which === "B") delays.push(performance.now() - began);
    } else if (name === "walk") {
      showWalk(values.which, values);
      showCost(values.which, values.cost);
      if (values.which === "B") drawSteps();
    } else if (name === "distance") showDistance(values);
    else if (name === "difference") showDifference(values);
    else if (name === "progress") showProgress(values);
    else if (name === "end") { showProgress(null); document.body.dataset.answered = query(); }
  }
});

let curves = null;
async function askCurves() {
  curves?.abort();
  const mine = curves = new AbortController();
  try {
    const [own, rival] = await Promise.all([
      ask("schedule", query(), mine.signal),
      state.a ? ask("schedule", new URLSearchParams({ schedule: state.a.schedule, T: state.a.T, stride: state.a.stride }), mine.signal) : null
    ]);
    if (mine !== curves) return;
    showCurve(own, rival);
    showMarks(own.timesteps, rival?.timesteps);
    document.body.dataset.drawn = query();
  } catch (error) {
    if (mine === curves) fail(error.message);
  }
}

onChange(changed => {
  showControls();
  setModes(state.modes || dataOf()?.modes || "");
  document.body.classList.toggle("pinned", state.a !== null);
  document.getElementById("pin").textContent = state.a ? "Let go of A" : "Pin this as A";
  if (!state.a) forget("A");
  clearResults();
  if (changed.has("schedule") || changed.has("stride") || changed.has("T") || changed.has("a")) askCurves();
  if (changed.has("view")) { drawCurve(); drawMarks(); }
  if ([...changed].some(isChoice) || changed.has("follow")) answers.ask();
  drawAll();
  drawSteps();
  showTake();
});

document.getElementById("pin").addEventListener("click", () => change(
  { a: state.a ? null : Object.fromEntries(ofRival.map(key => [key, state[key]])) }, { remember: true }));
document.getElementById("swap").addEventListener("click", () => change(
  { ...state.a, a: Object.fromEntries(ofRival.map(key => [key, state[key]])) }, { remember: true }));
setUpExperiments();
setUpSearch(() => document.querySelectorAll("#marks .mark").length || Number(document.getElementById("K").value));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
addEventListener("popstate", readAddress);
// A server that was stopped says so before the next question.
setInterval(() => fetch("lab.css").catch(() => fail(gone)), 15000);

offer(await ask("choices", "").catch(error => { fail(error.message); throw error; }));
if (location.hash.length > 1) readAddress(); else begin(0);
export { answerOf };
