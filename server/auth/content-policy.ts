/** What a page may load and run, as a browser enforces it. */

/**
 * Scripts run by the nonce of this very answer alone, and what those load: text that got into a page from outside does not.
 * Styles may be inline: React and the canvas place elements by them.
 */
export function pagePolicy(nonce: string, { dev = false }: { dev?: boolean } = {}): string {
  return serialise({
    "default-src": "'self'",
    // While developing, React builds stacks of the server by eval.
    "script-src": `'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ""}`,
    "script-src-attr": "'none'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": `'self'${dev ? " ws: wss:" : ""}`,
    "worker-src": "'self' blob:",
    "frame-src": "'none'",
    ...closed,
    "form-action": "'self'",
  });
}

/** Answers that are no pages: nothing in them runs or loads, were a browser made to show them. */
export const dataPolicy = (): string =>
  serialise({ "default-src": "'none'", ...closed, "form-action": "'none'", sandbox: "" });

const closed = { "object-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'" };

const serialise = (directives: Record<string, string>) =>
  Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`.trim())
    .join("; ");
