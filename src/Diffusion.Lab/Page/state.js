// The page's whole state is its address: what B is, what A is if one is pinned, and what one looks at.

export const DEFAULTS = {
  data: "three-modes", modes: "", schedule: "linear", T: "1000", stride: "quadratic5", rule: "ddim", eta: "0", clip: "auto",
  count: "", seed: "1", class: "", guidance: "1",
};
const SHARED = ["data", "modes", "count", "seed", "class"]; // A and B run the same course.
const LOOK = ["step", "follow", "view", "show", "experiment"];

/** b: the present choice; a: the pinned one or null; look: what is looked at. Values are texts; an absent one is the default. */
export const state = { b: {}, a: null, look: {} };

const listeners = [];
export const onChange = listener => listeners.push(listener);

export const value = (key, of = state.b) => of[key] ?? DEFAULTS[key] ?? "";

/** Sets some of B's keys; those that both share are set for A too. */
export function choose(patch) {
  put(state.b, patch);
  write();
}

/** Sets what is looked at, which needs no new answer. */
export function look(patch) {
  put(state.look, patch);
  write();
}

export function pin(rival) {
  state.a = rival && own(rival);
  write();
}

export function restore(address) {
  read(address);
  write();
}

/** B's pairs, and A's under `a.` if there is one: what the server is asked. */
export function query(of = state.b, rival = null) {
  const pairs = [...Object.entries(of), ...Object.entries(rival ?? {}).map(([key, text]) => ["a." + key, text])];
  return pairs.map(([key, text]) => `${key}=${encode(text)}`).join("&");
}

/** All that an answer depends on. */
export const question = () => [query(state.b, rivalAlone()), query("follow" in state.look ? { follow: state.look.follow } : {})].filter(part => part).join("&");

/** All that a curve and its marks depend on; marks of one's own are known here. */
export const curveQuestion = of => query({
  schedule: value("schedule", of), T: value("T", of), stride: ownMarks(of) ? "uniform1" : value("stride", of),
});

/** The timesteps of a stride that lists them, else null. */
export const ownMarks = of => value("stride", of).startsWith("custom:") ? value("stride", of).slice(7).split(",").map(Number) : null;

/** A as a choice of its own: its keys, and those that both share. */
export const rivalAlone = () => state.a && { ...state.a, ...Object.fromEntries(SHARED.filter(key => key in state.b).map(key => [key, state.b[key]])) };

// The stride is always told, so that an address never is empty and a pinned default still is there.
const own = choice => ({ stride: DEFAULTS.stride, ...Object.fromEntries(Object.entries(choice).filter(([key]) => !SHARED.includes(key))) });

const encode = text => encodeURIComponent(text).replace(/%(3A|2C|3B)/g, decodeURIComponent);

function put(into, patch) {
  for (const [key, text] of Object.entries(patch)) {
    if (text === undefined || (key !== "stride" && text === DEFAULTS[key])) delete into[key];
    else into[key] = String(text);
  }
}

function read(address) {
  state.b = {};
  state.a = null;
  state.look = {};
  for (const [key, text] of new URLSearchParams(address.replace(/^#/, ""))) {
    if (key.startsWith("a.") && key.slice(2) in DEFAULTS && !SHARED.includes(key.slice(2))) (state.a ??= {})[key.slice(2)] = text;
    else if (LOOK.includes(key)) state.look[key] = text;
    else if (key in DEFAULTS) state.b[key] = text;
  }
}

function write() {
  const text = [query(state.b, state.a), query(state.look)].filter(part => part).join("&");
  if (location.hash !== "#" + text) history.replaceState(null, "", "#" + text);
  for (const listener of listeners) listener();
}
