// Between numbers and places on a drawing.
export function linear(from, to, start, end) {
  return {
    at: value => start + (value - from) / (to - from) * (end - start),
    back: place => from + (place - start) / (end - start) * (to - from)
  };
}

export function clamp(value, low, high) { return Math.min(high, Math.max(low, value)); }

export function digits(value, count = 4) {
  if (!Number.isFinite(value)) return String(value);
  return value === 0 ? "0" : Math.abs(value) < 1e-4 ? value.toExponential(2) : Number(value.toPrecision(count)).toString();
}

const svgSpace = "http://www.w3.org/2000/svg";
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(svgSpace, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  element.append(...children);
  return element;
}
