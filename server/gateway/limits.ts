/** Numbers of the gateway, each with its reason. */
export const limits = {
  /** A conversation of 100,000 tokens with room to spare. */
  bodyBytes: 8_000_000,
  /** JSON Schemas of people are the deepest; 4 brackets a level. */
  bodyDepth: 256,
  /** A walk over so many takes some 20 ms. */
  bodyValues: 1_000_000,
  /** Of one message. */
  parts: 1_000,
  /** Each is looked for after every token. OpenAI takes 4, programs in the field send a dozen. */
  stops: 32,
  stopChars: 500,
  /** Beyond this a client is told to come back instead of waiting for minutes. */
  waiting: 64,
  /** A place may be free by then. */
  waitingSeconds: 5,
  /** A client has this long to send its headers, and its whole request. One that drips holds a connection for no longer. */
  headersMs: 15_000,
  requestMs: 120_000,
  /** Open at once; each takes some tens of kilobytes. */
  connections: 4_096,
  /** Longer than any context takes on a slow machine: what is not whole by then holds a sequence for nothing. */
  answerMs: 30 * 60_000,
  /** A model nobody asks is unloaded after this long. */
  idleMs: 10 * 60_000,
  sweepMs: 30_000,
  /** A backend that ended starts again after this long, then twice as long, up to the longest pause. */
  firstPauseMs: 250,
  longestPauseMs: 30_000,
  /** One that has lived this long was not broken from the start: its pauses begin anew. */
  healthyMs: 60_000,
  /** A request waits this long for a start that is still to come; with more to wait it is told when to come back. */
  patienceMs: 5_000,
  /** Rows are looked at this often even when no notification came. */
  reconcileMs: 15_000,
  /** Figures of the run engine are counted from the rows at most this often, however many ask. */
  figuresMs: 5_000,
  /** Share of the machine's memory that models may fill. */
  memoryShare: 0.6,
  /** Key-value cache of a token, before the model is loaded and says it itself: that of an 8B Llama. */
  cacheBytesPerToken: 131_072,
  /** OpenAI's own default for plain completions. */
  completionTokens: 16,
  /** More than any context holds: a message takes four tokens at least. */
  messages: 8_192,
  /** Texts in one embeddings request, as OpenAI allows. */
  embeddingInputs: 2048,
  /** Running answers get this long to stop when the gateway closes; the supervisor waits 5 s for all. */
  closeMs: 1_500,
  /** Backends are asked this often whether they can answer, and have this long to say so. */
  healthMs: 15_000,
  healthTimeoutMs: 5_000,
  /** A request may come through this many gateways: one whose endpoint leads to itself would go round for ever. */
  hops: 3,
  /** Of servers elsewhere, which nobody vouches for. */
  upstream: {
    connectMs: 10_000,
    /** 2,048 vectors of 4,096 numbers, as base64. */
    bodyBytes: 64_000_000,
    /** One event of a stream; a token with all its log probabilities takes a few thousand. */
    eventChars: 1_000_000,
  },
  /** Of a model's own process. */
  process: {
    pingMs: 1_000,
    /** Five signs of life that did not come. */
    doubtMs: 5_000,
    /** Its event loop is free while the library computes; on a machine that swaps a ping may still take seconds. */
    silentMs: 20_000,
    /** A batch of 512 tokens of a 70B model takes a slow processor minutes. */
    stallMs: 5 * 60_000,
    slackBytes: 1e9,
    /** Requests of 8 MB, a few hundred of them waiting. */
    heapMegabytes: 2_048,
    /** Of what it wrote last: the line in which the native library says why it gave up. */
    tailChars: 4_000,
  },
} as const;
