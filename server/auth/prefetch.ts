/** Whether a browser asks ahead of a person, for a link that they may never open. */
export const isPrefetch = (headers: Headers): boolean =>
  ["sec-purpose", "purpose", "x-purpose", "x-moz"].some((name) =>
    /prefetch|prerender|preview/i.test(headers.get(name) ?? ""),
  );
