/** Bounds of what a template may cost. A template comes with a model from anywhere; none may hold the process. */
export const limits = {
  /** Longest template that is compiled, in UTF-16 units; the longest published ones have 20,000. */
  sourceLength: 1_000_000,
  /** Longest text that may arise, in UTF-16 units, beyond a multiple of what went in. */
  textLength: 8_000_000,
  textPerInput: 16,
  /**
   * Steps: statements, operations and loop rounds, and a step for every 8 letters or list items made. A tool list of
   * 100 functions takes 100,000; 2 million take about 0.2 s.
   */
  steps: 2_000_000,
  stepsPerMessage: 2_000,
  stepsPerInput: 8,
  /** Calls of macros within macros, and brackets within brackets. Python stops at about the same depth. */
  depth: 100,
  /** As Jinja2's sandbox: `range` gives at most this many numbers. */
  range: 100_000,
};
