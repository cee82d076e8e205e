/** libfaketime (Debian package `faketime`): a process whose clock can be set while it runs. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The library; root installs it when it is missing. Undefined where there is none. */
export function findFaketime(): string | undefined {
  const found = lookUp();
  if (found || process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    return found;
  try {
    execFileSync("apt-get", ["install", "-y", "--no-install-recommends", "faketime"], {
      stdio: "ignore",
      timeout: 60_000,
    });
  } catch {}
  return lookUp();
}

function lookUp(): string | undefined {
  if (!existsSync("/usr/lib")) return undefined;
  return readdirSync("/usr/lib")
    .map((name) => join("/usr/lib", name, "faketime/libfaketime.so.1"))
    .find((file) => existsSync(file));
}

/** Variables for a process whose clock is off by what `file` says. Its monotonic clock runs as always, as when a clock is set. */
export function faked(library: string, file: string): Record<string, string> {
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    DONT_FAKE_MONOTONIC: "1",
  };
}

export const setClock = (file: string, seconds: number): void =>
  writeFileSync(file, `${seconds < 0 ? "" : "+"}${seconds}s\n`, { mode: 0o644 });
