import { across } from "./curve.js";
import { change, state } from "./state.js";
import { handle, redraw } from "./handle.js";
import { clamp, svg } from "./scale.js";

// The stride: a mark for each timestep visited. Of more than sixty no mark could be taken hold of, and they only show.
const width = 620, height = 64, most = 60;
const root = document.getElementById("marks"), ground = svg("g"), rivals = svg("g"), layer = svg("g");
root.setAttribute("viewBox", `0 0 ${width} ${height}`);
root.append(ground, rivals, layer);

let visited = [], ofRival = [];

export function showMarks(timesteps, rival) {
  visited = timesteps;
  ofRival = rival ?? [];
  drawMarks();
}

export function drawMarks() {
  const x = across(), T = Number(state.T), y = 22;
  ground.replaceChildren(
    svg("rect", { class: "ground", x: x.at(0), y: 4, width: x.at(T) - x.at(0), height: 36, rx: 4 }),
    ...[0, 0.2, 0.4, 0.6, 0.8, 1].map(part => svg("text", { class: "tick", x: x.at(part * T), y: height - 4, "text-anchor": part === 1 ? "end" : "middle" },
      part === 1 ? `t = ${T}` : String(Math.round(part * T)))));
  rivals.replaceChildren(...ofRival.map(t => svg("line", { class: "visit a", x1: x.at(t), x2: x.at(t), y1: 2, y2: 12 })));
  if (visited.length > most) {
    layer.replaceChildren(...visited.map(t => svg("line", { class: "visit", x1: x.at(t), x2: x.at(t), y1: 12, y2: 34 })));
    return;
  }
  redraw(layer, visited.map((t, i) => handle(root, {
    x: x.at(t), y, kind: "mark", label: `timestep ${i + 1} of ${visited.length}`, text: `t = ${t}`, now: t, min: 1, max: T,
    move: place => move(i, Math.round(x.back(place))),
    nudge: steps => move(i, visited[i] + steps),
    remove: () => { if (visited.length > 1) visit(visited.filter((_, j) => j !== i)); }
  })));
}

function move(i, t) {
  const low = i === 0 ? 1 : visited[i - 1] + 1, high = i === visited.length - 1 ? Number(state.T) : visited[i + 1] - 1;
  visit(visited.map((old, j) => j === i ? clamp(t, low, high) : old));
}

function visit(timesteps) {
  visited = timesteps;
  change({ stride: "custom:" + timesteps.join(",") });
}

function add(t) { if (!visited.includes(t) && visited.length < most) visit([...visited, clamp(t, 1, Number(state.T))].sort((a, b) => a - b)); }

root.addEventListener("click", event => {
  const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(root.getScreenCTM().inverse());
  if (place.y < 44) add(clamp(Math.round(across().back(place.x)), 1, Number(state.T)));
});

// Without a pointer: in the middle of the widest gap.
document.getElementById("add").addEventListener("click", () => {
  const ends = [0, ...visited];
  const widest = ends.slice(1).map((t, i) => [t - ends[i], ends[i]]).reduce((a, b) => b[0] > a[0] ? b : a);
  if (widest[0] > 1) add(widest[1] + Math.floor(widest[0] / 2));
});
