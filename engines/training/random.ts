/** Seeded random numbers: one independent stream a purpose, so that using one never shifts another. */

/** Numbers in [0, 1), from `seed` and a purpose (mulberry32 on their FNV-1a hash). */
export function randomSource(seed: number, purpose: string): () => number {
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(`${seed} ${purpose}`)) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Puts numbers in random order (Fisher–Yates), in place. */
export function shuffle(items: Uint32Array, random: () => number): Uint32Array {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}
