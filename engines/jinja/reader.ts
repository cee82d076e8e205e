import { limits } from "./limits";
import { TemplateError } from "./template-error";
import type { Token } from "./tokens";

/** Walks over tokens. */
export class Reader {
  private at = 0;
  private depth = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  get now(): Token {
    return this.tokens[this.at]!;
  }
  next(): Token {
    const token = this.now;
    if (token.kind !== "end") this.at++;
    return token;
  }
  isName(...names: string[]): boolean {
    return this.now.kind === "name" && names.includes(this.now.text);
  }
  nextIsName(name: string): boolean {
    const token = this.tokens[this.at + 1];
    return token?.kind === "name" && token.text === name;
  }
  is(operator: string): boolean {
    return this.now.kind === "operator" && this.now.text === operator;
  }
  skipName(name: string): boolean {
    if (!this.isName(name)) return false;
    this.at++;
    return true;
  }
  skip(operator: string): boolean {
    if (!this.is(operator)) return false;
    this.at++;
    return true;
  }
  name(): string {
    if (this.now.kind !== "name") this.fail("a name is expected");
    return this.next().text;
  }
  expect(operator: string): void {
    if (!this.skip(operator)) this.fail(`'${operator}' is expected`);
  }
  expectName(name: string): void {
    if (!this.skipName(name)) this.fail(`'${name}' is expected`);
  }
  expectKind(kind: Token["kind"]): Token {
    if (this.now.kind !== kind) this.fail(kind === "block-end" ? "'%}' is expected" : "'}}' is expected");
    return this.next();
  }
  /** @throws TemplateError when tags or brackets are nested deeper than anyone writes */
  nested<T>(within: () => T): T {
    if (++this.depth > limits.depth * 4) this.fail("it is nested too deeply");
    const result = within();
    this.depth--;
    return result;
  }
  fail(what: string): never {
    const { kind, text, line } = this.now;
    const found = kind === "end" ? "the end" : kind === "data" ? "text" : `'${text.trim()}'`;
    throw new TemplateError(`line ${line}: ${what}, found ${found}`);
  }
}
