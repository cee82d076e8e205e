import { execFile } from "node:child_process";
import { statfs } from "node:fs/promises";
import { availableParallelism, freemem, totalmem } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findPythonWithPip } from "@/engines/hub/python-with-pip";
import { Failure } from "@/graph/problems";
import { failureSentence } from "@/messages/words";
import { createStore, tryStore } from "@/server/artifacts/index";
import { listUsage } from "@/server/artifacts/quota";
import { describeTfjs } from "@/server/engines/describe-tfjs";
import { installTfjsGpu } from "@/server/engines/install-tfjs";
import { type Env, env } from "@/server/env";
import { openDatabase } from "@/server/supervisor/index";
import { OLDEST_PYTHON, tryPython } from "@/server/try-python";
import { type Command, EXIT, json } from "../command";
import { bytes, print, printJson, say, table } from "../output";
import { withSystem } from "../system";
import { verifyAll } from "./verify";

type Finding = { name: string; ok: boolean; found: string; fix?: string };
const exec = promisify(execFile);

/** What SmolLM2-135M needs to train, with room for the rest of the system. */
const ENOUGH_MEMORY = 3e9;
const ENOUGH_DISK = 5e9;

export const doctor: Command = {
  summary: "What this machine can do, each line with its fix",
  usage: "[--verify] [--install tfjs-gpu] [--json]",
  positionals: [0, 0],
  options: { ...json, verify: { type: "boolean" }, install: { type: "string" } },
  help: {
    "--verify": "read all that is stored and name what is missing or damaged",
    "--install tfjs-gpu": "fetch TensorFlow.js for NVIDIA GPUs into your cache folder",
  },
  run: async (args) => {
    if (args.flag("verify")) return verifyAll(args);
    const wanted = args.text("install");
    if (wanted !== undefined) return install(wanted, args.flag("json"));
    const settings = env();
    const findings = await Promise.all([
      node(),
      memory(),
      disk(settings),
      database(settings),
      storage(settings),
      onnx(),
      tfjs(),
      llama(),
      gpu(),
      python(settings),
      pip(),
      hub(settings),
      ray(settings),
    ]);
    if (args.flag("json")) printJson({ findings });
    else print(table(findings.map((f) => [f.ok ? "ok" : "--", f.name, f.found, f.fix ?? ""])));
    return EXIT.done;
  },
};

const reason = (error: unknown) => (error instanceof Error ? error.message.split("\n")[0]! : String(error));

async function node(): Promise<Finding> {
  return { name: "Node.js", ok: true, found: `${process.versions.node}, ${availableParallelism()} threads` };
}

async function memory(): Promise<Finding> {
  const ok = freemem() > ENOUGH_MEMORY;
  return {
    name: "Memory",
    ok,
    found: `${bytes(freemem())} free of ${bytes(totalmem())}`,
    ...(ok ? {} : { fix: "Close other programs: training the smallest model takes about 2 GB." }),
  };
}

async function disk({ root }: Env): Promise<Finding> {
  const { bavail, bsize } = await statfs(root);
  const ok = bavail * bsize > ENOUGH_DISK;
  return {
    name: "Disk",
    ok,
    found: `${bytes(bavail * bsize)} free`,
    ...(ok ? {} : { fix: "Free some space, or set TELAR_HOME to a larger disk." }),
  };
}

async function database(settings: Env): Promise<Finding> {
  const kind = settings.databaseUrl ? "DATABASE_URL" : "embedded PostgreSQL";
  try {
    await (await openDatabase(settings)).close();
    return { name: "Database", ok: true, found: `${kind} answers` };
  } catch (error) {
    const fix = settings.databaseUrl
      ? "Check DATABASE_URL and that the server runs."
      : `See ${settings.logsDir}/database.log.`;
    return { name: "Database", ok: false, found: `${kind}: ${reason(error)}`, fix };
  }
}

async function storage(settings: Env): Promise<Finding> {
  const name = "Artifacts";
  try {
    await tryStore(settings);
    const { place } = createStore(settings);
    const teams = await withSystem(({ pool }) => listUsage(pool));
    const used = teams.map(({ team, bytes: taken, quotaBytes }) => {
      const limit = quotaBytes === null ? "" : ` of ${bytes(quotaBytes)}`;
      return `${team} ${bytes(taken)}${limit}`;
    });
    const full = teams.some((team) => team.quotaBytes !== null && team.bytes > 0.9 * team.quotaBytes);
    const fix = "Remove what nothing uses with `telar gc`, or raise the limit with `telar quota`.";
    return { name, ok: !full, found: `${place}: ${used.join(", ")}`, ...(full ? { fix } : {}) };
  } catch (error) {
    const fix = error instanceof Failure ? failureSentence(error.reason, error.values) : "";
    return { name, ok: false, found: "not reached", fix };
  }
}

async function onnx(): Promise<Finding> {
  try {
    const { default: ort } = (await import("onnxruntime-node")) as unknown as {
      default: { env: { versions: { node?: string } } };
    };
    return { name: "Engine onnx", ok: true, found: `onnxruntime ${ort.env.versions.node ?? ""}, cpu` };
  } catch (error) {
    return {
      name: "Engine onnx",
      ok: false,
      found: reason(error),
      fix: "Run `npm ci` again; onnxruntime-node ships binaries for Linux, macOS and Windows.",
    };
  }
}

const TFJS_NAMES = {
  "tfjs-node-gpu": "GPU",
  "tfjs-node": "CPU (libtensorflow)",
  "tfjs-wasm": "WebAssembly, one thread",
} as const;

