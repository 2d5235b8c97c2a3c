import { change, state } from "./state.js";

// The choices that are no drawing. Each field is named as its key in the address.
const fields = Object.fromEntries([...document.querySelectorAll("[data-key]")].map(field => [field.dataset.key, field]));
let choices = null;

export function offer(all) {
  choices = all;
  fill(fields.schedule, [...all.schedules, ...all.schedules.map(name => name + "-zero-snr")]);
  fill(fields.rule, all.rules);
  fill(fields.data, all.data.map(data => data.name));
  fill(document.getElementById("family"), all.strides);
  fill(document.getElementById("objective"), all.objectives);
  for (const [key, field] of Object.entries(fields)) field.addEventListener("change", () => change(key === "data"
    ? { data: field.value, modes: "", count: "", class: "", guidance: "1", follow: "0", step: "" }
    : { [key]: field.value }, { remember: true }));
  const eta = document.getElementById("eta");
  eta.addEventListener("input", () => change({ rule: Number(eta.value) === 0 ? "ddim" : `ddim:${eta.value}` }));
  const family = document.getElementById("family"), count = document.getElementById("K");
  const named = () => change({ stride: family.value + count.value }, { remember: true });
  family.addEventListener("change", named);
  count.addEventListener("change", named);
  showControls();
}

export function dataOf() { return choices?.data.find(data => data.name === state.data); }

export function showControls() {
  if (!choices) return;
  for (const [key, field] of Object.entries(fields)) {
    if (field.tagName === "SELECT" && ![...field.options].some(option => option.value === state[key])) field.add(new Option(shortened(state[key]), state[key]));
    if (document.activeElement !== field || field.tagName === "SELECT") field.value = state[key];
  }
  const data = dataOf(), pictures = data?.kind === "pictures";
  fields.count.placeholder = pictures ? "16" : "2000";
  document.getElementById("pictureChoices").hidden = !pictures || !data.classes;
  const equation = state.rule.split(":")[0] === "ddim", eta = document.getElementById("eta");
  eta.disabled = !equation;
  eta.value = equation ? state.rule.split(":")[1] ?? 0 : 0;
  document.getElementById("etaValue").textContent = equation ? eta.value : "set by the rule";
  const named = state.stride.match(/^([a-z]+)(\d+)$/), family = document.getElementById("family");
  document.getElementById("strideName").textContent = named ? state.stride : "your own";
  if (named && [...family.options].some(option => option.value === named[1])) {
    family.value = named[1];
    document.getElementById("K").value = named[2];
  }
}

function shortened(text) { return text.startsWith("logsnr:") ? "bent by hand" : text; }

function fill(select, values) { select.replaceChildren(...values.map(value => new Option(value, value))); }
