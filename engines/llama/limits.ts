/** Numbers of this engine, each with where it comes from. */
export const limits = {
  /** Tokens decoded together; llama.cpp's own default. Logits of a full batch are batch × vocabulary × 4 bytes. */
  batchTokens: 512,
  /** Sequences that share a batch when texts are generated or scored: more hardly helps on a CPU. */
  sequences: 8,
  /** Key-value cache, in tokens, that scoring and batch generation share: about 2 GB with an 8B Llama. */
  cacheTokens: 16_384,
  /** Tokens of context a sequence gets when nothing asks for more; larger ones cost memory. */
  contextLength: 4096,
  /** Contexts are allocated in steps of this many tokens by llama.cpp. */
  contextStep: 256,
} as const;
