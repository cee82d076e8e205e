/** Rises when numbers may change: part of the training fingerprint and of the self-check record. */
export const ENGINE_VERSION = 1;
