import { ask } from "./server.js";
import { query } from "./state.js";

// The choice in the forms in which it leaves the page; asked for only while they are in view.
const box = document.getElementById("take");
const forms = { address: () => location.href, cell: a => a.cell, command: a => a.command, input: a => a.input, entry: a => a.entry };
let control = null;

export async function showTake() {
  if (!box.open) return;
  control?.abort();
  const mine = control = new AbortController();
  const answer = await ask("take", query(), mine.signal).catch(() => null);
  if (!answer || mine !== control) return;
  for (const [id, form] of Object.entries(forms)) {
    const text = form(answer), place = document.getElementById("take-" + id);
    place.closest("section").hidden = text === "";
    place.textContent = text;
  }
}

box.addEventListener("toggle", showTake);
for (const button of box.querySelectorAll("button")) button.addEventListener("click", async () => {
  const text = button.closest("section").querySelector("pre").textContent;
  await navigator.clipboard.writeText(text).then(() => { button.textContent = "Copied"; }, () => { button.textContent = "Select the text and copy it"; });
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
});
