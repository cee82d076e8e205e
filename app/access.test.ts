/** Every procedure, route and page as everybody who can ask: each is let in or refused as the table says, and none is without a name in it. */

import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { TeamRole } from "@/generated/prisma/enums";
import { formatGraph, type GraphFile } from "@/graph/document";
import { ACCESS, ACTIONS, type Action, type OpenAction, roleMay, type TeamAction } from "@/server/access";
import { createStore, putFolder } from "@/server/artifacts";
import { TEAM_HEADER, teamCookie } from "@/server/auth/team-of-request";
import { hashToken, newToken } from "@/server/auth/token";
import { createUpload } from "@/server/data/create-upload";
import { type TestDatabase, testDatabase } from "@/server/database/testing";
import { env, parseEnv } from "@/server/env";
import { startGateway } from "@/server/gateway/start-gateway";
import { createGraph } from "@/server/graphs/create-graph";
import { createKey } from "@/server/keys/create-key";
import { newId } from "@/server/runs/ids";
import { launchRun } from "@/server/runs/start/launch-run";
import { web } from "@/server/web";
import { call, file, HOST, INPUTS, MARK, type Planted, procedures } from "./_testing/walk";
import { POST as chatRoute } from "./api/gateway/[...path]/route";

// Some hundred requests a test.
vi.setConfig({ testTimeout: 180_000 });

const ROOT = join(import.meta.dirname, "..");
const ROLES = ["OWNER", "EDITOR", "RUNNER", "VIEWER"] as const;

let db: TestDatabase;
let home: string;
let team: string;
let otherTeam: string;
/** Cookies by who they sign in. */
const cookies: Record<TeamRole | "stranger" | "teamless" | "both", string> = {} as never;
const users: Record<string, string> = {};
let ours: Planted;

beforeAll(async () => {
  [db, home] = await Promise.all([testDatabase(), mkdtemp(join(tmpdir(), "telar-access-"))]);
  Object.assign(process.env, { TELAR_HOME: home, DATABASE_URL: db.url });
  Object.assign(env(), parseEnv());
  team = (await db.prisma.team.create({ data: { slug: "ours", name: "Ours" } })).id;
  otherTeam = (await db.prisma.team.create({ data: { slug: "theirs", name: "Theirs" } })).id;
  for (const role of ROLES) cookies[role] = await person(role, [[team, role]]);
  cookies.stranger = await person("stranger", [[otherTeam, "OWNER"]]);
  cookies.teamless = await person("teamless", []);
  cookies.both = await person("both", [
    [team, "VIEWER"],
    [otherTeam, "OWNER"],
  ]);
  ours = await plant();
}, 120_000);
afterAll(async () => {
  const { pool, listener } = await web();
  await listener.close();
  await pool.end();
  await db.close();
  await rm(home, { recursive: true, force: true });
});

/** A signed-in person's cookie. */
async function person(name: string, memberships: [string, TeamRole][]): Promise<string> {
  const { id } = await db.prisma.user.create({ data: { name, email: `${name.toLowerCase()}@localhost` } });
  users[name] = id;
  for (const [teamId, role] of memberships)
    await db.prisma.membership.create({ data: { userId: id, teamId, role } });
  const token = newToken();
  await db.prisma.oneTimeToken.create({
    data: { tokenHash: hashToken(token), userId: id, expiresAt: new Date(Date.now() + 60_000) },
  });
  const { auth } = await web();
  const { headers } = await auth.api.signInWithLink({ body: { token }, returnHeaders: true });
  return headers.getSetCookie()[0]!.split(";")[0]!;
}

