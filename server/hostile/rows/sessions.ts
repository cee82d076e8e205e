/** Sign-in links, cookies, streams and headers of the web app. */
import { setTimeout as sleep } from "node:timers/promises";
import { signInWith } from "@/server/_testing/sign-in";
import { createSignInLink } from "@/server/auth/create-sign-in-link";
import { createPool } from "@/server/db";
import { createPrisma, type Prisma } from "@/server/prisma";
import type { HostileRow } from "../row";
import type { HostileSystem } from "../system";

async function inDatabase<T>(system: HostileSystem, use: (prisma: Prisma) => Promise<T>): Promise<T> {
  const pool = createPool(system.databaseUrl, { max: 1, name: "telar-hostile" });
  const prisma = createPrisma(pool);
  try {
    return await use(prisma);
  } finally {
    await prisma.$disconnect();
    await pool.end();
  }
}
const freshLink = (system: HostileSystem): Promise<string> =>
  inDatabase(system, (prisma) => createSignInLink({ prisma, origin: system.origin }));
const tokenOf = (link: string) => new URL(link).searchParams.get("token") ?? "";

/** What came back, without what differs each time. */
async function answerOf(response: Response): Promise<object> {
  return {
    status: response.status,
    to: response.headers.get("location"),
    signedIn: response.headers.getSetCookie().some((one) => one.includes("session_token=")),
  };
}

const open = (system: HostileSystem, body: BodyInit | null, headers: Record<string, string> = {}) =>
  fetch(`${system.origin}/sign-in/open`, { method: "POST", body, headers, redirect: "manual" });
const form = (fields: Record<string, string>) => new URLSearchParams(fields);

/** Uses of a link that a person has not opened; afterwards it must still sign in. */
const survives = async (system: HostileSystem, look: (link: string) => Promise<Response>) => {
  const link = await freshLink(system);
  const looked = await look(link);
  return {
    looked: looked.status,
    signedIn: looked.headers.getSetCookie().length > 0,
    later: (await signInWith(link)).includes("session_token="),
  };
};
const looks: [string, number, (link: string) => Promise<Response>][] = [
  ["HEAD", 200, (link) => fetch(link, { method: "HEAD" })],
  ["OPTIONS", 400, (link) => fetch(link, { method: "OPTIONS" })],
  [
    "a preview of a chat",
    200,
    (link) => fetch(link, { headers: { "user-agent": "Slackbot-LinkExpanding 1.0" } }),
  ],
  [
    "a browser that prefetches",
    200,
    (link) => fetch(link, { headers: { "sec-purpose": "prefetch;prerender" } }),
  ],
  [
    "a form that a prefetching browser sends",
    403,
    (link) =>
      fetch(new URL("/sign-in/open", link), {
        method: "POST",
        headers: { "sec-purpose": "prefetch" },
        body: form({ token: tokenOf(link) }),
      }),
  ],
  [
    "a form of another site",
    403,
    (link) =>
      fetch(new URL("/sign-in/open", link), {
        method: "POST",
        headers: { origin: "https://evil.example" },
        body: form({ token: tokenOf(link) }),
      }),
  ],
];

/** An event stream of a new session, and whether it goes on after `act`. */
async function stream(system: HostileSystem, act: (cookie: string, token: string) => Promise<unknown>) {
  const link = await freshLink(system);
  const cookie = await signInWith(link);
  const url = `${system.origin}/api/trpc/deployments.watch?input=${encodeURIComponent('{"json":{}}')}`;
  const headers = { cookie, accept: "text/event-stream" };
  const answer = await fetch(url, { headers });
  const reader = answer.body!.getReader();
  await reader.read();
  let over = false;
  const read = (async () => {
    try {
      while (!(await reader.read()).done);
    } catch {}
    over = true;
  })();
  await act(cookie, tokenOf(link));
  await Promise.race([read, sleep(8_000)]);
  const ended = over;
  await reader.cancel().catch(() => {});
  const again = await fetch(`${system.origin}/api/trpc/deployments.list`, { headers: { cookie } });
  return { began: answer.status, ended, again: again.status };
}
/** The session that signed in last: that of the row. */
const lastSession = (prisma: Prisma) => prisma.session.findFirstOrThrow({ orderBy: { createdAt: "desc" } });

