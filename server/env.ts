/** Every setting of the installation, parsed once. A bad value stops the process with its name and an example. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const port = z.coerce.number().int().min(1).max(65535);
const flag = z.enum(["0", "1", "true", "false"]).transform((value) => value === "1" || value === "true");
const bucketUrl = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

/** Beside a bucket: a dozen models of the size that a laptop trains, with their data. */
const defaultCacheGigabytes = 20;

/** Name → what it must be, and an example that is right. */
const variables = {
  TELAR_HOME: [z.string().min(1), "/var/lib/telar"],
  TELAR_PORT: [port, "3000"],
  TELAR_GATEWAY_PORT: [port, "3001"],
  TELAR_HOST: [z.string().min(1), "127.0.0.1"],
  TELAR_PUBLIC_URL: [z.url({ protocol: /^https?$/ }), "https://telar.example.org"],
  DATABASE_URL: [
    z.url({ protocol: /^postgres(ql)?$/ }),
    "postgresql://telar:secret@db.example.org:5432/telar",
  ],
  TELAR_ARTIFACTS: [z.string().min(1).refine(isStorePlace), "s3://bucket/prefix"],
  TELAR_ARTIFACTS_CACHE_GB: [z.coerce.number().positive(), "20"],
  TELAR_DATA_DIRS: [z.string().min(1), "/data/one:/data/two"],
  TELAR_RAY_ADDRESS: [z.url({ protocol: /^https?$/ }), "http://10.0.0.5:8265"],
  TELAR_RAY_TOKEN: [z.string().min(1), "the token that RAY_AUTH_TOKEN holds on the cluster"],
  TELAR_TEAM: [z.string().min(1), "my-team"],
  TELAR_LOG: [z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]), "info"],
  TELAR_SECRET_KEY: [z.string().min(16), "32 random characters"],
  HF_ENDPOINT: [z.url({ protocol: /^https?$/ }), "https://huggingface.co"],
  HF_TOKEN: [z.string().min(1), "hf_…"],
  HF_HUB_OFFLINE: [flag, "1"],
  OTEL_EXPORTER_OTLP_ENDPOINT: [z.url({ protocol: /^https?$/ }), "http://127.0.0.1:4318"],
} as const;

export type ArtifactPlace =
  | { kind: "local"; dir: string }
  /** `cacheDir` on this machine holds at most about `cacheBytes` of what was used last. */
  | { kind: "s3"; bucket: string; prefix: string; cacheDir: string; cacheBytes: number };

export type Env = {
  /** The checkout, or the folder Telar is installed in. */
  root: string;
  home: string;
  databaseDir: string;
  modelsDir: string;
  /** Copies of files that graphs name by address. */
  downloadsDir: string;
  logsDir: string;
  port: number;
  gatewayPort: number;
  host: string;
  publicUrl: string | undefined;
  /** Undefined: the embedded PostgreSQL. */
  databaseUrl: string | undefined;
  artifacts: ArtifactPlace;
  dataDirs: string[];
  ray: { address: string; token: string | undefined } | undefined;
  log: z.output<(typeof variables)["TELAR_LOG"][0]>;
  secretKey: string | undefined;
  /** Slug of the team that the command line works for, where several live on the installation. */
  team: string | undefined;
  hub: { endpoint: string; token: string | undefined; offline: boolean };
};

export class EnvError extends Error {
  override name = "EnvError";
}

