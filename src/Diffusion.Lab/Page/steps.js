import { answerOf } from "./samples.js";
import { change, state } from "./state.js";
import { digits } from "./scale.js";

// The scrubber, and every term of the step that it stands at.
const scrubber = document.getElementById("step"), label = document.getElementById("stepLabel"), table = document.getElementById("terms");

scrubber.addEventListener("input", () => {
  const steps = answerOf("B")?.walk?.steps.length ?? 0;
  change({ step: Number(scrubber.value) >= steps ? "" : scrubber.value });
});

export function drawSteps() {
  const walk = answerOf("B")?.walk;
  if (!walk) return;
  const all = walk.steps, at = state.step === "" ? all.length : Math.min(Number(state.step), all.length);
  scrubber.max = all.length;
  scrubber.value = at;
  label.textContent = at === all.length ? "the samples, t = 0" : `step ${at + 1} of ${all.length}, t = ${all[at].t}`;
  scrubber.setAttribute("aria-valuetext", label.textContent);
  const step = all[Math.min(at, all.length - 1)], pictures = answerOf("B").pictures;
  document.getElementById("termsTitle").textContent = `Step ${Math.min(at, all.length - 1) + 1}, from t = ${step.t} to s = ${step.s}`;
  document.getElementById("termsOf").textContent = pictures
    ? `Root mean square over picture ${Number(state.follow) + 1}.` : `Point ${Number(state.follow) + 1}; click another in the picture.`;
  const rows = [
    ["x_t", "where the step begins", step.x, ""],
    ["ε̂", "the estimated noise", step.noise, ""],
    ["x̂₀", "the estimated sample", step.estimate, `√ᾱ_t = ${digits(Math.sqrt(step.alphaBarT))}, √(1−ᾱ_t) = ${digits(Math.sqrt(1 - step.alphaBarT))}`],
    ["√ᾱ_s·x̂₀ + √(1−ᾱ_s−σ²)·ε̂", "the scaled estimates", step.scaled, `the factors are ${digits(step.signal)} and ${digits(step.direction)}`],
    ["σ·z", "fresh noise", step.random, `σ = ${digits(step.sigma)}`],
    ["x_s", "their sum", step.next, ""]
  ];
  table.replaceChildren(...rows.map(([term, meaning, values, factors]) => {
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = term;
    row.append(head, ...[values.map(value => digits(value)).join(", ").replaceAll("-", "−"), factors ? `${meaning}: ${factors}` : meaning].map(text => {
      const cell = document.createElement("td");
      cell.textContent = text;
      return cell;
    }));
    return row;
  }));
}
