import type { Budget } from "./budget";
import { Undefined, type Value } from "./values";

/** Part of the text that a `{% generation %}` block printed: UTF-16 indices, end exclusive. */
export type Span = { start: number; end: number };

/** What is printed. `spans` is kept where Transformers keeps it: on the page itself, not inside macros. */
export type Page = { text: string; readonly spans: Span[] | undefined };

/** A scope: names set here, then those around. */
export class Frame {
  private readonly names = new Map<string, Value>();
  constructor(
    readonly budget: Budget,
    private readonly around?: Frame,
  ) {}

  inner(): Frame {
    return new Frame(this.budget, this);
  }
  set(name: string, value: Value): void {
    this.names.set(name, value);
  }
  get(name: string): Value {
    for (let frame: Frame | undefined = this; frame; frame = frame.around) {
      const value = frame.names.get(name);
      if (value !== undefined) return value;
    }
    return new Undefined(`'${name}' is undefined`);
  }
}