/** A graph of ours with a run that waits, an artifact and what serves it. */
async function plant(startedBy = users.OWNER!): Promise<Planted> {
  const { engine } = await web();
  const { id: graphId } = await createGraph(db.prisma, { teamId: team, name: file.name, file });
  const started = await launchRun(engine, env(), {
    teamId: team,
    graph: { id: graphId },
    file,
    trigger: "manual",
    userId: startedBy,
  });
  if (!started.ok) throw new Error(JSON.stringify(started.problems));
  const store = createStore(env());
  const dir = join(store.scratch, newId());
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "notes.txt"), `${MARK} bytes ${newId()}`);
  const { digest, manifest } = await putFolder(store, dir, {
    type: "model",
    facts: { name: `${MARK} model` },
  });
  const artifact = await db.prisma.artifact.create({
    data: { id: newId(), teamId: team, digest, type: "model", facts: { name: MARK }, manifest, sizeBytes: 1 },
  });
  const slug = `deployment-${newId()}`;
  await db.prisma.deployment.create({ data: { teamId: team, slug, artifactId: artifact.id } });
  return { graphId, runId: started.runId, digest, slug };
}

const actionOf = (path: string): TeamAction => procedures()[path]!._def.meta!.action!;

const PATHS = Object.keys(INPUTS);
const changes = (path: string) => procedures()[path]!._def.type === "mutation";

test("every procedure names an action of the table and is walked", () => {
  expect(PATHS.sort()).toEqual(Object.keys(procedures()).sort());
  for (const [path, { _def }] of Object.entries(procedures())) {
    expect(ACTIONS, path).toContain(_def.meta?.action);
    expect(typeof ACCESS[_def.meta!.action!], path).toBe("object");
  }
});

describe.each(ROLES)("%s", (role) => {
  test("each procedure answers or refuses as the table says", async () => {
    for (const path of PATHS) {
      const action = actionOf(path);
      const verdict = roleMay(role, action);
      // What is not theirs: somebody else started the run.
      const about = changes(path) ? await plant() : ours;
      const answer = await call(path, INPUTS[path]!(about), { cookie: cookies[role] });
      const expected = verdict === "no" ? "role-too-low" : verdict === "own" ? "run-of-another" : undefined;
      if (expected) {
        expect(answer, path).toMatchObject({ status: 403, reason: expected });
        continue;
      }
      expect([401, 403, 500], `${path} ${answer.body}`).not.toContain(answer.status);
    }
  });

  test("what they may do with their own, they may do", async () => {
    for (const path of ["runs.cancel", "runs.retry"]) {
      const mine = await plant(users[role]);
      const answer = await call(path, INPUTS[path]!(mine), { cookie: cookies[role] });
      expect(answer.status, path).toBe(roleMay(role, actionOf(path)) === "no" ? 403 : 200);
    }
  });

  test("other parameters than the graph's are for who may edit it", async () => {
    const input = { graphId: (await plant()).graphId, overrides: { "data.rows": 2 } };
    const answer = await call("runs.start", input, { cookie: cookies[role] });
    expect(answer.status).toBe(roleMay(role, "run.override") === "yes" ? 200 : 403);
  });

  test("`me` says truly what they may do", async () => {
    const { body } = await call("me", undefined, { cookie: cookies[role] });
    const { may } = JSON.parse(body).result.data.json;
    expect(may).toEqual(Object.fromEntries(ACTIONS.map((action) => [action, roleMay(role, action)])));
  });
});

test("nothing is answered to who is signed out, or shows a key instead", async () => {
  const key = await createKey(db.pool, { teamId: team, name: "walk", scopes: ["models", "metrics"] });
  const forged = { cookie: `${cookies.OWNER.split(".")[0]}.bm90IHNpZ25lZA%3D%3D` };
  for (const path of PATHS)
    for (const headers of [{}, forged, { authorization: `Bearer ${key}` }]) {
      const answer = await call(path, INPUTS[path]!(ours), headers);
      expect(answer, path).toMatchObject({ status: 401, reason: "not-signed-in" });
    }
});

test("who is in no team, or names one that is not theirs, gets nothing", async () => {
  for (const path of PATHS) {
    const input = INPUTS[path]!(ours);
    const teamless = await call(path, input, { cookie: cookies.teamless });
    expect(teamless, path).toMatchObject({ status: 403, reason: "in-no-team" });
    const pretends = await call(path, input, { cookie: cookies.stranger, [TEAM_HEADER]: team });
    expect(pretends, path).toMatchObject({ status: 403, reason: "not-in-team" });
  }
});

