// The stride as marks on the axis of t: drag one, click beside them to add one, Delete or a double click removes it.

import { clamp, draggable, keep, place, set, svg } from "./drag.js";
import { written, logSnrAt } from "./curve.js";
import { choose } from "./state.js";

const MOST_HANDLES = 60, ROOM = 30;

export function createMarks(root, say) {
  const track = svg("rect", { class: "track", rx: 13, height: 26 }), rivals = svg("g", { class: "rivals" });
  const stems = svg("g", { class: "stems" }), group = svg("g", { class: "marks" }), ends = svg("g", { class: "axes" });
  root.append(stems, track, rivals, ends, group);
  let timesteps = [], scales;

  const write = marks => choose({ stride: "custom:" + marks.join(",") });

  function put(i, t) {
    const low = (timesteps[i - 1] ?? 0) + 1, high = (timesteps[i + 1] ?? scales.T + 1) - 1;
    timesteps = timesteps.with(i, clamp(Math.round(t), low, high));
    write(timesteps);
  }

  function remove(i) {
    if (timesteps.length === 1) return say("A stride visits at least one timestep.");
    write(timesteps.toSpliced(i, 1));
    group.children[Math.max(0, i - 1)].focus({ preventScroll: true });
  }

  function add(t) {
    if (t < 1 || t > scales.T || timesteps.includes(t)) return;
    write([...timesteps, t].sort((a, b) => a - b));
  }

  const make = i => {
    const mark = svg("g", { tabindex: 0, role: "slider", "aria-valuemin": 1 },
      svg("circle", { class: "reach", r: 17 }), svg("circle", { class: "handle", r: 10 }), written(0, 27, "", "middle", "number"));
    draggable(mark, {
      move: x => put(i, scales.t(x)),
      step: dx => put(i, timesteps[i] + dx),
      remove: () => remove(i),
      add: () => add(Math.round((timesteps[i] + (timesteps[i + 1] ?? scales.T)) / 2)),
    });
    return mark;
  };

  track.addEventListener("click", event => add(Math.round(scales.t(place(track, event).x))));

  return ({ visited, rivalVisits, schedule, on }) => {
    timesteps = visited;
    scales = on;
    const y = scales.track, xs = timesteps.map(scales.x), handles = timesteps.length <= MOST_HANDLES;
    set(track, { x: scales.x(0) - 8, y: y - 13, width: scales.x(scales.T) - scales.x(0) + 16 });
    rivals.replaceChildren(...(rivalVisits ?? []).map(t => svg("path", { d: `M${scales.x(t)} ${y - 13}l-4 -7h8z` })));
    stems.replaceChildren(...timesteps.map((t, i) => svg("line", {
      x1: xs[i], x2: xs[i], y1: handles ? y : y - 9, y2: schedule ? scales.y(logSnrAt(schedule, t)) : scales.bottom,
    })));
    ends.replaceChildren(written(scales.x(0) - 18, y + 5, "t", "end", "title"));
    let last = -Infinity;
    keep(group, handles ? timesteps.length : 0, make).forEach((mark, i) => {
      const room = xs[i] - last >= ROOM && (i === xs.length - 1 || xs.at(-1) - xs[i] >= ROOM);
      if (room) last = xs[i];
      set(mark, {
        transform: `translate(${xs[i].toFixed(1)} ${y})`, "data-x": xs[i], "data-y": y, "aria-valuemax": scales.T, "aria-valuenow": timesteps[i],
        "aria-label": `Timestep ${i + 1} of ${timesteps.length}`,
      });
      mark.classList.toggle("room", room);
      mark.lastChild.textContent = timesteps[i];
    });
  };
}
