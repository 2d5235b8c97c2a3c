// The plain controls: each input with data-key is one key of the choice; the stride also by its family and K.

import { choose, value } from "./state.js";

const FAMILIES = ["uniform", "trailing", "leading", "linspace", "quadratic", "logsnr", "karras", "ddim"], NAMED = /^([a-z]+)(\d+)$/;
const BOUNDS = ["auto", "none", "1", "1.5", "2", "3"];

export function createControls(choices) {
  const by = id => document.getElementById(id), keyed = [...document.querySelectorAll("[data-key]")];
  const own = "own marks", bent = "bent by hand";
  let timesteps = [];

  fill(by("schedule"), choices.schedules);
  fill(by("family"), [...FAMILIES, "full"]);
  fill(document.querySelector("[data-key=rule]"), choices.rules);
  fill(document.querySelector("[data-key=clip]"), BOUNDS);
  fill(by("data"), choices.data.map(one => one.name));

  for (const input of keyed) {
    input.addEventListener(input.type === "text" ? "change" : "input", () => choose({ [input.dataset.key]: input.value || undefined }));
  }
  by("schedule").addEventListener("input", event => choose({ schedule: event.target.value }));
  by("data").addEventListener("input", event => choose({ data: event.target.value, modes: undefined, class: undefined, count: undefined, guidance: undefined }));
  by("family").addEventListener("input", event => choose({ stride: event.target.value === "full" ? "full" : event.target.value + timesteps.length }));
  by("calls").addEventListener("input", event => {
    const count = Math.round(Number(event.target.value));
    if (count >= 1) choose({ stride: withCount(count) });
  });
  by("reseed").addEventListener("click", () => choose({ seed: 1 + Number(value("seed")) }));

  /** The same family with another K; of marks of one's own, the widest gap gets one or the closest pair loses one. */
  function withCount(count) {
    const named = NAMED.exec(value("stride"));
    if (named) return named[1] + count;
    let marks = [...timesteps];
    while (marks.length > count && marks.length > 1) marks.splice(indexOf(marks, Math.min, gap => gap), 1);
    while (marks.length < count && marks.length < Number(value("T"))) {
      const i = indexOf(marks, Math.max, gap => gap);
      marks.splice(i, 0, marks[i] - Math.floor((marks[i] - (marks[i - 1] ?? 0)) / 2));
    }
    return "custom:" + marks.join(",");
  }

  return visited => {
    timesteps = visited ?? timesteps;
    const data = dataOf(choices), schedule = value("schedule"), named = NAMED.exec(value("stride"));
    show(by("schedule"), choices.schedules.includes(schedule) ? schedule : bent);
    show(by("family"), value("stride") === "full" ? "full" : named && FAMILIES.includes(named[1]) ? named[1] : own);
    show(by("calls"), timesteps.length);
    show(by("data"), value("data"));
    const classes = data?.classes ?? 0;
    fill(document.querySelector("select[data-key=class]"), ["", ...Array.from({ length: classes }, (_, i) => String(i))], ["all in turn"]);
    for (const field of document.querySelectorAll(".classes")) field.hidden = !classes;
    by("count-name").textContent = data?.kind === "pictures" ? "Pictures" : "Points";
    for (const input of keyed) {
      const now = value(input.dataset.key) || (input.dataset.key === "count" ? (data?.kind === "pictures" ? "16" : "2000") : "");
      show(input, now);
      if (input.dataset.key === "eta") {
        input.disabled = value("rule") !== "ddim";
        input.nextElementSibling.textContent = input.disabled ? "—" : Number(now).toFixed(2);
      }
    }
  };
}

export const dataOf = choices => choices.data.find(one => one.name === value("data"));

function fill(select, values, labels = []) {
  if (select.options.length === values.length && [...select.options].every((option, i) => option.value === values[i])) return;
  select.replaceChildren(...values.map((text, i) => new Option(labels[i] ?? text, text)));
}

/** Sets a control unless the reader is typing in it; a select gets an option for a value that is not in its list. */
function show(input, text) {
  if (input === document.activeElement && input.matches("input:not([type=range])")) return;
  if (input.tagName === "SELECT") {
    for (const extra of [...input.options].filter(option => option.dataset.extra && option.value !== text)) extra.remove();
    if (![...input.options].some(option => option.value === text)) {
      const extra = new Option(text, text);
      extra.dataset.extra = "yes";
      input.add(extra);
    }
  }
  input.value = text;
}

function indexOf(marks, pick, of) {
  const gaps = marks.map((t, i) => of(t - (marks[i - 1] ?? 0)));
  return gaps.indexOf(pick(...gaps));
}
