// Questions to the server: one JSON answer, or a stream of events of which the newest question wins.

export const STOPPED = "The laboratory's server does not answer. Start it again with: ddm lab";
const page = Math.random().toString(36).slice(2);
let turn = 0;

export async function ask(path, query, signal) {
  return (await open(path, query, signal)).json();
}

/**
 * The events of a stream as [name, data], until it ends or is aborted. Questions are numbered, for an older one can reach the server
 * after a newer one.
 */
export async function* events(path, query, signal) {
  const reader = (await open(path, `${query}&page=${page}&turn=${++turn}`, signal)).body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    while (true) {
      const { done, value } = await reader.read().catch(() => { throw new Error(STOPPED); });
      if (done) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const name = /^event: ?(.*)$/m.exec(block)?.[1], data = /^data: ?(.*)$/m.exec(block)?.[1];
        if (name === "error") throw new Error(JSON.parse(data).line);
        if (data) yield [name, JSON.parse(data)];
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * Asks for the newest query only. While one is at work the next waits until the first has shown its picture, so that a
 * drag moves; where pictures take longer than a moment, the older work is dropped at once.
 */
export function newest(take, fail) {
  const MOMENT = 150;
  let running = null, next = null, usual = 0;

  async function start() {
    const query = next, mine = running = { stop: new AbortController(), began: performance.now(), pictured: false };
    next = null;
    const pictured = () => {
      mine.pictured = true;
      usual = performance.now() - mine.began;
      if (next !== null) mine.stop.abort();
    };
    try {
      await take(query, mine.stop.signal, pictured);
    } catch (error) {
      if (!mine.stop.signal.aborted && next === null) fail(error.message);
    }
    running = null;
    if (next !== null) start();
  }

  return query => {
    next = query;
    if (!running) start();
    else if (running.pictured || usual > MOMENT) running.stop.abort();
  };
}

export function floats(base64) {
  const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

async function open(path, query, signal) {
  const response = await fetch(`${path}?${query}`, { signal }).catch(error => {
    throw signal?.aborted ? error : new Error(STOPPED);
  });
  if (response.ok) return response;
  throw new Error((await response.json().catch(() => ({}))).line ?? `The server answered ${response.status}.`);
}
