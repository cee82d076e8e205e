/** Version of an installed npm package, read without loading it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** `from` is a file or folder whose packages count; undefined when the package is not there. */
export function libraryVersion(name: string, from: string | URL = import.meta.url): string | undefined {
  try {
    const file = createRequire(from).resolve(`${name}/package.json`);
    const { version } = JSON.parse(readFileSync(file, "utf8")) as { version?: unknown };
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}
