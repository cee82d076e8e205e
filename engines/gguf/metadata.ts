/** Metadata of a GGUF file by key; a value of another kind than expected counts as damage. */
import { type GgufList, type GgufValue, ggufRefused } from "@/graph/gguf/cursor";
import type { GgufEntry } from "@/graph/gguf/header";

export class GgufMetadata {
  constructor(
    private readonly file: string,
    private readonly entries: ReadonlyMap<string, GgufEntry>,
  ) {}

  keys(): string[] {
    return [...this.entries.keys()];
  }

  /** As it stands there, of whatever kind. */
  value(key: string): GgufValue | undefined {
    return this.entries.get(key)?.value;
  }

  number(key: string): number | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (typeof value === "number") return value;
    throw ggufRefused(this.file, "kind", key);
  }

  string(key: string): string | undefined {
    const value = this.value(key);
    if (value === undefined || typeof value === "string") return value;
    throw ggufRefused(this.file, "kind", key);
  }

  boolean(key: string): boolean | undefined {
    const value = this.value(key);
    if (value === undefined || typeof value === "boolean") return value;
    throw ggufRefused(this.file, "kind", key);
  }

  strings(key: string): string[] | undefined {
    return this.list(key, "string")?.values() as string[] | undefined;
  }

  numbers(key: string): number[] | undefined {
    const values = this.list(key, "number")?.values();
    if (values?.some((value) => typeof value !== "number")) throw ggufRefused(this.file, "kind", key);
    return values as number[] | undefined;
  }

  /** @throws Failure `gguf-refused` when the key is missing */
  need<T>(key: string, value: T | undefined): T {
    if (value === undefined) throw ggufRefused(this.file, "missing", key);
    return value;
  }

  private list(key: string, of: GgufList["of"]): GgufList | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (typeof value === "object" && value.of === of) return value;
    throw ggufRefused(this.file, "kind", key);
  }
}