/** Which backend is live, and why a faster one is not. */
async function tfjs(): Promise<Finding> {
  const name = "Engine tfjs";
  const { live, gpu, gpuPossible } = await describeTfjs();
  if (!live)
    return { name, ok: false, found: "not installed", fix: "Run `npm ci` again: it brings WebAssembly." };
  const found = `TensorFlow.js ${live.version}, ${TFJS_NAMES[live.backend]}`;
  if (live.backend === "tfjs-node-gpu") return { name, ok: true, found };
  const why = gpu.loads ? "its package sees no GPU" : gpu.why;
  const fix = !gpuPossible
    ? "GPU: its package is for Linux on x64 only."
    : gpu.loads
      ? "GPU: install the NVIDIA driver and CUDA 11."
      : why === "not installed"
        ? "GPU: not installed. With an NVIDIA card, `telar doctor --install tfjs-gpu` fetches it."
        : `GPU: does not load (${why}). Install CUDA 11 and cuDNN 8, then \`telar doctor --install tfjs-gpu\`.`;
  return { name, ok: true, found, fix };
}

async function install(what: string, asJson: boolean): Promise<number> {
  if (what !== "tfjs-gpu") {
    say(`\`${what}\` cannot be installed. What can: tfjs-gpu.`);
    return EXIT.usage;
  }
  const result = await installTfjsGpu((text) => process.stderr.write(text));
  if (asJson) printJson(result);
  if (result.installed) {
    const device = result.probe.gpu
      ? "It sees a GPU."
      : "It loads, but sees no GPU: check the driver and CUDA 11.";
    say(`TensorFlow.js for GPUs is in ${result.folder}. ${device} Restart Telar to use it.`);
    return EXIT.done;
  }
  say(
    result.step === "npm"
      ? `TensorFlow.js for GPUs was not installed: ${result.why}. It needs npm and storage.googleapis.com, where libtensorflow lies. Nothing was changed.`
      : `TensorFlow.js for GPUs was fetched but does not load: ${result.why}. It needs an NVIDIA driver, CUDA 11 and cuDNN 8. Nothing was changed.`,
  );
  return EXIT.internal;
}

async function llama(): Promise<Finding> {
  try {
    const { getLlamaGpuTypes } = await import("node-llama-cpp");
    const types = await getLlamaGpuTypes("supported");
    return {
      name: "Engine llama",
      ok: true,
      found: `llama.cpp, ${["cpu", ...types.filter(Boolean)].join(", ")}`,
    };
  } catch (error) {
    return {
      name: "Engine llama",
      ok: false,
      found: reason(error),
      fix: "Run `npm ci` again; node-llama-cpp ships binaries for common machines.",
    };
  }
}

async function gpu(): Promise<Finding> {
  const query = ["--query-gpu=name,memory.total", "--format=csv,noheader"];
  const found = await exec("nvidia-smi", query, { timeout: 10_000 }).then(
    ({ stdout }) => stdout.trim().split("\n"),
    () => [],
  );
  return found.length
    ? { name: "GPU", ok: true, found: found.join("; ") }
    : {
        name: "GPU",
        ok: false,
        found: "none seen",
        fix: "Not needed for small models. With an NVIDIA card, install its driver.",
      };
}

/** A real job says it: it starts, reports, and gives back what it was given. */
async function python({ root }: Env): Promise<Finding> {
  const name = "Python jobs";
  const trial = await tryPython(join(root, "trainer"));
  const found = trial.python ? `Python ${trial.python.version}, ${trial.python.path}` : "";
  if (trial.ok) return { name, ok: true, found: `${found}: a job ran in ${trial.seconds.toFixed(1)} s` };
  const fix = trial.python
    ? "Run `npm start` again, which brings the package up to date; TELAR_PYTHON names another Python."
    : `Needed only for nodes that run in Python: install Python ${OLDEST_PYTHON} or newer, or name one in TELAR_PYTHON.`;
  return { name, ok: false, found: found ? `${found}: ${trial.why}` : trial.why, fix };
}

async function pip(): Promise<Finding> {
  const name = "Python with pip";
  const found = await findPythonWithPip();
  if (found) return { name, ok: true, found };
  const fix = "Needed only to fetch weights where no hub answers: install Python 3 with pip.";
  return { name, ok: false, found: "none", fix };
}

async function hub({ hub }: Env): Promise<Finding> {
  if (hub.offline)
    return {
      name: "Model hub",
      ok: false,
      found: "switched off",
      fix: "Unset HF_HUB_OFFLINE to fetch models.",
    };
  const answer = await fetch(hub.endpoint, { method: "HEAD", signal: AbortSignal.timeout(5000) }).catch(
    () => undefined,
  );
  return answer
    ? { name: "Model hub", ok: true, found: `${hub.endpoint} answers` }
    : {
        name: "Model hub",
        ok: false,
        found: `${hub.endpoint} does not answer`,
        fix: "SmolLM2-135M comes from a Python package then. For others set HF_ENDPOINT to a mirror.",
      };
}

/** Nothing runs there yet: an address that is set must not look as if it were used. */
async function ray({ ray }: Env): Promise<Finding> {
  return ray
    ? {
        name: "Ray",
        ok: false,
        found: `${ray.address} is set and not used`,
        fix: "This version runs jobs on Telar's own workers only: `telar worker` adds a machine. Remove TELAR_RAY_ADDRESS.",
      }
    : { name: "Ray", ok: true, found: "not set: jobs run on Telar's own workers" };
}
