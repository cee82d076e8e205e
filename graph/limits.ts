/** What a graph may hold, wherever it comes from: a file, an edit, a request. Above these it is refused with one sentence. */

export const GRAPH_LIMITS = {
  /** Ten times what anybody was seen to draw; planned in seconds. */
  nodes: 20_000,
  wires: 100_000,
  notes: 5_000,
  frames: 5_000,
  /** Parameters and outputs in the App view, and parameters that one frame shows. */
  refs: 1_000,
  /** Points that one wire is led through. */
  via: 200,
  /** Characters of a name or a title, and of a note. */
  name: 1_000,
  note: 200_000,
  /** Characters of one node's parameters as JSON: a long prompt or 10,000 row ids fit many times over. */
  params: 2_000_000,
  /** Lists and objects inside one another. */
  depth: 64,
  /** Places on the canvas, either way from its middle. */
  place: 10_000_000,
  /** Bytes of a graph file. */
  fileBytes: 32_000_000,
};
