/** What an adapter adds to a weight. */

/** Rows of `a` that are taken in one pass over a row of the weight. */
const BLOCK = 8;

/** Adds scale · b [out, rank] · a [rank, in] to `w` [out, in], in place; sums in float64, rank by rank. */
export function addProduct(
  w: Float32Array,
  b: Float32Array,
  a: Float32Array,
  rank: number,
  scale: number,
): Float32Array {
  const width = a.length / rank;
  const whole = rank - (rank % BLOCK);
  // Converted once, not for every row of the weight.
  const wide = Float64Array.from(a);
  const scaled = Float64Array.from(b, (value) => value * scale);
  const sum = new Float64Array(width);
  for (let row = 0; row < b.length / rank; row++) {
    sum.fill(0);
    const factors = scaled.subarray(row * rank, (row + 1) * rank);
    for (let r = 0; r < whole; r += BLOCK) addBlock(sum, factors, wide, r, width);
    for (let r = whole; r < rank; r++) {
      const factor = factors[r]!;
      for (let i = 0, at = r * width; i < width; i++, at++) sum[i] = sum[i]! + factor * wide[at]!;
    }
    for (let i = 0, at = row * width; i < width; i++, at++) w[at] = w[at]! + sum[i]!;
  }
  return w;
}

/** Eight rows of `a` at once: the sum is read and written once for all of them. */
function addBlock(sum: Float64Array, factors: Float64Array, a: Float64Array, r: number, width: number): void {
  const f0 = factors[r]!;
  const f1 = factors[r + 1]!;
  const f2 = factors[r + 2]!;
  const f3 = factors[r + 3]!;
  const f4 = factors[r + 4]!;
  const f5 = factors[r + 5]!;
  const f6 = factors[r + 6]!;
  const f7 = factors[r + 7]!;
  for (let i = 0, at = r * width; i < width; i++, at++) {
    let s = sum[i]! + f0 * a[at]!;
    s += f1 * a[at + width]!;
    s += f2 * a[at + 2 * width]!;
    s += f3 * a[at + 3 * width]!;
    s += f4 * a[at + 4 * width]!;
    s += f5 * a[at + 5 * width]!;
    s += f6 * a[at + 6 * width]!;
    sum[i] = s + f7 * a[at + 7 * width]!;
  }
}
