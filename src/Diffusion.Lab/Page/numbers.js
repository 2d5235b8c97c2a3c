// What the answer says in numbers: the distance of A and B over the noise floor, their difference, the cost, a step's terms.

export const fixed = (number, digits = 3) => number === null ? "?" : number.toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−");

export function difference({ value, low, high, better }) {
  const size = better === "B" ? [-value, -high, -low] : [value, low, high];
  const interval = `[${fixed(size[1])}, ${fixed(size[2])}]`;
  if (better === "B") return `B is nearer by ${fixed(size[0])} ${interval}.`;
  if (better === "A") return `A is nearer by ${fixed(size[0])} ${interval}.`;
  return `Neither is nearer: B − A = ${fixed(value)} ${interval}.`;
}

/** One bar a side, on one scale, with the line of the floor below which nothing can be told from the truth. */
export function drawBars(root, sides) {
  const known = sides.filter(side => side.distance);
  const most = 1.08 * Math.max(...known.flatMap(({ distance }) => [distance.value, distance.floor ?? 0, distance.interval?.[1] ?? 0]), 1e-9);
  const share = number => `${(100 * Math.min(1, Math.max(0, number / most))).toFixed(2)}%`;
  root.replaceChildren(...sides.map(({ name, distance, label }) => {
    const row = element("div", `bar ${name.toLowerCase()}`);
    const track = element("span", "track");
    if (distance) {
      const fill = element("span", "fill");
      fill.style.width = share(distance.value);
      track.append(fill);
      if (distance.floor > 0) {
        const floor = element("span", "floor");
        floor.style.left = share(distance.floor);
        track.append(floor);
      }
    }
    row.append(element("b", "name", name), element("span", "label", label), track, element("span", "number", distance ? fixed(distance.value) : "…"));
    return row;
  }));
  const floor = known[0]?.distance.floor, metric = known[0]?.distance.metric;
  const legend = element("p", "legend", metric ? `${metric}${floor > 0 ? `; the line is the noise floor, ${fixed(floor)}` : ""}` : " ");
  root.append(legend);
}

export const alone = ({ value, floor }) => `${fixed(value)} from the ${floor > 0 ? "truth" : "long run"}${floor > 0 ? `; the noise floor is ${fixed(floor)}` : ""}.`;

export function costLine({ calls, forwardSteps, standardForwardSteps, seconds }) {
  const count = number => number.toLocaleString("en").replaceAll(",", " ");
  const took = seconds === undefined ? "" : ` in ${seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`}`;
  const forward = forwardSteps > 0 ? `, ${count(forwardSteps)} forward steps` : "";
  return `${count(calls)} calls${forward}${took}. F, one step at a time, would take ${count(standardForwardSteps)} forward steps.`;
}

/** x_s as the sum of its terms, each with its coefficient and its size. */
export function drawTerms(root, term, strip) {
  if (!term) {
    root.replaceChildren(element("p", "hint", "Move the scrubber to a step to see its terms."));
    return;
  }
  const rows = [
    ["√ᾱ_s · x̂_0", "the estimated sample", term.sample],
    ["√(1 − ᾱ_s − σ²) · ε̂", "the direction", term.direction],
    ["σ · z", "fresh noise", term.noise],
  ];
  const most = Math.max(...rows.map(([, , part]) => part.rms), 1e-9);
  const table = element("table"), head = element("tr");
  head.append(...[["term", ""], ["", "what"], ["coefficient", ""], ["size (rms)", ""], ["", ""]].map(([text, style]) => element(text ? "th" : "td", style, text)));
  table.append(head, ...rows.map(([formula, what, part]) => {
    const row = element("tr"), bar = element("span", "fill"), cell = element("td", "bar"), math = element("td", "formula");
    bar.style.width = `${100 * part.rms / most}%`;
    cell.append(bar);
    math.append(...indexed(formula));
    row.append(math, element("td", "what", what), element("td", "number", fixed(part.coefficient, 4)), element("td", "number", fixed(part.rms, 4)), cell);
    return row;
  }));
  const title = element("p", "equation");
  title.append(...indexed(`t = ${term.t} → s = ${term.s}:  x_s = ${fixed(term.sample.coefficient)} x̂_0 + ${fixed(term.direction.coefficient)} ε̂ + ${fixed(term.noise.coefficient)} z`));
  root.replaceChildren(title, table, ...(strip ? [pictures(strip)] : []));
}

export function element(name, style = "", text = "") {
  const made = document.createElement(name);
  if (style) made.className = style;
  if (text) made.textContent = text;
  return made;
}

const TERMS = ["x_t", "x̂_0", "ε̂", "scaled sum", "σ z", "x_s"];

/** The followed picture's terms side by side. */
function pictures(strip) {
  const figure = element("figure", "strip"), image = element("img"), names = element("figcaption");
  image.src = strip;
  image.alt = `Of one picture: ${TERMS.join(", ").replaceAll("_", "")}`;
  names.append(...TERMS.map(name => {
    const cell = element("span");
    cell.append(...indexed(name));
    return cell;
  }));
  figure.append(image, names);
  return figure;
}

const indexed = text => text.split(/(_\w)/).map(part => /^_\w$/.test(part) ? element("sub", "", part[1]) : part);
