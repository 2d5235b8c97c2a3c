// All that the reader chose, and nothing else. The address says it; the server keeps none of it.
const defaults = {
  data: "three-modes", modes: "", schedule: "linear", T: "1000", stride: "quadratic5", rule: "ddim", clip: "auto",
  count: "", seed: "1", class: "", guidance: "1"
};
const looks = { step: "", follow: "0", view: "logSnr", show: "x" };

// What a rival A can have of its own; the rest is the same for both, or they could not be compared.
export const ofRival = ["schedule", "T", "stride", "rule", "clip", "guidance"];

export const state = { ...defaults, ...looks, a: null };

const listeners = [];
export function onChange(listener) { listeners.push(listener); }

// Changes some values and tells everyone what changed; a key that is no choice (a step, a view) asks nothing of the server.
export function change(values, { remember = false } = {}) {
  const changed = Object.keys(values).filter(key => JSON.stringify(state[key]) !== JSON.stringify(values[key]));
  if (changed.length === 0) return;
  Object.assign(state, values);
  const address = write();
  if (remember) history.pushState(null, "", address); else history.replaceState(null, "", address);
  tell(new Set(changed));
}

function tell(changed) { for (const listener of listeners) listener(changed); }

export function isChoice(key) { return key in defaults || key === "a"; }

// The query of a choice, with the rival's keys behind "a.".
export function query(more = {}) {
  const pairs = new URLSearchParams();
  for (const key in defaults) if (state[key] !== "") pairs.set(key, state[key]);
  if (state.a) {
    for (const key in defaults) {
      const value = ofRival.includes(key) ? state.a[key] : state[key];
      if (value !== "") pairs.set("a." + key, value);
    }
  }
  for (const key in more) pairs.set(key, more[key]);
  return pairs.toString();
}

function write() {
  const pairs = new URLSearchParams({ schedule: state.schedule });
  for (const [key, usual] of Object.entries({ ...defaults, ...looks })) if (key !== "schedule" && state[key] !== usual) pairs.set(key, state[key]);
  if (state.a) for (const key of ofRival) if (state.a[key] !== defaults[key] || key === "schedule") pairs.set("a." + key, state.a[key]);
  return "#" + readable(pairs);
}

function readable(pairs) { return pairs.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%3B", ";"); }

export function readAddress() {
  const pairs = new URLSearchParams(location.hash.slice(1));
  const read = { ...defaults, ...looks, a: null };
  for (const key of Object.keys({ ...defaults, ...looks })) if (pairs.has(key)) read[key] = pairs.get(key);
  if (ofRival.some(key => pairs.has("a." + key)))
    read.a = Object.fromEntries(ofRival.map(key => [key, pairs.get("a." + key) ?? defaults[key]]));
  Object.assign(state, read);
  tell(new Set(Object.keys(read)));
}

export function timesteps(stride) { return stride.startsWith("custom:") ? stride.slice(7).split(",").map(Number) : null; }
