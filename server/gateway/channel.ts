/** Values that come when they come, read in order by one reader. What is not read yet is kept. */
export type Channel<T, R> = {
  push(value: T): void;
  end(result: R): void;
  fail(error: unknown): void;
  read(): AsyncGenerator<T, R>;
};

export function createChannel<T, R>(): Channel<T, R> {
  const values: T[] = [];
  let closed: { result: R } | { error: unknown } | undefined;
  let wake = () => {};
  const close = (how: NonNullable<typeof closed>) => {
    closed ??= how;
    wake();
  };
  return {
    push(value) {
      if (!closed) values.push(value);
      wake();
    },
    end: (result) => close({ result }),
    fail: (error) => close({ error }),
    async *read() {
      for (;;) {
        while (values.length > 0) yield values.shift() as T;
        if (closed && "error" in closed) throw closed.error;
        if (closed) return closed.result;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
