/** `Base`, or `Base 2`, `Base 3`…: the first that no other node is called. */
export function freeTitle(taken: ReadonlySet<string>, wanted: string): string {
  if (!taken.has(wanted)) return wanted;
  const base = wanted.replace(/ \d+$/, "");
  for (let k = 2; ; k++) if (!taken.has(`${base} ${k}`)) return `${base} ${k}`;
}
