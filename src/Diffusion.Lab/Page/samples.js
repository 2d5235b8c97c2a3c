// Samples over the truth, on a canvas; the modes of a mixture can be dragged, a point can be followed.

import { clamp, draggable, keep, place, set, svg } from "./drag.js";
import { choose, look } from "./state.js";

const REACH = 2.6, CLOUD = 120;

export function createPlot(figure, name, colour) {
  const box = figure.querySelector(".plot"), canvas = document.createElement("canvas"), handles = svg("svg", { class: "modes" });
  const pen = canvas.getContext("2d");
  box.append(canvas, handles);
  let side = 0, points = null, cells = null, modes = [], cloud = { key: "" }, drawn = [];

  const toX = x => (x / REACH + 1) * side / 2, toY = y => (1 - y / REACH) * side / 2;
  const fromX = x => (x / side * 2 - 1) * REACH, fromY = y => (1 - y / side * 2) * REACH;

  handles.addEventListener("click", event => {
    if (event.target.closest("[tabindex]")) return;
    const at = place(handles, event), x = fromX(at.x), y = fromY(at.y);
    if (cells) {
      const picture = Math.floor(at.y / cells.cell) * cells.across + Math.floor(at.x / cells.cell);
      look({ follow: picture < cells.pictures ? picture : undefined });
      return;
    }
    if (!points) return;
    let best = -1, least = Infinity;
    for (let i = 0; i < points.length / 2; i++) {
      const far = (points[2 * i] - x) ** 2 + (points[2 * i + 1] - y) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    look({ follow: least < (REACH / 12) ** 2 ? best : undefined });
  });

  const makeMode = i => {
    const handle = svg("g", { tabindex: 0, role: "button" }, svg("circle", { class: "reach", r: 16 }), svg("circle", { class: "handle", r: 6 }));
    const to = (x, y) => {
      modes = modes.with(i, { ...modes[i], x: round(clamp(x, -REACH, REACH)), y: round(clamp(y, -REACH, REACH)) });
      choose({ modes: modes.map(one => [one.x, one.y, one.sd, one.w].join(":")).join(";") });
    };
    draggable(handle, { move: (x, y) => to(fromX(x), fromY(y)), step: (dx, dy) => to(modes[i].x + dx / 20, modes[i].y + dy / 20) });
    return handle;
  };

  /** Draws what there is; `path` is the followed point from step to step, `at` the step shown. */
  function draw({ shown, truth, mixture, movable, path, at, label }) {
    points = shown;
    cells = null;
    modes = mixture ?? [];
    const [own, grey, ink] = inks(colour, "--truth", "--ink");
    if (!prepare(label, shown, truth, JSON.stringify([modes, movable, path, at, own, grey, ink]))) return;
    if (mixture) drawCloud(grey);
    else if (truth) scatter(truth, grey, 1.5, 0.45);
    if (shown) scatter(shown, own, 1.35, 0.62);
    if (path) drawPath(path, at, ink);
    keep(handles, movable ? modes.length : 0, makeMode).forEach((handle, i) => set(handle, {
      transform: `translate(${toX(modes[i].x).toFixed(1)} ${toY(modes[i].y).toFixed(1)})`, "data-x": toX(modes[i].x), "data-y": toY(modes[i].y),
      "aria-label": `${name}: mode ${i + 1} at ${modes[i].x}, ${modes[i].y}; arrows move it`,
    }));
  }

  function scatter(xy, fill, radius, opacity) {
    const dots = devicePixelRatio, size = Math.ceil(2 * radius + 2), dot = document.createElement("canvas"), brush = dot.getContext("2d");
    dot.width = dot.height = size * dots;
    brush.scale(dots, dots);
    brush.fillStyle = fill;
    brush.arc(size / 2, size / 2, radius, 0, 7);
    brush.fill();
    pen.globalAlpha = opacity;
    for (let i = 0; i < xy.length; i += 2) pen.drawImage(dot, toX(xy[i]) - size / 2, toY(xy[i + 1]) - size / 2, size, size);
    pen.globalAlpha = 1;
  }

  function drawPath(path, at, ink) {
    pen.strokeStyle = pen.fillStyle = ink;
    pen.lineWidth = 1.5;
    pen.beginPath();
    path.forEach(([x, y], k) => k ? pen.lineTo(toX(x), toY(y)) : pen.moveTo(toX(x), toY(y)));
    pen.stroke();
    path.forEach(([x, y], k) => {
      pen.beginPath();
      pen.arc(toX(x), toY(y), k === at ? 5 : 2.5, 0, 7);
      pen.fill();
    });
  }

  /** The mixture's density as a shade, drawn small and stretched. */
  function drawCloud(ink) {
    const key = JSON.stringify(modes) + ink;
    if (cloud.key !== key) {
      const small = cloud.canvas ?? document.createElement("canvas"), brush = small.getContext("2d");
      small.width = small.height = CLOUD;
      const image = brush.createImageData(CLOUD, CLOUD), [red, green, blue] = ink.match(/\w\w/g).map(pair => parseInt(pair, 16));
      const density = new Float64Array(CLOUD * CLOUD);
      for (const { x, y, sd, w } of modes) {
        const wide = Math.max(sd, REACH / CLOUD), across = axis => Float64Array.from({ length: CLOUD }, (_, i) => gauss((((i + 0.5) / CLOUD * 2 - 1) * REACH - axis) / wide));
        const gx = across(x), gy = across(y);
        for (let row = 0; row < CLOUD; row++) {
          for (let column = 0; column < CLOUD; column++) density[row * CLOUD + column] += w / wide ** 2 * gx[column] * gy[CLOUD - 1 - row];
        }
      }
      const most = Math.max(...density);
      density.forEach((d, i) => image.data.set([red, green, blue, 190 * (d / most) ** 0.65], 4 * i));
      brush.putImageData(image, 0, 0);
      cloud = { key, canvas: small };
    }
    pen.imageSmoothingEnabled = true;
    pen.drawImage(cloud.canvas, 0, 0, side, side);
  }

  /** Pictures in place of points, in a square of their own. */
  function drawPictures({ shown, label, chosen }) {
    points = null;
    keep(handles, 0);
    const [accent] = inks("--accent");
    if (!prepare(label, shown, chosen, accent) || !shown) return;
    const { image, grid } = shown, count = Math.round((image.width + 1) / (grid.width + 1)) * Math.round((image.height + 1) / (grid.height + 1));
    const pictures = Math.min(count, grid.count), across = Math.ceil(Math.sqrt(pictures)), cell = side / across, gap = Math.max(2, cell / 16);
    cells = { across, cell, pictures };
    pen.imageSmoothingEnabled = false;
    for (let i = 0; i < pictures; i++) {
      const x = i % across * cell, y = Math.floor(i / across) * cell, size = cell - gap;
      pen.drawImage(image, i % grid.columns * (grid.width + 1), Math.floor(i / grid.columns) * (grid.height + 1), grid.width, grid.height, x + gap / 2, y + gap / 2, size, size);
      if (i !== chosen) continue;
      pen.strokeStyle = accent;
      pen.lineWidth = 3;
      pen.strokeRect(x + 1.5, y + 1.5, cell - 3, cell - 3);
    }
  }

  function inks(...names) {
    const style = getComputedStyle(figure);
    return names.map(name => style.getPropertyValue(name));
  }

  /** A clean canvas as sharp as the screen, with its label; false where all that its drawing depends on is as before. */
  function prepare(label, ...inputs) {
    const dots = devicePixelRatio, before = drawn;
    side = box.clientWidth;
    drawn = [label, side, dots, ...inputs];
    if (drawn.length === before.length && drawn.every((input, i) => input === before[i])) return false;
    if (canvas.width !== Math.round(side * dots)) canvas.width = canvas.height = Math.round(side * dots);
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.clearRect(0, 0, side, side);
    set(canvas, { role: "img", "aria-label": label });
    return true;
  }

  return { draw, drawPictures };
}

const gauss = z => Math.exp(-z * z / 2);

const round = number => Number(number.toFixed(2));
