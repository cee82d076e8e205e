/**
 * Ids of rows, `_row`: `3f2a9c1b:r12`. Before the colon stands the source (8 hex of its path or Hub id, never of its
 * content, so an edited file keeps its ids), behind it the id that the row brings or its place in the source. Ids are
 * unique across sources and stay with a row through every node. Pure.
 */

const PREFIX = /^[0-9a-f]{8}:/;
/** Characters of a prefix with its colon. */
export const PREFIX_LENGTH = 9;

export const rowId = (source: string, place: string): string => `${source}:${place}`;

/** What stands behind the prefix; all of an id of an earlier version, which had none. */
export const placeOf = (id: string): string => (PREFIX.test(id) ? id.slice(PREFIX_LENGTH) : id);

/** Whether an id that stands in a graph names this row: graphs of earlier versions name rows without their source. */
export const namesRow = (given: string, row: string): boolean => given === row || given === placeOf(row);
