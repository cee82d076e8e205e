/** The libllama that node-llama-cpp ships, called directly for what its API leaves out. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { LibraryHandle } from "koffi";
import { Failure } from "@/graph/problems";

const PACKAGES: Record<string, readonly string[]> = {
  "linux-x64": ["linux-x64"],
  "linux-arm64": ["linux-arm64"],
  "linux-arm": ["linux-armv7l"],
  "darwin-arm64": ["mac-arm64-metal"],
  "darwin-x64": ["mac-x64"],
  "win32-x64": ["win-x64"],
  "win32-arm64": ["win-arm64"],
};

export type LibraryPart = "llama" | "ggml" | "ggml-base";

/** Whether `file` is that library on any platform: `libllama.v0.5.0.so`, `libllama.dylib`, `llama.dll`; never `libllama-common.so`. */
export function isLibrary(file: string, part: LibraryPart): boolean {
  const match = /^(?:lib)?(llama|ggml|ggml-base)(?:\.v?[\d.]*\d)?\.(?:so(?:\.[\d.]+)?|dylib|dll)$/.exec(file);
  return match?.[1] === part;
}

/** Folder of the CPU build for this platform. @throws Failure `llama-missing` */
export async function libraryFolder(): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  for (const name of PACKAGES[platform] ?? []) {
    const found = await import(/* @vite-ignore */ `@node-llama-cpp/${name}`).catch(() => undefined);
    if (!found) continue;
    const { binsDir } = found.getBinsDir() as { binsDir: string };
    const dir = join(binsDir, name);
    if ((await readdir(dir).catch(() => [])).some((file) => isLibrary(file, "llama"))) return dir;
  }
  throw new Failure("NODE_ERROR", "llama-missing", { platform });
}

export type Library = { dir: string; open(part: LibraryPart): LibraryHandle };

export async function openLibrary(): Promise<Library> {
  const { default: koffi } = await import("koffi");
  const dir = await libraryFolder();
  const files = await readdir(dir);
  return {
    dir,
    open(part) {
      const file = files.find((name) => isLibrary(name, part));
      if (!file)
        throw new Failure("NODE_ERROR", "llama-missing", { platform: `${process.platform} ${part}` });
      return koffi.load(join(dir, file));
    },
  };
}
