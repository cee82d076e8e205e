/** TensorFlow.js with the backend that was asked for: WebAssembly everywhere, libtensorflow where it is installed. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Failure } from "@/graph/problems";
import type { TrainerBackend } from "@/graph/trainers";
import { findNative, type NativeBackend, requireNative } from "./native";
import type { Tf } from "./tf";

export type TfjsBackend = Exclude<TrainerBackend, "onnxruntime">;

const loaded = new Map<TfjsBackend, Promise<Tf>>();

/** Loads native or WebAssembly code once a process. @throws what the library throws when it cannot load */
export function loadTf(backend: TfjsBackend): Promise<Tf> {
  const known = loaded.get(backend);
  if (known) return known;
  const loading = backend === "tfjs-wasm" ? loadWasm() : loadNative(backend);
  loaded.set(backend, loading);
  return loading;
}

async function loadNative(backend: NativeBackend): Promise<Tf> {
  const installed = findNative(backend);
  if (!installed) throw new Failure("UNAVAILABLE", "trainer-absent", { backend });
  const tf = requireNative(installed);
  await tf.ready();
  return tf;
}

async function loadWasm(): Promise<Tf> {
  const tf = await import("@tensorflow/tfjs-core");
  await import("@tensorflow/tfjs-core/dist/register_all_gradients");
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json");
  setWasmPaths(join(dirname(entry), "dist/"));
  const giveBack = keepListeners();
  await tf.setBackend("wasm");
  await tf.ready();
  giveBack();
  return tf;
}

/** Emscripten takes errors that nobody caught for itself and throws them again, past those who listen already. */
function keepListeners(): () => void {
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => new Set<unknown>(process.listeners(event as "uncaughtException")));
  return () =>
    events.forEach((event, i) => {
      for (const listener of process.listeners(event as "uncaughtException"))
        if (!before[i]!.has(listener)) process.removeListener(event, listener);
    });
}
