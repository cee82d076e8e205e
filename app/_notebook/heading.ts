/** The first heading of a note, without its marks; undefined when it has none. Pure. */
export function headingOf(markdown: string): string | undefined {
  const found = /^#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$/m.exec(markdown)?.[1];
  return found?.replace(/[*_`[\]]/g, "").trim() || undefined;
}
