import { svg } from "./scale.js";

// Something to drag, by pointer and by keyboard. move(x, y) is told places in the drawing's own units, nudge(dx, dy) steps of one key.
export function handle(root, { x, y, r = 8, label, text, now, min, max, kind, move, nudge, remove }) {
  const group = svg("g", {
    class: "handle " + kind, tabindex: 0, role: "slider", "aria-label": label, "aria-valuetext": text,
    "aria-valuenow": now, "aria-valuemin": min, "aria-valuemax": max, transform: `translate(${x} ${y})`
  }, svg("circle", { class: "reach", r: Math.max(r, 14) }), svg("circle", { class: "dot", r }));
  const place = event => {
    const box = root.getScreenCTM().inverse();
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(box);
  };
  group.addEventListener("pointerdown", event => {
    event.preventDefault();
    event.stopPropagation();
    group.focus();
    const began = { x: event.clientX, y: event.clientY };
    let moved = false;
    const drag = pointer => {
      moved ||= Math.hypot(pointer.clientX - began.x, pointer.clientY - began.y) > 2;
      if (moved) { const at = place(pointer); move(at.x, at.y); }
    };
    const end = () => { removeEventListener("pointermove", drag); removeEventListener("pointerup", end); removeEventListener("pointercancel", end); };
    addEventListener("pointermove", drag);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  });
  group.addEventListener("click", event => event.stopPropagation());
  if (remove) group.addEventListener("dblclick", event => { event.stopPropagation(); remove(); });
  group.addEventListener("keydown", event => {
    const step = event.shiftKey ? 10 : 1;
    const steps = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
    if (steps) nudge(...steps);
    else if (remove && (event.key === "Delete" || event.key === "Backspace")) remove();
    else return;
    event.preventDefault();
  });
  return group;
}

// Draws handles anew and leaves the focus where it was.
export function redraw(layer, handles) {
  const at = [...layer.children].indexOf(document.activeElement);
  layer.replaceChildren(...handles);
  if (at >= 0) layer.children[Math.min(at, layer.children.length - 1)]?.focus({ preventScroll: true });
}
