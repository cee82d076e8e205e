/**
 * TensorFlow.js on libtensorflow, where it is installed: in a folder of the person's home (`telar doctor --install tfjs-gpu`)
 * or in the checkout. Whether it loads is tried in a process of its own: a native library that does not fit ends it.
 */
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import util, { promisify } from "node:util";
import { libraryVersion } from "../library-version";
import type { Tf } from "./tf";

export type NativeBackend = "tfjs-node-gpu" | "tfjs-node";
export const NATIVE_BACKENDS: readonly NativeBackend[] = ["tfjs-node-gpu", "tfjs-node"];
/** The version that WebAssembly has too: one code, one meaning of each operation. */
export const NATIVE_VERSION = "4.22.0";

/** A minute: CUDA compiles its kernels when it starts for the first time. */
const PROBE_MS = 60_000;

/** Where `telar doctor --install` puts it: outside the checkout, so that `npm ci` leaves it alone. */
export const nativeFolder = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "telar", "tfjs");

export const packageOf = (backend: NativeBackend): string => `@tensorflow/${backend}`;

export type Installed = { backend: NativeBackend; version: string; from: string };

/** Read from its `package.json`; nothing is loaded. */
export function findNative(backend: NativeBackend): Installed | undefined {
  for (const from of [join(nativeFolder(), "package.json"), import.meta.url]) {
    const version = libraryVersion(packageOf(backend), from);
    if (version) return { backend, version, from };
  }
  return undefined;
}

/** `gpu`: the device it computes on. `why`: the first line of what it said when it did not load. */
export type Probe = { loads: true; gpu: boolean } | { loads: false; why: string };

/** Loads it and multiplies two numbers, in a child process. */
export async function probeNative({ backend, from }: Installed): Promise<Probe> {
  const script = `
    const util = require("node:util");
    util.isNullOrUndefined ??= (value) => value == null;
    const tf = require("node:module").createRequire(process.argv[1])(process.argv[2]);
    const [four] = tf.mul([2], [2]).dataSync();
    if (four !== 4) throw new Error("2 times 2 gives " + four);
    console.log(JSON.stringify({ gpu: tf.backend().isUsingGpuDevice === true }));`;
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["-e", script, "--", from.startsWith("file:") ? new URL(from).pathname : from, packageOf(backend)],
      { timeout: PROBE_MS },
    );
    const { gpu } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { gpu: boolean };
    return { loads: true, gpu };
  } catch (error) {
    return { loads: false, why: reasonOf(error as ChildError) };
  }
}

type ChildError = Error & { stderr?: string; signal?: string | null };

/** What the child said, in one line: a stack and the source around it say less. */
function reasonOf({ stderr = "", signal, message }: ChildError): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const thrown = lines.find((line) => /^\w*Error: /.test(line));
  if (thrown) return thrown.replace(/^\w*Error: /, "");
  if (signal) return `its process ended with ${signal}`;
  return lines.find(Boolean) ?? message.split("\n")[0]!;
}

/** Into this process. @throws what the library throws when it cannot load */
export function requireNative({ backend, from }: Installed): Tf {
  // Node 23 has it no longer, and the library calls it.
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  return createRequire(from)(packageOf(backend)) as Tf;
}
