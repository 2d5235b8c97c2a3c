import { listen } from "./server.js";

// While a handle is dragged there is a new choice at every frame. An answer whose samples are on their way may bring them; one whose
// samples are there gives way to the newest choice, and so does one that takes longer than a reader waits.
const patience = 250;

export function asker(path, { query, hear, fail }) {
  let now = null, waiting = false;

  function ask() {
    if (now && !now.shown && performance.now() - now.began < patience) {
      waiting = true;
      setTimeout(() => { if (waiting) ask(); }, patience);
      return;
    }
    now?.control.abort();
    waiting = false;
    const mine = now = { control: new AbortController(), began: performance.now(), shown: false };
    listen(path, query(), mine.control.signal, (name, values) => {
      if (mine !== now) return;
      hear(name, values, mine.began);
      if (name === "samples" && !mine.shown) { mine.shown = true; if (waiting) ask(); }
    }).catch(error => {
      if (mine !== now || mine.control.signal.aborted) return;
      now = null;
      fail(error.message);
    }).then(() => {
      if (mine !== now) return;
      now = null;
      if (waiting) ask();
    });
  }

  function stop() { now?.control.abort(); now = null; waiting = false; }

  return { ask, stop };
}
