import { limits } from "./limits";
import { TemplateError } from "./template-error";

/** What one render may still cost. */
export class Budget {
  private steps: number;
  private readonly longest: number;
  private depth = 0;

  /** `input`: UTF-16 units of all that is handed to the template. */
  constructor(
    input: number,
    messages: number,
    /** Letters that mark places in the data: printed as they are where others would be escaped. */
    readonly unescaped: readonly string[] = [],
  ) {
    this.steps = limits.steps + limits.stepsPerMessage * messages + limits.stepsPerInput * input;
    this.longest = limits.textLength + limits.textPerInput * input;
  }

  /** @throws TemplateError when nothing is left */
  spend(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) throw new TemplateError("the template takes too many steps; it may never end");
  }

  /** Counts a text or list that is about to be made. @throws TemplateError when it is too long */
  /** What looks through a whole text pays for its length. */
  read(value: unknown): void {
    this.spend(1 + (typeof value === "string" ? value.length >> 5 : 0));
  }

  make(length: number): void {
    if (!(length <= this.longest)) throw new TemplateError("the template makes too long a text");
    this.spend(length >> 3);
  }

  /** Counts what is added to a page; the page is not paid for again with every word. */
  print(before: number, added: number): void {
    this.make(added);
    if (before + added > this.longest) throw new TemplateError("the template makes too long a text");
  }

  text(text: string): string {
    this.make(text.length);
    return text;
  }

  /** Runs `within` one level deeper. @throws TemplateError when too deep */
  nested<T>(within: () => T): T {
    if (++this.depth > limits.depth) throw new TemplateError("macros call one another too deeply");
    try {
      return within();
    } finally {
      this.depth--;
    }
  }
}
