// The state to take along: as an address, a C# cell, a command, an entry of the leaderboard.

import { element } from "./numbers.js";

export function drawTake(root, take) {
  const parts = [["Address", location.href], ["C# cell for a notebook", take?.csharp], ["Command", take?.command], ["Entry of notebook 9’s leaderboard", take?.leaderboard]];
  const open = root.querySelectorAll("pre");
  const shown = parts.filter(([, text]) => text);
  if (open.length === shown.length) {
    shown.forEach(([, text], i) => { open[i].textContent = text; });
    return;
  }
  root.replaceChildren(...shown.map(([title, text]) => {
    const part = element("div", "part"), head = element("h3", "", title), code = element("pre", "", text), copy = element("button", "", "Copy");
    copy.type = "button";
    copy.setAttribute("aria-label", `Copy: ${title}`);
    code.tabIndex = 0;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = "Copy"; }, 1500);
    });
    head.append(copy);
    part.append(head, code);
    return part;
  }));
}