const POLICY =
  "default-src 'self'; script-src 'self' 'nonce-NONCE' 'strict-dynamic'; script-src-attr 'none'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-src 'none'; " +
  "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const DATA_POLICY =
  "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; sandbox";

export const rows: readonly HostileRow[] = [
  ...looks.map(
    ([what, looked, look]): HostileRow => ({
      what: `a sign-in link under ${what}`,
      send: (system) => survives(system, look),
      answer: { looked, signedIn: false, later: true },
    }),
  ),
  {
    what: "a sign-in link twice",
    async send(system) {
      const token = tokenOf(await freshLink(system));
      await open(system, form({ token }));
      return answerOf(await open(system, form({ token })));
    },
    answer: { status: 303, to: "/signed-out?why=sign-in-used", signedIn: false },
  },
  {
    what: "a sign-in link eight times at once",
    async send(system) {
      const token = tokenOf(await freshLink(system));
      const all = await Promise.all(Array.from({ length: 8 }, () => open(system, form({ token }))));
      return all.filter((one) => one.headers.getSetCookie().length > 0).length;
    },
    answer: 1,
  },
  {
    what: "a token with a quote, a NUL and a line end",
    send: async (system) =>
      answerOf(await open(system, form({ token: '\'; DROP TABLE "User"; --\0\r\nset-cookie: a=b' }))),
    answer: { status: 303, to: "/signed-out?why=sign-in-unknown", signedIn: false },
  },
  {
    what: "a sign-in form that is JSON",
    send: async (system) =>
      answerOf(await open(system, '{"token":"x"}', { "content-type": "application/json" })),
    answer: { status: 303, to: "/signed-out", signedIn: false },
  },
  {
    what: "a token that is a file",
    async send(system) {
      const body = new FormData();
      body.set("token", new Blob(["x"]), "token");
      return answerOf(await open(system, body));
    },
    answer: { status: 303, to: "/signed-out", signedIn: false },
  },
  ...["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a\r\nx: y"].map(
    (to): HostileRow => ({
      what: `a sign-in link that leads to ${JSON.stringify(to)}`,
      send: async (system) =>
        answerOf(await open(system, form({ token: tokenOf(await freshLink(system)), to }))),
      answer: { status: 303, to: "/", signedIn: true },
    }),
  ),
  {
    what: "a forged session",
    send: async (system) => {
      const cookie = `telar-${system.port}.session_token=abcdef.c2lnbmF0dXJl`;
      return (await fetch(`${system.origin}/api/trpc/graphs.list`, { headers: { cookie } })).status;
    },
    answer: 401,
  },
  {
    what: "a session cookie whose signature was cut",
    send: async (system) => {
      const cookie = system.cookie.slice(0, -12);
      return (await fetch(`${system.origin}/api/trpc/graphs.list`, { headers: { cookie } })).status;
    },
    answer: 401,
  },
  ...(
    [
      ["origin", "https://evil.example"],
      ["origin", "null"],
      ["sec-fetch-site", "cross-site"],
      ["sec-fetch-site", "same-site"],
    ] as const
  ).map(
    ([name, value]): HostileRow => ({
      what: `changes from a page with ${name} ${value}`,
      async send(system) {
        const paths = [
          "/sign-out",
          "/teams/choose",
          "/sign-in/open",
          "/api/data?name=x",
          "/api/trpc/graphs.create",
        ];
        const headers = { cookie: system.cookie, [name]: value };
        const all = paths.map((path) =>
          fetch(new URL(path, system.origin), { method: "POST", headers, body: "{}", redirect: "manual" }),
        );
        return (await Promise.all(all)).map(({ status }) => status);
      },
      answer: [403, 403, 403, 403, 403],
    }),
  ),
  {
    what: "signing out by a link",
    send: async (system) => {
      const signedOut = await system.web("/sign-out");
      return { status: signedOut.status, still: (await system.web("/api/trpc/graphs.list")).status };
    },
    answer: { status: 405, still: 200 },
  },
  {
    what: "an event stream of a session that signs out",
    send: (system) =>
      stream(system, (cookie) =>
        fetch(`${system.origin}/sign-out`, { method: "POST", headers: { cookie }, redirect: "manual" }),
      ),
    answer: { began: 200, ended: true, again: 401 },
  },
  {
    what: "an event stream of a session that is revoked",
    send: (system) =>
      stream(system, () =>
        inDatabase(system, async (prisma) =>
          prisma.session.delete({ where: { id: (await lastSession(prisma)).id } }),
        ),
      ),
    answer: { began: 200, ended: true, again: 401 },
  },
  {
    what: "an event stream of a session that has expired",
    send: (system) =>
      stream(system, () =>
        inDatabase(system, async (prisma) =>
          prisma.session.update({
            where: { id: (await lastSession(prisma)).id },
            data: { expiresAt: new Date(Date.now() - 1_000) },
          }),
        ),
      ),
    answer: { began: 200, ended: true, again: 401 },
  },
  {
    what: "an event stream of a person who leaves the team, and of one whose role is lowered",
    async send(system) {
      const change = (data: "leave" | "VIEWER") => async () =>
        inDatabase(system, async (prisma) => {
          const where = { userId: (await lastSession(prisma)).userId };
          if (data === "leave") await prisma.membership.deleteMany({ where });
          else await prisma.membership.updateMany({ where, data: { role: data } });
        });
      const before = await inDatabase(system, (prisma) => prisma.membership.findFirstOrThrow());
      try {
        const lowered = await stream(system, change("VIEWER"));
        await inDatabase(system, (prisma) => prisma.membership.updateMany({ data: { role: before.role } }));
        return { lowered, left: await stream(system, change("leave")) };
      } finally {
        await inDatabase(system, async (prisma) => {
          await prisma.membership.deleteMany();
          await prisma.membership.create({ data: before });
        });
      }
    },
    answer: {
      lowered: { began: 200, ended: true, again: 200 },
      left: { began: 200, ended: true, again: 403 },
    },
  },
  {
    what: "headers of a page",
    async send(system) {
      const { headers, status } = await system.web("/graphs");
      const names = [
        "x-content-type-options",
        "x-frame-options",
        "referrer-policy",
        "cross-origin-opener-policy",
        "x-powered-by",
      ];
      return {
        status,
        policy: headers.get("content-security-policy")?.replace(/nonce-\w{32}/, "nonce-NONCE"),
        others: names.map((name) => headers.get(name)),
      };
    },
    answer: { status: 200, policy: POLICY, others: ["nosniff", "DENY", "same-origin", "same-origin", null] },
  },
  {
    what: "a policy of its own in a request",
    async send(system) {
      const headers = { "content-security-policy": "script-src 'nonce-mine'", "x-nonce": "mine" };
      const answer = await system.web("/graphs", { headers });
      return {
        policy: answer.headers.get("content-security-policy")?.includes("mine"),
        page: (await answer.text()).includes('nonce="mine"'),
      };
    },
    answer: { policy: false, page: false },
  },
  {
    what: "headers of an answer that is data",
    async send(system) {
      const { headers } = await system.web("/api/trpc/graphs.list");
      return headers.get("content-security-policy");
    },
    answer: DATA_POLICY,
  },
  {
    what: "a name that points here, and one in a forwarded header",
    async send(system) {
      const ask = (lines: string) =>
        system.raw(system.port, `GET /api/health HTTP/1.1\r\n${lines}\r\nconnection: close\r\n\r\n`);
      const status = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
      return {
        host: status(await ask("host: evil.example")),
        forwarded: status(await ask("host: evil.example\r\nx-forwarded-host: 127.0.0.1")),
        none: status(await ask("x-nothing: 1")),
      };
    },
    answer: { host: 403, forwarded: 403, none: 400 },
  },
  ...[
    ["%E0%A4%A/x", 400],
    ["sha256%3Aabc/x", 400],
    [`sha256%3A${"0".repeat(64)}/%00`, 400],
    [`sha256%3A${"0".repeat(64)}/..%2f..%2fetc%2fpasswd`, 404],
    [`sha256%3A${"0".repeat(64)}/%`, 400],
  ].map(
    ([address, status]): HostileRow => ({
      what: `an artifact at ${address}`,
      send: async (system) => (await system.web(`/api/artifacts/${address}`)).status,
      answer: status,
    }),
  ),
];
