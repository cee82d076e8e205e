/** A compiled template. The language is Jinja2 3.1 as Transformers sets it up; what is not known is refused by name. */
import { Budget } from "./budget";
import { compileBody, type Run } from "./compile";
import { Frame, type Page, type Span } from "./frame";
import { globals } from "./globals";
import { parseTemplate } from "./parse";
import type { Clock } from "./strftime";
import { TemplateError } from "./template-error";
import { toValue } from "./to-value";

export type { Span } from "./frame";
export { type Clock, clockOf } from "./strftime";
export { TemplateError } from "./template-error";

export type Rendered = {
  text: string;
  /** What `{% generation %}` blocks printed. */
  generated: Span[];
};

export class Template {
  private readonly run: Run;

  /** @throws TemplateError */
  constructor(source: string) {
    this.run = bounded(() => compileBody(parseTemplate(source)));
  }

  /**
   * Ends within a bound that grows with what is handed over, whatever the template says.
   * @throws TemplateError
   */
  render(
    context: Readonly<Record<string, unknown>>,
    clock: Clock,
    unescaped: readonly string[] = [],
  ): Rendered {
    return bounded(() => {
      const size = { letters: 0 };
      const values = Object.entries(context).map(([name, data]) => [name, toValue(data, size)] as const);
      const { messages } = context;
      const budget = new Budget(size.letters, Array.isArray(messages) ? messages.length : 0, unescaped);
      const base = new Frame(budget);
      for (const [name, value] of globals(clock, budget)) base.set(name, value);
      for (const [name, value] of values) base.set(name, value);
      const page: Page & { spans: Span[] } = { text: "", spans: [] };
      const jump = this.run(base.inner(), page);
      if (jump) throw new TemplateError(`'${jump}' outside loop`);
      return { text: page.text, generated: page.spans };
    });
  }
}

/** A template that nests without end is an error of the template, not of the process. */
function bounded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError)
      throw new TemplateError("the template is nested too deeply or makes too long a text");
    throw error;
  }
}
