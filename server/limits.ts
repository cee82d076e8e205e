/** Numbers of the web side of the server. */

export const SSE = {
  /** Proxies close silent streams after 30 s and more. */
  pingMs: 10_000,
  /** Three pings lost: the client opens the stream again. */
  reconnectMs: 30_000,
  /** News comes at once, and then this far apart: a page that follows a run and hears of others gets two messages a second at most. */
  coalesceMs: 1_000,
  /** A stream looks at the rows this often even when nothing rang. */
  sweepMs: 5_000,
  /** Progress and metrics come without a notification: they are read at this pace while someone looks. */
  liveMs: 1_000,
  /** A live stream begins this far back: the curves so far are asked for at the same time. */
  liveOverlapMs: 10_000,
};

export const SIGN_IN = {
  /** Long enough to walk to another machine, short enough that a link in a terminal's history is dead. */
  tokenMs: 15 * 60_000,
  /** How long a browser stays signed in without being used. */
  sessionSeconds: 90 * 24 * 3600,
};

export const GRAPHS = {
  /** One push of a client; a graph of 2,000 nodes is about 1 MB. */
  maxUpdateBytes: 4_000_000,
  /** A whole draft with the traces of what was removed: every tab holds it, and every push reads it. */
  maxDraftBytes: 24_000_000,
  /** A graph file given from the browser. */
  maxFileChars: 8_000_000,
  /** Updates on top of the merged state before they are merged into it. */
  compactAfter: 200,
};

export const REQUESTS = {
  /** A graph file, or the largest edit in base64, with room for what stands around it. */
  maxBytes: 16_000_000,
  /** Calls in one batch: an editor that opens asks for a dozen things at once. */
  maxCalls: 50,
};

export const PAGES = {
  /** Runs a page of the dashboard shows. */
  runs: 25,
  /** Runs any caller may ask for at once. */
  maxRuns: 200,
  /** Rows a preview page may ask for. */
  previewRows: 200,
  /** Earlier runs offered for comparison: more lines than these nobody tells apart. */
  nodeRuns: 20,
  /** Bars of a histogram and bounds of a selection: more than a screen shows, fewer than hurt. */
  bins: 200,
  bounds: 50,
  /** As many rows as the parameter itself may put back. */
  putBack: 10_000,
};

export const UPLOADS = {
  /** The largest data sets that people train small models with have some ten GB. */
  maxBytes: 200_000_000_000,
  /** Unfinished ones of a team; one that nobody touched for `idleMs` makes room. */
  maxUnfinished: 50,
  idleMs: 3_600_000,
  /** Kept for so long after the last byte: over a weekend. */
  expireMs: 3 * 24 * 3_600_000,
  /** A worker looks for those that expired this often. */
  sweepMs: 3_600_000,
  /** Left free on the disk, for the database that may live there too. */
  spareBytes: 200_000_000,
  /** A sender that is silent for so long is gone; it goes on with another request. */
  stallMs: 20_000,
  /** A file name, in bytes of UTF-8: file systems hold 255, and a number may be put to it. */
  maxNameBytes: 200,
};

export const GATEWAY = {
  /** A conversation sent to a model: four million characters of any script; no context holds more. */
  maxBytes: 16_000_000,
  /** How long a token of the web app may be used: it is used at once, and the clocks are one. */
  tokenMs: 60_000,
};
