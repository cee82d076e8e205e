import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../database/testing";
import { SIGN_IN } from "../limits";
import { isAllowedHost, isAllowedOrigin } from "./allowed-host";
import { type Auth, createAuth } from "./auth";
import { createSignInLink } from "./create-sign-in-link";
import { currentMember } from "./current-member";
import { authSecret } from "./secret";
import { TEAM_HEADER, teamCookie } from "./team-of-request";

const ORIGIN = "http://127.0.0.1:3100";
let db: TestDatabase;
let auth: Auth;
beforeAll(async () => {
  db = await testDatabase();
  auth = createAuth({ prisma: db.prisma, secret: "x".repeat(32), origin: ORIGIN, port: 3100 });
});
afterAll(() => db.close());

async function newToken(now?: Date): Promise<string> {
  const link = await createSignInLink({ prisma: db.prisma, origin: ORIGIN }, now);
  return new URL(link).searchParams.get("token")!;
}
const signIn = (token: string) => auth.api.signInWithLink({ body: { token }, returnHeaders: true });
const memberOf = (headers: Headers, team?: string) =>
  currentMember({ auth, prisma: db.prisma, env: { port: 3100 } }, { headers, team });
const cookiesOf = (headers: Headers) =>
  new Headers({
    cookie: headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; "),
  });

test("the first link makes the owner and the team, later ones find them", async () => {
  await Promise.all([newToken(), newToken(), newToken()]);
  expect(await db.prisma.user.count()).toBe(1);
  expect(await db.prisma.team.findMany()).toMatchObject([{ name: "My team" }]);
  expect(await db.prisma.membership.findMany()).toMatchObject([{ role: "OWNER" }]);
});

test("a link signs its browser in, with a cookie no script can read", async () => {
  const { headers } = await signIn(await newToken());
  const [cookie] = headers.getSetCookie();
  expect(cookie).toMatch(/^telar-3100\.session_token=/);
  expect(cookie).toMatch(/HttpOnly/i);
  expect(cookie).toMatch(/SameSite=Lax/i);
  const member = await memberOf(cookiesOf(headers));
  expect(member).toMatchObject({ userName: "Owner", teamName: "My team", role: "OWNER" });
});

test("a link works once, even when it is opened twice at the same time", async () => {
  const token = await newToken();
  const results = await Promise.allSettled([signIn(token), signIn(token), signIn(token)]);
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  await expect(signIn(token)).rejects.toMatchObject({ reason: "sign-in-used" });
});

test("an old link and a made-up one say what is wrong with them", async () => {
  const old = await newToken(new Date(Date.now() - SIGN_IN.tokenMs - 1000));
  await expect(signIn(old)).rejects.toMatchObject({ reason: "sign-in-expired" });
  await expect(signIn("nothing")).rejects.toMatchObject({ reason: "sign-in-unknown" });
});

test("a token is not readable from the database", async () => {
  const token = await newToken();
  expect(JSON.stringify(await db.prisma.oneTimeToken.findMany())).not.toContain(token);
});

test("without a session, with a forged one, or after signing out there is no member", async () => {
  expect(await memberOf(new Headers())).toMatchObject({ reason: "not-signed-in" });
  const forged = new Headers({ cookie: "telar-3100.session_token=abc.def" });
  expect(await memberOf(forged)).toMatchObject({ reason: "not-signed-in" });
  const cookies = cookiesOf((await signIn(await newToken())).headers);
  await auth.api.signOut({ headers: cookies });
  expect(await memberOf(cookies)).toMatchObject({ reason: "not-signed-in" });
});

test("whose of several teams a request is about is said by it or chosen in the browser, never guessed", async () => {
  const cookies = cookiesOf((await signIn(await newToken())).headers);
  const mine = await db.prisma.team.findFirstOrThrow();
  const user = await db.prisma.user.findFirstOrThrow();
  const [second, foreign] = await Promise.all(
    ["second", "foreign"].map((slug) => db.prisma.team.create({ data: { slug, name: slug } })),
  );
  await db.prisma.membership.create({ data: { userId: user.id, teamId: second!.id, role: "VIEWER" } });
  const chose = (team: string) =>
    new Headers({
      cookie: `${cookies.get("cookie")}; ${teamCookie(team, { port: 3100, publicUrl: undefined }).split(";")[0]}`,
    });

  expect(await memberOf(cookies)).toMatchObject({ reason: "team-not-chosen" });
  expect(await memberOf(chose(second!.id))).toMatchObject({ teamId: second!.id, role: "VIEWER" });
  expect(await memberOf(chose(mine.id))).toMatchObject({ teamId: mine.id, role: "OWNER" });
  expect(await memberOf(chose(foreign!.id))).toMatchObject({ reason: "team-not-chosen" });
  // What a page says of itself comes before what another tab has chosen since.
  expect(await memberOf(chose(second!.id), mine.id)).toMatchObject({ teamId: mine.id });
  const named = chose(second!.id);
  named.set(TEAM_HEADER, mine.id);
  expect(await memberOf(named)).toMatchObject({ teamId: mine.id });
  expect(await memberOf(cookies, foreign!.id)).toMatchObject({ reason: "not-in-team" });

  await db.prisma.membership.deleteMany({ where: { teamId: second!.id } });
  expect(await memberOf(chose(second!.id))).toMatchObject({ teamId: mine.id });
  await db.prisma.membership.deleteMany();
  expect(await memberOf(cookies)).toMatchObject({ reason: "in-no-team" });
  await db.prisma.team.deleteMany({ where: { id: { in: [second!.id, foreign!.id] } } });
});

test("the cookie secret is made once, whoever asks first", async () => {
  const home = await mkdtemp(join(tmpdir(), "telar-secret-"));
  const made = await Promise.all([1, 2, 3].map(() => authSecret({ home, secretKey: undefined })));
  expect(new Set(made).size).toBe(1);
  expect(made[0]).toMatch(/^[0-9a-f]{64}$/);
  await rm(home, { recursive: true });
});

const LOCAL = { host: "127.0.0.1", publicUrl: undefined };
const PUBLIC = { host: "0.0.0.0", publicUrl: "https://telar.example.org" };

test.each([
  ["127.0.0.1:3000", LOCAL, true],
  ["localhost:3000", LOCAL, true],
  ["[::1]:3000", LOCAL, true],
  ["evil.example:3000", LOCAL, false],
  ["127.0.0.1.evil.example", LOCAL, false],
  ["", LOCAL, false],
  ["telar.example.org", PUBLIC, true],
  ["telar.example.org:3001", PUBLIC, true],
  ["other.example.org", PUBLIC, false],
])("host %s is judged by where Telar answers", (host, place, allowed) => {
  expect(isAllowedHost(host, place)).toBe(allowed);
});

test.each([
  [null, "POST", LOCAL, true],
  ["http://127.0.0.1:3000", "POST", LOCAL, true],
  ["http://127.0.0.1:8080", "POST", LOCAL, false],
  ["https://evil.example", "GET", LOCAL, false],
  ["null", "POST", LOCAL, false],
  ["https://telar.example.org", "POST", PUBLIC, true],
])("origin %s may %s only as the very page", (origin, method, place, allowed) => {
  expect(isAllowedOrigin(origin, "127.0.0.1:3000", method, place)).toBe(allowed);
});
