// The search for the best stride under the present schedule: a button, its progress, and the marks that it finds.

import { events } from "./server.js";
import { choose, query } from "./state.js";

export function createSearch({ fail, count }) {
  const button = document.getElementById("find"), progress = document.getElementById("progress"), usual = button.textContent;
  const bar = progress.querySelector("progress"), told = progress.querySelector("span");
  let running = null;

  button.addEventListener("click", async () => {
    if (running) return running.abort();
    const stop = running = new AbortController();
    button.textContent = "Stop the search";
    progress.hidden = false;
    bar.removeAttribute("value");
    told.textContent = "";
    try {
      const asked = `${query()}&k=${count()}&objective=${document.getElementById("objective").value}`;
      for await (const [name, data] of events("/api/stride", asked, stop.signal)) {
        if (name === "progress") {
          bar.value = data.share;
          told.textContent = data.text;
        } else if (name === "done") choose({ stride: data.stride });
      }
    } catch (error) {
      if (!stop.signal.aborted) fail(error.message);
    }
    running = null;
    button.textContent = usual;
    progress.hidden = true;
  });
}
