// Questions to the server. Who asks again gives up the question before.
const page = Math.random().toString(36).slice(2);
export const gone = "The laboratory no longer answers: start it again with ddm lab, and go on here.";

export async function ask(path, query, signal) {
  const response = await reach(`api/${path}?${query}`, signal);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.line);
  return answer;
}

// Events as they come: hear(name, values). Ends with the stream.
export async function listen(path, query, signal, hear) {
  const response = await reach(`api/${path}?${query}&page=${page}-${path}`, signal);
  if (!response.ok) throw new Error((await response.json()).line);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read().catch(error => { throw signal.aborted ? error : new Error(gone); });
    if (done) return;
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const text of events) {
      const [name, data] = text.split("\n").map(line => line.slice(line.indexOf(":") + 2));
      const values = JSON.parse(data);
      if (name === "refused") throw new Error(values.line);
      hear(name, values);
    }
  }
}

async function reach(address, signal) {
  try {
    return await fetch(address, { signal });
  } catch (error) {
    throw signal?.aborted ? error : new Error(gone);
  }
}
