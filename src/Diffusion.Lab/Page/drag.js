// Dragging by pointer and by keys, for SVG handles.

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * Makes an element draggable. `hold` is called when it is taken, `move(x, y)` gets where the handle is to be, in the pixels of its
 * SVG; `step(dx, dy)` an arrow key, ±1, or ±10 with Shift; `remove` Delete or a double click; `add` Insert or +.
 */
export function draggable(handle, { hold, move, step, remove, add }) {
  let offset = null;
  handle.addEventListener("pointerdown", event => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
    handle.classList.add("held");
    hold?.();
    const at = place(handle, event), own = { x: Number(handle.dataset.x), y: Number(handle.dataset.y) };
    offset = { x: own.x - at.x, y: own.y - at.y };
  });
  handle.addEventListener("pointermove", event => {
    if (!offset) return;
    const at = place(handle, event);
    move(at.x + offset.x, at.y + offset.y);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    handle.addEventListener(end, () => { offset = null; handle.classList.remove("held"); });
  }
  handle.addEventListener("keydown", event => {
    const by = STEPS[event.key], times = event.shiftKey ? 10 : 1;
    if (by) step(by[0] * times, by[1] * times);
    else if (remove && (event.key === "Delete" || event.key === "Backspace")) remove();
    else if (add && (event.key === "Insert" || event.key === "+")) add();
    else return;
    event.preventDefault();
  });
  if (remove) handle.addEventListener("dblclick", event => { event.stopPropagation(); remove(); });
}

/** Where a pointer is, in the pixels of the SVG around an element. */
export function place(element, event) {
  const box = (element.ownerSVGElement ?? element).getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

/** As many handles as there are data, kept from call to call so that the one that is held stays. */
export function keep(group, count, make) {
  while (group.children.length > count) group.lastChild.remove();
  while (group.children.length < count) group.append(make(group.children.length));
  return [...group.children];
}

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  return set(element, attributes, ...children);
}

export function set(element, attributes, ...children) {
  for (const [key, text] of Object.entries(attributes)) element.setAttribute(key, text);
  if (children.length) element.replaceChildren(...children);
  return element;
}

export const clamp = (number, low, high) => Math.min(high, Math.max(low, number));
