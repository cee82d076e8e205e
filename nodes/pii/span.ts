/** Of a text, in UTF-16 units; `end` is not part of it. */
export type Span = { start: number; end: number };
