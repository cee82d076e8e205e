/** Answers that go on for long end with what they were opened under: the session, the membership, the role. */
import type { Listener } from "../runs/watch";
import type { Asking, Member } from "./current-member";
import * as limits from "./limits";

/** Rung when a session or a membership has changed. */
export const SESSION_CHANNEL = "telar_session";

export type OpenStreams = {
  /** The same answer; its body breaks off when whoever asks is no longer who was let in. */
  hold(answer: Response, asking: Asking, member: Member): Response;
  close(): void;
};

type Held = { asking: Asking; member: Member; end(): void };

/** @param whoAsks answers anything but a member where nobody may any more */
export function createOpenStreams(
  whoAsks: (asking: Asking) => Promise<Member | Error>,
  listener: Pick<Listener, "on">,
  lookMs = limits.streamLookMs,
): OpenStreams {
  const open = new Set<Held>();
  let looking = false;

  const look = async () => {
    if (looking || !open.size) return;
    looking = true;
    const asked = new Map<string, Promise<Member | Error>>();
    for (const held of [...open]) {
      const { headers, team = "" } = held.asking;
      const key = `${headers.get("cookie")}\n${team}`;
      const answer = asked.get(key) ?? whoAsks(held.asking);
      asked.set(key, answer);
      try {
        if (!isSame(held.member, await answer)) held.end();
      } catch {
        // The database is away: nothing new is read from it meanwhile, and the next look decides.
      }
    }
    looking = false;
  };
  const timer = setInterval(look, lookMs);
  timer.unref();
  const off = listener.on(SESSION_CHANNEL, () => void look());

  return {
    hold(answer, asking, member) {
      if (!answer.body) return answer;
      const held: Held = { asking, member, end: () => {} };
      const body = breakable(answer.body, held, () => open.delete(held));
      open.add(held);
      const { status, headers } = answer;
      return new Response(body, { status, headers });
    },
    close() {
      clearInterval(timer);
      off();
    },
  };
}

const isSame = (before: Member, now: Member | Error): boolean =>
  !(now instanceof Error) &&
  now.userId === before.userId &&
  now.teamId === before.teamId &&
  now.role === before.role;

/** A body that `held.end` breaks off; whoever writes it is told, as when the reader had gone. */
function breakable(
  body: ReadableStream<Uint8Array>,
  held: Held,
  over: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      held.end = () => {
        over();
        const reason = new DOMException("The session has ended.", "AbortError");
        // Cut, not closed: half an answer must not look whole.
        controller.error(reason);
        void reader.cancel(reason).catch(() => {});
      };
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        over();
        controller.close();
      } catch (error) {
        over();
        throw error;
      }
    },
    async cancel(reason) {
      over();
      await reader.cancel(reason);
    },
  });
}
