/** A record keyed by names from outside: it has no prototype that a name could reach. */
export const byName = <T>(entries: Iterable<readonly [string, T]> = []): Record<string, T> => {
  const record: Record<string, T> = Object.create(null);
  for (const [name, value] of entries)
    Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
  return record;
};
