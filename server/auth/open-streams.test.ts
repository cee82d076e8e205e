import { expect, test, vi } from "vitest";
import type { Member } from "./current-member";
import { createOpenStreams, SESSION_CHANNEL } from "./open-streams";

const member: Member = { userId: "u", userName: "U", teamId: "t", teamName: "T", role: "EDITOR" };
const asking = (cookie: string) => ({ headers: new Headers({ cookie }) });

function bench() {
  const now = new Map<string, Member | Error>();
  const asked: string[] = [];
  const wakes = new Map<string, (payload: string) => void>();
  const listener = {
    on: (channel: string, wake: (payload: string) => void) => {
      wakes.set(channel, wake);
      return () => void wakes.delete(channel);
    },
  };
  const streams = createOpenStreams(
    async ({ headers }) => {
      const cookie = headers.get("cookie") ?? "";
      asked.push(cookie);
      return now.get(cookie) ?? member;
    },
    listener,
    3_600_000,
  );
  return { now, asked, streams, ring: () => wakes.get(SESSION_CHANNEL)?.("") };
}

/** An answer that never ends by itself. */
function endless() {
  const cancelled = vi.fn();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("first")),
    cancel: cancelled,
  });
  return { answer: new Response(body, { headers: { "x-kept": "1" } }), cancelled };
}

test.each([
  ["signed out", new Error("not-signed-in")],
  ["of a lower role", { ...member, role: "VIEWER" as const }],
  ["in another team", { ...member, teamId: "other" }],
  ["somebody else", { ...member, userId: "other" }],
])("a stream of somebody who is now %s breaks off, others go on", async (_, after) => {
  const { now, streams, ring } = bench();
  const [gone, stays] = [endless(), endless()];
  const first = streams.hold(gone.answer, asking("a"), member);
  const second = streams.hold(stays.answer, asking("b"), member);
  expect(first.headers.get("x-kept")).toBe("1");
  const [a, b] = [first.body!.getReader(), second.body!.getReader()];
  await Promise.all([a.read(), b.read()]);
  now.set("a", after);
  ring();
  await expect(a.read()).rejects.toThrow("The session has ended.");
  expect(gone.cancelled).toHaveBeenCalledOnce();
  expect(stays.cancelled).not.toHaveBeenCalled();
  await b.cancel();
  expect(stays.cancelled).toHaveBeenCalledOnce();
});

test("many streams of one session are looked at once, and those that ended no more", async () => {
  const { asked, streams, ring } = bench();
  const held = Array.from({ length: 50 }, () => streams.hold(endless().answer, asking("one"), member));
  ring();
  await vi.waitFor(() => expect(asked).toEqual(["one"]));
  await Promise.all(held.map(({ body }) => body?.cancel()));
  ring();
  await new Promise((done) => setTimeout(done, 20));
  expect(asked).toEqual(["one"]);
});

test("while the database is away nobody is cut off", async () => {
  const { streams } = bench();
  const away = createOpenStreams(
    () => Promise.reject(new Error("Connection terminated")),
    { on: () => () => {} },
    5,
  );
  const { answer, cancelled } = endless();
  const reader = away.hold(answer, asking("a"), member).body!.getReader();
  await reader.read();
  await new Promise((done) => setTimeout(done, 60));
  expect(cancelled).not.toHaveBeenCalled();
  away.close();
  streams.close();
});
