// An answer as it comes in: the steps of the walk first, the samples, then all that takes longer.

import { events, floats } from "./server.js";

/** Asks for one side's answer; `show` is called with it whenever there is more to see. */
export async function readAnswer(query, signal, pictured, show) {
  const answer = { query, walk: [], samples: null, path: null, estimates: [], terms: [] };
  for await (const [name, data] of events("/api/answer", query, signal)) {
    if (signal.aborted) return;
    if (name === "walk") {
      answer.steps = data.K;
      answer.walk[data.step] = await shape(data);
      show(answer);
    } else if (name === "samples") {
      answer.samples = await shape(data);
      Object.assign(answer, { truth: data.truth ? floats(data.truth) : answer.truth });
      show(answer);
      pictured();
    } else if (name === "done") {
      Object.assign(answer, data, { done: true, samples: answer.samples ?? await shape(data), estimates: await Promise.all((data.estimates ?? []).map(shape)) });
      show(answer);
    }
  }
}

/** Points as floats, or pictures as an image. */
async function shape(data) {
  if (data.points) return { points: floats(data.points) };
  if (!data.png) return null;
  const image = new Image();
  image.src = data.png.startsWith("data:") ? data.png : "data:image/png;base64," + data.png;
  await image.decode();
  return { image };
}