/** Every row that holds one of these ids, in all tables. */
async function rowsWith(ids: readonly string[]): Promise<string[]> {
  const { rows: tables } = await db.pool.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
  );
  const found: string[] = [];
  for (const { name } of tables)
    for (const { row } of (await db.pool.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`))
      .rows)
      if (ids.some((id) => row.includes(id))) found.push(`${name} ${row}`);
  return found.sort();
}

test("an owner of another team reads nothing of ours and changes none of it, whatever ids they know", async () => {
  const about = await plant();
  const { graphId, runId, digest, slug } = about;
  const before = await rowsWith([team, graphId, runId, digest, slug]);
  expect(before.length).toBeGreaterThan(5);
  for (const path of PATHS) {
    const answer = await call(path, INPUTS[path]!(about), { cookie: cookies.stranger });
    expect([200, 400, 404, 412], `${path} ${answer.body}`).toContain(answer.status);
    expect(answer.body.toLowerCase(), path).not.toContain(MARK);
  }
  // Ids in every other place of an input too.
  const elsewhere: [string, unknown][] = [
    ["runs.list", { graphId }],
    ["queue.move", { id: runId, before: runId }],
    ["runs.ofNode", { graphId, node: "data", not: runId }],
    ["runs.start", { graphId, targets: ["data"], only: true }],
  ];
  for (const [path, input] of elsewhere) {
    const answer = await call(path, input, { cookie: cookies.stranger });
    expect(answer.body.toLowerCase(), path).not.toContain(MARK);
  }
  expect(await rowsWith([team, graphId, runId, digest, slug])).toEqual(before);
});

test("a graph of another team cannot be fed with our artifacts by their digests", async () => {
  const frozen: GraphFile = {
    ...file,
    name: "thief",
    nodes: [{ ...file.nodes[0]!, state: "frozen", frozen: { data: ours.digest } }, file.nodes[1]!],
  };
  const as = { cookie: cookies.stranger };
  const made = await call("graphs.create", { from: "file", text: formatGraph(frozen) }, as);
  const { id } = JSON.parse(made.body).result.data.json;
  const started = await call("runs.start", { graphId: id }, as);
  const inputs = await db.pool.query(
    `SELECT 1 FROM "NodeRunOutput" o JOIN "NodeRun" n ON n.id = o."nodeRunId" JOIN "Run" r ON r.id = n."runId"
     JOIN "Artifact" a ON a.id = o."artifactId" WHERE r."teamId" = $1 AND a."teamId" <> $1`,
    [otherTeam],
  );
  expect(inputs.rows, started.body).toEqual([]);
  const planned = await call("graphs.plan", { id }, as);
  expect(planned.body).not.toContain(`${MARK} model`);
  const { artifact } = db.prisma;
  expect(await artifact.count({ where: { teamId: otherTeam, digest: ours.digest } })).toBe(0);
});

test("who is in two teams sees the one they chose, or that their page shows, and never both", async () => {
  const about = { cookie: cookies.both };
  expect(await call("graphs.list", undefined, about)).toMatchObject({
    status: 400,
    reason: "team-not-chosen",
  });
  const chose = { cookie: `${cookies.both}; ${teamCookie(otherTeam, env()).split(";")[0]}` };
  expect((await call("graphs.get", { id: ours.graphId }, chose)).status).toBe(404);
  expect((await call("me", undefined, chose)).body).toContain("Theirs");
  const shows = { ...chose, [TEAM_HEADER]: team };
  expect((await call("graphs.get", { id: ours.graphId }, shows)).status).toBe(200);
  // They own the other team; in ours they only look.
  expect(await call("graphs.remove", { id: ours.graphId }, shows)).toMatchObject({ reason: "role-too-low" });
});

type Handler = ((request: Request, place: { params: Promise<object> }) => Promise<Response>) & {
  action?: Action;
};
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const filesNamed = (name: RegExp) =>
  readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
    .filter((path) => name.test(path))
    .map((path) => `app/${path}`)
    .sort();
const routes = filesNamed(/(^|\/)route\.tsx?$/);

type Sent = { path: string; params: object; body?: string; headers?: Record<string, string> };
/** An upload that our team has not finished. */
let upload: string;
const beginUpload = async () => {
  upload = (await createUpload(env(), { teamId: team, name: `${MARK}.txt`, size: 1_000 })).id;
};
beforeAll(beginUpload);
const ofUpload = (headers: Record<string, string> = {}): Sent => ({
  path: `/api/data/${upload}`,
  params: { upload },
  headers: { "tus-resumable": "1.0.0", ...headers },
});
const slice = { "upload-offset": "0", "content-type": "application/offset+octet-stream" };

/** How each route is asked; `about` is of ours. */
const REQUESTS: Record<string, (about: Planted) => Sent> = {
  "app/(workspace)/help/graph-file.schema.json/route.ts GET": () => ({
    path: "/help/graph-file.schema.json",
    params: {},
  }),
  "app/api/artifacts/[digest]/[...path]/route.ts GET": ({ digest }) => ({
    path: `/api/artifacts/${encodeURIComponent(digest)}/notes.txt`,
    params: { digest: encodeURIComponent(digest), path: ["notes.txt"] },
  }),
  "app/api/data/[upload]/route.ts DELETE": () => ofUpload(),
  "app/api/data/[upload]/route.ts GET": () => ofUpload(),
  "app/api/data/[upload]/route.ts HEAD": () => ofUpload(),
  // Nothing more of it: the next who asks finds it as it was.
  "app/api/data/[upload]/route.ts PATCH": () => ofUpload(slice),
  "app/api/data/route.ts GET": () => ({ path: "/api/data", params: {} }),
  "app/api/data/route.ts POST": () => ({ path: "/api/data?name=walk.txt", params: {}, body: "rows" }),
  "app/api/gateway/[...path]/route.ts POST": ({ slug }) => ({
    path: "/api/gateway/v1/chat/completions",
    params: { path: ["v1", "chat", "completions"] },
    body: JSON.stringify({ model: slug, messages: [] }),
  }),
};
/** Procedures ask one by one, as walked above. */
const ASKS_INSIDE = "app/api/trpc/[trpc]/route.ts";

async function handlers(): Promise<[string, Handler][]> {
  const found: [string, Handler][] = [];
  for (const route of routes) {
    if (route === ASKS_INSIDE) continue;
    const module = (await import(join(ROOT, route))) as Record<string, Handler>;
    for (const method of METHODS) if (module[method]) found.push([`${route} ${method}`, module[method]]);
  }
  return found;
}

test("every route names an action of the table; those for members are walked", async () => {
  const all = await handlers();
  expect(all.length).toBeGreaterThan(5);
  for (const [name, { action }] of all) expect(ACTIONS, name).toContain(action);
  const forMembers = all.filter(([, { action }]) => typeof ACCESS[action!] === "object");
  expect(forMembers.map(([name]) => name).sort()).toEqual(Object.keys(REQUESTS).sort());
});

test("each route answers or refuses everybody as the table says", async () => {
  const everybody = [...ROLES, "stranger", "teamless", "signed out"] as const;
  for (const [name, handler] of await handlers()) {
    const ask = REQUESTS[name];
    if (!ask) continue;
    for (const who of everybody) {
      const { path, params, body, headers: sent } = ask(ours);
      const cookie = who === "signed out" ? "" : cookies[who];
      const request = (headers: Record<string, string> = {}, at = path) =>
        handler(
          new Request(`http://127.0.0.1${at}`, {
            method: name.split(" ").at(-1)!,
            headers: { ...HOST, cookie, ...sent, ...headers },
            ...(body ? { body } : {}),
          }),
          // As Next does: undefined where the address has no variable part.
          { params: Promise.resolve(Object.keys(params).length ? params : (undefined as never)) },
        );
      const { status } = await request();
      const member = (ROLES as readonly string[]).includes(who);
      const say = `${who} ${name}`;
      if (who === "signed out") expect(status, say).toBe(401);
      else if (who === "teamless") expect(status, say).toBe(403);
      else if (!member) expect([200, 404], say).toContain(status);
      else if (roleMay(who as TeamRole, handler.action as TeamAction) === "no") expect(status, say).toBe(403);
      // 503: no gateway runs beside this test.
      else expect([200, 204, 503], say).toContain(status);
      if (name.endsWith("DELETE") && status === 204) await beginUpload();
      if (who === "stranger") {
        expect(await (await request()).text(), say).not.toContain(MARK);
        expect((await request({ [TEAM_HEADER]: team })).status, say).toBe(403);
        const named = `${path}${path.includes("?") ? "&" : "?"}team=${team}`;
        expect((await request({}, named)).status, say).toBe(403);
      }
    }
  }
});

