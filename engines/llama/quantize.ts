/** Quantisation through `llama_model_quantize` of the shipped libllama. */
import { rename, rm, stat } from "node:fs/promises";
import { Failure } from "@/graph/problems";
import { openLibrary } from "./library";

export const QUANTIZATIONS = ["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0", "IQ4_XS", "F16"] as const;
export type Quantization = (typeof QUANTIZATIONS)[number];

/** `llama_ftype` of each. */
const FILE_TYPES: Record<Quantization, number> = {
  F16: 1,
  Q4_0: 2,
  Q8_0: 7,
  Q4_K_M: 15,
  Q5_K_M: 17,
  Q6_K: 18,
  IQ4_XS: 30,
};

/** Fields of `llama_model_quantize_params` in the pinned release, in order. `spare` keeps a longer one from writing outside. */
const PARAMS = {
  nthread: "int32",
  ftype: "int32",
  output_tensor_type: "int32",
  token_embedding_type: "int32",
  allow_requantize: "bool",
  quantize_output_tensor: "bool",
  only_copy: "bool",
  pure: "bool",
  keep_split: "bool",
  dry_run: "bool",
  imatrix: "size_t",
  kv_overrides: "size_t",
  tt_overrides: "size_t",
  prune_layers: "size_t",
  max_buf_size: "size_t",
} as const;
type QuantizeParams = Record<keyof typeof PARAMS | "spare", number | boolean | number[]>;

/** Whether the library's defaults read as the pinned layout says: a moved field shows as another value. */
export function layoutFits(defaults: Partial<QuantizeParams>): boolean {
  const expected: Record<string, number | boolean> = {
    nthread: 0,
    ftype: FILE_TYPES.Q8_0,
    allow_requantize: false,
    quantize_output_tensor: true,
    only_copy: false,
    pure: false,
    keep_split: false,
    dry_run: false,
    imatrix: 0,
    kv_overrides: 0,
    tt_overrides: 0,
    prune_layers: 0,
    max_buf_size: 8 * 2 ** 30,
  };
  const types = [defaults.output_tensor_type, defaults.token_embedding_type];
  return (
    Object.entries(expected).every(
      ([name, value]) => Number(defaults[name as keyof QuantizeParams]) === Number(value),
    ) &&
    types[0] === types[1] &&
    Number(types[0]) > 30 &&
    Number(types[0]) < 100
  );
}

export type QuantizeJob = {
  threads: number;
  /** Looked at before the start only: the library cannot be stopped, end the process instead. */
  signal?: AbortSignal;
  /** Tensors done of all tensors. */
  onProgress?(done: number, total: number): void;
  /** Quantises what is quantised already, losing precision twice. */
  allowRequantize?: boolean;
};

/**
 * Writes `input` (a GGUF of F32, F16 or BF16) as `type` to `output`, whole or not at all.
 * Runs off the main thread; run it in a process of its own, so that it can be cancelled.
 * @throws Failure `llama-layout`, `quantize-failed`
 */
export async function quantizeGguf(
  input: string,
  output: string,
  type: Quantization,
  { threads, signal, onProgress, allowRequantize = false }: QuantizeJob,
): Promise<{ bytes: number }> {
  signal?.throwIfAborted();
  const { default: koffi } = await import("koffi");
  const library = await openLibrary();
  const llama = library.open("llama");
  const struct = koffi.struct({ ...PARAMS, spare: koffi.array("uint8", 64) });
  const defaultParams = llama.func("llama_model_quantize_default_params", struct, []);
  const quantize = llama.func("llama_model_quantize", "uint32", ["str", "str", koffi.pointer(struct)]);
  const params = defaultParams() as QuantizeParams;
  if (!layoutFits(params)) throw new Failure("INTERNAL", "llama-layout", {});

  const setLog = llama.func("llama_log_set", "void", ["void *", "void *"]);
  const logType = koffi.pointer(koffi.proto("void (int level, const char *text, void *data)"));
  const complaints: string[] = [];
  const listen = koffi.register((_level: number, text: string) => {
    const step = /^\[\s*(\d+)\/\s*(\d+)\]/.exec(text);
    if (step) onProgress?.(Number(step[1]), Number(step[2]));
    else if (/fail|error|require|cannot/i.test(text)) complaints.push(text.trim());
  }, logType);
  const partial = `${output}.${process.pid}.part`;
  try {
    setLog(listen, null);
    library.open("ggml").func("ggml_backend_load_all_from_path", "void", ["str"])(library.dir);
    const wanted = {
      ...params,
      nthread: Math.max(1, threads),
      ftype: FILE_TYPES[type],
      allow_requantize: allowRequantize,
      spare: new Array(64).fill(0),
    };
    const code = await new Promise<number>((resolve, reject) => {
      quantize.async(input, partial, wanted, (error: Error | null, result: number) =>
        error ? reject(error) : resolve(result),
      );
    });
    if (code !== 0)
      throw new Failure("NODE_ERROR", "quantize-failed", {
        type,
        detail: complaints.at(-1) ?? `code ${code}`,
      });
    await rename(partial, output);
  } finally {
    setLog(null, null);
    koffi.unregister(listen);
    await rm(partial, { force: true });
  }
  return { bytes: (await stat(output)).size };
}
