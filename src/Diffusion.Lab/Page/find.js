import { listen } from "./server.js";
import { change, query } from "./state.js";
import { showTrouble } from "./results.js";

// The best stride of as many timesteps, for this schedule, these data and this rule.
const button = document.getElementById("find"), bar = document.getElementById("finding");
let control = null;

export function setUpSearch(count) {
  button.addEventListener("click", async () => {
    if (control) { control.abort(); return; }
    control = new AbortController();
    button.textContent = "Stop the search";
    bar.hidden = false;
    bar.removeAttribute("value");
    showTrouble("");
    try {
      await listen("stride", query({ k: count(), objective: document.getElementById("objective").value }), control.signal, (name, values) => {
        if (name === "progress") bar.value = values.share;
        if (name === "done") change({ stride: values.stride }, { remember: true });
      });
    } catch (error) {
      if (!control.signal.aborted) showTrouble(error.message);
    }
    control = null;
    button.textContent = "Find the best stride";
    bar.hidden = true;
  });
}