export function parseEnv(source: Record<string, string | undefined> = process.env, root = findRoot()): Env {
  const read = <N extends keyof typeof variables>(
    name: N,
  ): z.output<(typeof variables)[N][0]> | undefined => {
    const raw = source[name]?.trim();
    if (!raw) return undefined;
    const [schema, example] = variables[name];
    const parsed = schema.safeParse(raw);
    if (!parsed.success)
      throw new EnvError(`${name} is “${raw}”, which does not fit. Give it as in ${name}=${example}`);
    return parsed.data as z.output<(typeof variables)[N][0]>;
  };
  const home = resolve(/* turbopackIgnore: true */ root, read("TELAR_HOME") ?? ".telar");
  const host = read("TELAR_HOST") ?? "127.0.0.1";
  const publicUrl = read("TELAR_PUBLIC_URL");
  if (!isLoopback(host) && !publicUrl)
    throw new EnvError(
      `TELAR_HOST is “${host}”, which others can reach: say under which address, as in TELAR_PUBLIC_URL=${variables.TELAR_PUBLIC_URL[1]}`,
    );
  // OpenTelemetry reads it itself; here it is only checked.
  read("OTEL_EXPORTER_OTLP_ENDPOINT");
  const rayAddress = read("TELAR_RAY_ADDRESS");
  return {
    root,
    home,
    databaseDir: join(home, "database"),
    modelsDir: join(home, "models"),
    downloadsDir: join(home, "downloads"),
    logsDir: join(home, "logs"),
    port: read("TELAR_PORT") ?? 3000,
    gatewayPort: read("TELAR_GATEWAY_PORT") ?? 3001,
    host,
    publicUrl,
    databaseUrl: read("DATABASE_URL"),
    artifacts: storePlace(read("TELAR_ARTIFACTS") ?? join(home, "artifacts"), root, {
      cacheDir: join(home, "artifacts-cache"),
      cacheBytes: (read("TELAR_ARTIFACTS_CACHE_GB") ?? defaultCacheGigabytes) * 1e9,
    }),
    dataDirs: dataFolders(root, read("TELAR_DATA_DIRS") ?? join(home, "data")),
    ray: rayAddress ? { address: rayAddress, token: read("TELAR_RAY_TOKEN") } : undefined,
    log: read("TELAR_LOG") ?? "info",
    secretKey: read("TELAR_SECRET_KEY"),
    team: read("TELAR_TEAM"),
    hub: {
      endpoint: read("HF_ENDPOINT") ?? "https://huggingface.co",
      token: read("HF_TOKEN"),
      offline: read("HF_HUB_OFFLINE") ?? false,
    },
  };
}

/** The examples' own rows are readable everywhere, so that a template runs as it is. */
function dataFolders(root: string, list: string): string[] {
  const named = list.split(":").filter(Boolean);
  return [...named.map((dir) => resolve(root, dir)), join(root, "examples")];
}

let parsed: Env | undefined;
/** The settings of this process. */
export function env(): Env {
  parsed ??= parseEnv();
  return parsed;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A host as addresses have it. What is bound to all addresses is called on this machine by loopback. */
export function urlHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

/** Where this machine reaches the two servers. */
export const localWebOrigin = ({ host, port }: Pick<Env, "host" | "port">): string =>
  `http://${urlHost(host)}:${port}`;
export const gatewayOrigin = ({ host, gatewayPort }: Pick<Env, "host" | "gatewayPort">): string =>
  `http://${urlHost(host)}:${gatewayPort}`;

function isStorePlace(value: string): boolean {
  return value.startsWith("s3:") ? bucketUrl.test(value) : !/^[a-z0-9]+:\/\//i.test(value);
}

function storePlace(
  value: string,
  root: string,
  cache: { cacheDir: string; cacheBytes: number },
): ArtifactPlace {
  const match = bucketUrl.exec(value);
  if (match) return { kind: "s3", bucket: match[1]!, prefix: (match[2] ?? "").replace(/\/+$/, ""), ...cache };
  return { kind: "local", dir: isAbsolute(value) ? value : resolve(root, value) };
}

/** The nearest folder above this file, else above the current folder, that holds Telar's package.json. */
function findRoot(): string {
  const starts = [process.cwd()];
  if (import.meta.url.startsWith("file:")) starts.unshift(dirname(fileURLToPath(import.meta.url)));
  for (const start of starts) {
    for (let dir = start; ; dir = dirname(dir)) {
      const file = join(dir, "package.json");
      if (existsSync(file) && JSON.parse(readFileSync(file, "utf8")).name === "telar") return dir;
      if (dirname(dir) === dir) break;
    }
  }
  return process.cwd();
}