test.each(["127.0.0.1", "::1"])(
  "chat reaches the gateway at %s, of several teams one's own alone",
  async (host) => {
    const settings = env();
    const gateway = await startGateway({
      db: db.pool,
      databaseUrl: db.url,
      home,
      store: createStore(settings),
      host,
      port: 0,
      webPort: settings.port,
      readSecret: async () => "none",
      modelProcess: { entry: { file: "never-started" }, logsDir: home },
      log: () => {},
    });
    const before = { host: settings.host, gatewayPort: settings.gatewayPort };
    Object.assign(settings, { host, gatewayPort: Number(new URL(gateway.url).port) });
    try {
      // Stopped: that it was found is seen without a model.
      await db.prisma.deployment.update({
        where: { teamId_slug: { teamId: team, slug: ours.slug } },
        data: { desired: "STOPPED" },
      });
      const chat = (cookie: string, model: string, headers: Record<string, string> = {}) =>
        chatRoute(
          new Request("http://127.0.0.1/api/gateway/v1/chat/completions", {
            method: "POST",
            headers: { ...HOST, cookie, ...headers },
            body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] }),
          }),
          { params: Promise.resolve({ path: ["v1", "chat", "completions"] }) },
        );
      for (const model of [ours.slug, `ours/${ours.slug}`]) {
        const found = await chat(cookies.RUNNER, model);
        expect(found.status).toBe(404);
        expect(await found.text()).toContain("model_stopped");
      }
      for (const model of [ours.slug, `ours/${ours.slug}`]) {
        const refused = await chat(cookies.stranger, model);
        expect(refused.status).toBe(404);
        expect(await refused.text()).toContain("deployment-not-found");
      }
      // What the browser sends does not reach the gateway: it can bring no token of its own.
      const smuggled = await chat(cookies.RUNNER, ours.slug, {
        authorization: "Bearer telar-web.x.y.z",
        "x-forwarded-for": "203.0.113.7",
      });
      expect(await smuggled.text()).toContain("model_stopped");
    } finally {
      Object.assign(settings, before);
      await gateway.close();
    }
  },
);

/** Drawn by Next, which a test of units does not start: what stands in their files is read. */
const PAGES = filesNamed(/^(?!_)(.*\/)?page\.tsx$/);
const OPEN: OpenAction[] = ACTIONS.filter(
  (action): action is OpenAction => typeof ACCESS[action] === "string",
);

test("every page names an action of the table, and asks nobody's name itself", async () => {
  expect(PAGES.length).toBeGreaterThan(6);
  for (const path of PAGES) {
    const text = await readFile(join(ROOT, path), "utf8");
    const [, wrapper, action] = /export default (page|openPage)(?:<[^>]*>)?\(\s*"([\w.-]+)"/.exec(text) ?? [];
    expect(ACTIONS, path).toContain(action);
    expect((OPEN as string[]).includes(action!), path).toBe(wrapper === "openPage");
    expect(text, path).not.toMatch(/role\s*[!=]==|getSession/);
  }
});
