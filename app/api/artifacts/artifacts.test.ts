import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStore, putFolder } from "@/server/artifacts";
import { type Moto, startMoto } from "@/server/artifacts/_testing/moto";
import { createSignInLink } from "@/server/auth/create-sign-in-link";
import { type TestDatabase, testDatabase } from "@/server/database/testing";
import { env, parseEnv } from "@/server/env";
import { newId } from "@/server/runs/ids";
import { web } from "@/server/web";
import { GET } from "./[digest]/[...path]/route";

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
let moto: Moto;
let db: TestDatabase;
let home: string;
let origin: string;
let cookie: string;
const server = createServer();

beforeAll(async () => {
  [moto, db, home] = await Promise.all([startMoto(), testDatabase(), mkdtemp(join(tmpdir(), "telar-http-"))]);
  const variables = { TELAR_HOME: home, DATABASE_URL: db.url, TELAR_ARTIFACTS: "s3://telar/web" };
  Object.assign(process.env, moto.variables, variables);
  Object.assign(env(), parseEnv());
  await moto.makeBucket("telar");
  const answer = (request: Request) => {
    const [, , , digest = "", ...path] = new URL(request.url).pathname.split("/");
    return GET(request, { params: Promise.resolve({ digest, path }) });
  };
  server.on("request", getRequestListener(answer));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { auth, prisma } = await web();
  const token = new URL(await createSignInLink({ prisma, origin })).searchParams.get("token")!;
  const { headers } = await auth.api.signInWithLink({ body: { token }, returnHeaders: true });
  cookie = headers.getSetCookie()[0]!.split(";")[0]!;
}, 600_000);
afterAll(async () => {
  server.close();
  const { pool, listener } = await web();
  await listener.close();
  await pool.end();
  await db.close();
  await moto.stop();
  await rm(home, { recursive: true, force: true });
});

/** An artifact of the team in the bucket, with one file of these bytes below a folder. */
async function put(): Promise<string> {
  const { artifacts } = env();
  const store = createStore({ artifacts });
  const dir = join(store.scratch, "in");
  await mkdir(join(dir, "sub"), { recursive: true });
  await writeFile(join(dir, "sub/data ñ.bin"), BYTES);
  const { digest, manifest } = await putFolder(store, dir, { type: "dataset", facts: { shape: "table" } });
  const team = await db.prisma.team.findFirstOrThrow();
  await db.prisma.artifact.create({
    data: {
      id: newId(),
      teamId: team.id,
      digest,
      type: "dataset",
      facts: {},
      manifest,
      sizeBytes: 1,
    },
  });
  // Nothing of it stays on this machine: what is served comes out of the bucket.
  if (artifacts.kind === "s3") await rm(join(artifacts.cacheDir, "sha256"), { recursive: true, force: true });
  return digest;
}
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${origin}/api/artifacts/${path}`, { headers: { cookie, ...headers } });

test("files of artifacts in a bucket are served whole and in ranges, to members of the team alone", async () => {
  const digest = await put();
  const path = `${encodeURIComponent(digest)}/sub/${encodeURIComponent("data ñ.bin")}`;
  const whole = await get(path);
  expect(whole.status).toBe(200);
  expect(whole.headers.get("content-length")).toBe(String(BYTES.length));
  expect(whole.headers.get("content-disposition")).toContain("data%20%C3%B1.bin");
  expect(Buffer.from(await whole.arrayBuffer()).equals(BYTES)).toBe(true);

  const part = await get(path, { range: "bytes=1000-1999" });
  expect(part.status).toBe(206);
  expect(part.headers.get("content-range")).toBe(`bytes 1000-1999/${BYTES.length}`);
  expect(Buffer.from(await part.arrayBuffer()).equals(BYTES.subarray(1000, 2000))).toBe(true);
  expect((await get(path, { range: "bytes=900000-" })).status).toBe(416);

  expect((await get(path, { cookie: "" })).status).toBe(401);
  expect((await get(`${encodeURIComponent(digest)}/none.bin`)).status).toBe(404);
  expect((await get(`${encodeURIComponent(`sha256:${"0".repeat(64)}`)}/x`)).status).toBe(404);
  expect((await get("nonsense/x")).status).toBe(400);
  const other = await db.prisma.team.create({ data: { slug: "other", name: "Other" } });
  await db.prisma.artifact.updateMany({ data: { teamId: other.id } });
  expect((await get(path)).status).toBe(404);
});

test("a bucket that does not answer is said as such", async () => {
  const digest = await put();
  await moto.close();
  const answer = await get(`${encodeURIComponent(digest)}/sub/x`);
  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain("s3://telar/web");
  await moto.open();
});
