/** A base address that ends in a slash makes two of one, and some programs add one at the end: the same place is meant. */
export const getPath = (request: Request): string =>
  new URL(request.url).pathname.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
