import fc from "fast-check";
import { expect, test } from "vitest";
import { addProduct } from "./add-product";

const matrix = (rows: number, columns: number) =>
  fc.float32Array({
    minLength: rows * columns,
    maxLength: rows * columns,
    min: -4,
    max: 4,
    noNaN: true,
  });

test("a weight and an adapter's product are added up to the last bit as by the plain sum in float64", () => {
  const sizes = fc.tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 20 }),
  );
  const cases = sizes.chain(([out, width, rank]) =>
    fc.tuple(fc.constant({ out, width, rank }), matrix(out, width), matrix(out, rank), matrix(rank, width)),
  );
  fc.assert(
    fc.property(cases, ([{ out, width, rank }, w, b, a]) => {
      const expected = w.slice();
      for (let row = 0; row < out; row++)
        for (let column = 0; column < width; column++) {
          let sum = 0;
          for (let r = 0; r < rank; r++) sum += b[row * rank + r]! * 2 * a[r * width + column]!;
          expected[row * width + column] = expected[row * width + column]! + sum;
        }
      expect(addProduct(w, b, a, rank, 2)).toEqual(expected);
    }),
  );
});
