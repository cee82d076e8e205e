/** Ends a model's process that is silent, that hangs in its work, or that holds more memory than it may. */
import { Failure } from "@/graph/problems";

export type WatchLimits = {
  /** How often it is asked for a sign of life. */
  pingMs: number;
  /** Without a sign for this long nobody can say that it would answer. */
  doubtMs: number;
  /** Without a sign for this long it is ended. */
  silentMs: number;
  /** Busy without reading a batch, writing a token or loading a part for this long: it hangs. */
  stallMs: number;
  /** Memory beyond what the model said it takes: buffers of the library, the program itself. */
  slackBytes: number;
};

export type Watch = {
  /** Any message is a sign of life. */
  heard(): void;
  alive(sign: { rss: number; steps: number }): void;
  /** What the loaded model says it takes. */
  grownTo(bytes: number): void;
  /** For how long it has given no sign of life, in milliseconds, where that is longer than it may be. */
  readonly doubt: number | undefined;
  stop(): void;
};

export type WatchOptions = {
  limits: WatchLimits;
  isWorking(): boolean;
  ping(): void;
  kill(failure: Failure): void;
  /** Told when doubt begins, and when it ends. */
  onDoubt(): void;
  memoryBytes: number;
};

const now = () => performance.now();
const seconds = (ms: number) => Math.round(ms / 1000);

export function createWatch({ limits, isWorking, ping, kill, onDoubt, memoryBytes }: WatchOptions): Watch {
  const { pingMs, doubtMs, silentMs, stallMs, slackBytes } = limits;
  let lastTick = now();
  let heardAt = now();
  let steps = -1;
  let steppedAt = now();
  let doubt: number | undefined;
  let most = memoryBytes + slackBytes;

  const timer = setInterval(() => {
    const at = now();
    // This process was held up itself, a laptop's lid was closed: the silence proves nothing.
    if (at - lastTick > pingMs * 5) {
      heardAt = at;
      steppedAt = at;
    }
    lastTick = at;
    if (!isWorking()) steppedAt = at;
    if (at - heardAt > silentMs)
      kill(new Failure("UNAVAILABLE", "model-process-silent", { how: "silent", seconds: seconds(silentMs) }));
    else if (at - steppedAt > stallMs)
      kill(
        new Failure("UNAVAILABLE", "model-process-stalled", { how: "stalled", seconds: seconds(stallMs) }),
      );
    else ping();
    doubtWith(at - heardAt);
  }, pingMs);

  function doubtWith(silence: number): void {
    const before = doubt;
    doubt = silence > doubtMs ? silence : undefined;
    if ((before === undefined) !== (doubt === undefined)) onDoubt();
  }

  return {
    heard() {
      heardAt = now();
      doubtWith(0);
    },
    get doubt() {
      return doubt;
    },
    alive(sign) {
      if (sign.steps !== steps) steppedAt = now();
      steps = sign.steps;
      if (sign.rss <= most) return;
      const gigabytes = Math.round(sign.rss / 1e8) / 10;
      kill(new Failure("OUT_OF_MEMORY", "model-process-memory", { how: `${gigabytes} GB` }));
    },
    grownTo(bytes) {
      most = Math.min(most, bytes * 1.25 + slackBytes);
    },
    stop: () => clearInterval(timer),
  };
}
