import { change } from "./state.js";

// Three to begin with. Each is a choice like any other, and a sentence on what to try.
const usual = { data: "three-modes", modes: "", T: "1000", count: "", seed: "1", class: "", guidance: "1", clip: "auto", step: "", follow: "0" };
const rival = more => ({ schedule: "linear", T: "1000", stride: "quadratic5", rule: "ddim", clip: "auto", guidance: "1", ...more });
const experiments = [
  {
    name: "Five calls: beat quadratic5",
    text: "A is quadratic5, the named stride that does best here with five calls. B is yours: drag its five marks until the sentence under the "
      + "pictures says that B is nearer. Then press “Find the best stride”, and see where your marks should have been.",
    state: { ...usual, schedule: "linear", stride: "custom:40,160,360,640,1000", rule: "ddim", a: rival({}) }
  },
  {
    name: "Bend the schedule",
    text: "Both walk the same ten timesteps. B's schedule is cosine: pull its points and find a curve whose ten levels serve better. Only the "
      + "levels at the marks are visited; what the curve does between them changes nothing.",
    state: { ...usual, schedule: "cosine", stride: "trailing10", rule: "ddim", a: rival({ stride: "trailing10" }) }
  },
  {
    name: "Noise: a help or a harm?",
    text: "Both take ten calls of one stride, A without fresh noise, B with η = 1. Lower η and see when B is as near as A; then give both fifty calls.",
    state: { ...usual, schedule: "linear", stride: "quadratic10", rule: "ddim:1", a: rival({ stride: "quadratic10" }) }
  }
];

const text = document.getElementById("experiment");

export function setUpExperiments() {
  document.getElementById("experiments").replaceChildren(...experiments.map((experiment, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${i + 1}. ${experiment.name}`;
    button.addEventListener("click", () => begin(i));
    return button;
  }));
}

export function begin(i) {
  text.textContent = experiments[i].text;
  for (const [j, button] of [...document.getElementById("experiments").children].entries()) button.setAttribute("aria-pressed", i === j);
  change(experiments[i].state, { remember: true });
}
