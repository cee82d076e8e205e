import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as limits from "../limits";
import { type Queue, schedule, type Waiting } from "./schedule";
import { type Capacity, findSlot, giveBack, type Needs, type Slot, take } from "./slots";

const minute = 60_000;
const hour = 60 * minute;
const cpu = (threads: number, memoryBytes = 1): Needs => ({ threads, memoryBytes, gpus: 0, vramBytes: 0 });
const gpu = (vramBytes: number): Needs => ({ threads: 1, memoryBytes: 1, gpus: 1, vramBytes });
const box = (threads: number, ...vram: number[]): Capacity => ({ threads, memoryBytes: 100, vram });

type Job = { at: number; ms: number; team?: string; priority?: number; needs?: Needs };
type Done = Required<Job> & { id: string; started: number; ended: number; worker: string };

/** Hours of a queue in milliseconds: jobs arrive, workers ask whenever something changes, jobs end. */
function simulate(machines: Capacity[], jobs: Job[], until: number): Done[] {
  const all = jobs.map(
    (job, i): Done => ({
      team: "a",
      priority: 0,
      needs: cpu(1),
      ...job,
      id: `j${i}`,
      started: Number.POSITIVE_INFINITY,
      ended: Number.POSITIVE_INFINITY,
      worker: "",
    }),
  );
  const workers = machines.map((total, i) => ({
    id: `w${i}`,
    total,
    free: total,
    reserves: null as string | null,
  }));
  const coming = [...all].sort((a, b) => a.at - b.at);
  const waiting = new Map<string, Done>();
  const running = new Map<string, { job: Done; slot: Slot }>();
  for (let now = 0; now <= until; ) {
    while (coming[0] && coming[0].at <= now) waiting.set(coming[0].id, coming.shift()!);
    for (const [id, { job, slot }] of running) {
      if (job.ended > now) continue;
      running.delete(id);
      const worker = workers.find((one) => one.id === job.worker)!;
      worker.free = giveBack(worker.free, slot);
    }
    for (const worker of workers) {
      const { claim, reserve } = schedule(queueAt(now), {
        workerId: worker.id,
        free: worker.free,
        total: worker.total,
        max: worker.free.threads,
      });
      for (const id of claim) {
        const job = waiting.get(id)!;
        const slot = findSlot(worker.free, worker.total, job.needs);
        if (!slot) throw new Error(`${id} does not fit ${worker.id}`);
        worker.free = take(worker.free, slot);
        Object.assign(job, { started: now, ended: now + job.ms, worker: worker.id });
        waiting.delete(id);
        running.set(id, { job, slot });
      }
      worker.reserves = reserve;
    }
    const next = Math.min(coming[0]?.at ?? until + 1, ...[...running.values()].map(({ job }) => job.ended));
    // Polls go on when nothing else happens.
    now = waiting.size ? Math.min(next, now + minute) : next;
  }
  return all;

  function queueAt(now: number): Queue {
    const usage: Record<string, number> = {};
    for (const { team, started, ended, needs } of all) {
      const ms = Math.min(ended, now) - Math.max(started, now - hour);
      if (ms > 0) usage[team] = (usage[team] ?? 0) + (ms / 1000) * needs.threads;
    }
    const line = [...waiting.values()].map(
      ({ id, team, needs, priority, at }): Waiting => ({
        ...{ id, needs, priority, runId: id, teamId: team, rank: at, position: 0 },
        waitedMs: now - at,
      }),
    );
    const busy = [...running.values()].map(({ job }) => ({
      ...{ workerId: job.worker, teamId: job.team, needs: job.needs },
    }));
    return { waiting: line, running: busy, workers, usage };
  }
}

const every = (ms: number, until: number, job: Omit<Job, "at">): Job[] =>
  Array.from({ length: Math.floor(until / ms) }, (_, i) => ({ ...job, at: i * ms }));
const waits = (jobs: Done[]) => jobs.map(({ at, started }) => started - at);
const used = (jobs: Done[], team: string, until: number) =>
  jobs
    .filter((job) => job.team === team && job.started < until)
    .reduce((sum, { started, ended, needs }) => sum + (Math.min(ended, until) - started) * needs.threads, 0);

describe("over simulated hours", () => {
  test("a job that needs the whole machine does not starve behind small ones that never stop coming", () => {
    const small = every(16_000, 6 * hour, { ms: minute });
    const big = [1, 2, 3].map((n) => ({ at: n * hour + 1, ms: 5 * minute, needs: cpu(4) }));
    const done = simulate([box(4)], [...small, ...big], 6 * hour);
    // It is passed by for `overtakeMs`, then the machine drains: at most one small job more.
    for (const wait of waits(done.slice(small.length)))
      expect(wait).toBeLessThanOrEqual(limits.overtakeMs + 2 * minute);
    expect(Math.max(...waits(done.slice(0, small.length - 200)))).toBeLessThan(hour);
  });

  test("one of two machines drains for it, the other one goes on", () => {
    const small = every(8_000, 3 * hour, { ms: minute });
    const done = simulate(
      [box(4), box(4)],
      [...small, { at: hour, ms: 10 * minute, needs: cpu(4) }],
      3 * hour,
    );
    expect(waits(done.slice(-1))[0]).toBeLessThanOrEqual(limits.overtakeMs + 2 * minute);
    const draining = done.filter(
      ({ started }) => started > hour + limits.overtakeMs && started < hour + 5 * minute,
    );
    expect(new Set(draining.map(({ worker }) => worker))).toEqual(new Set(["w0", "w1"]));
    expect(draining.length).toBeGreaterThan(6);
  });

  test("what needs nothing of what is short goes on beside a reservation", () => {
    const gpuJobs = every(10 * minute, 2 * hour, { ms: 15 * minute, needs: gpu(60) });
    const done = simulate(
      [box(4, 80)],
      [...gpuJobs, ...every(2 * minute, 2 * hour, { ms: minute })],
      2 * hour,
    );
    expect(Math.max(...waits(done.slice(gpuJobs.length)))).toBeLessThanOrEqual(minute);
  });

  test("the lowest priority is served although the highest alone would fill the machine", () => {
    const high = every(14_000, 5 * hour, { ms: minute, priority: 1 });
    const done = simulate([box(4)], [...high, { at: minute, ms: minute, priority: -1 }], 5 * hour);
    expect(waits(done.slice(-1))[0]).toBeLessThanOrEqual(2 * limits.ageingMs + 10 * minute);
  });

  test("a team with a long queue does not hold up one that asks for little", () => {
    const flood = Array.from({ length: 600 }, (): Job => ({ at: 0, ms: 2 * minute, team: "flood" }));
    const few = every(5 * minute, 4 * hour, { ms: minute, team: "few" });
    const done = simulate([box(4)], [...flood, ...few], 4 * hour);
    expect(Math.max(...waits(done.filter(({ team }) => team === "few")))).toBeLessThanOrEqual(2 * minute);
  });

  test("teams get the same time, whatever the length of their jobs", () => {
    for (const machine of [box(1), box(4)]) {
      const long = Array.from({ length: 60 }, (): Job => ({ at: 0, ms: 10 * minute, team: "long" }));
      const short = Array.from({ length: 400 }, (): Job => ({ at: 0, ms: minute, team: "short" }));
      const done = simulate([machine], [...long, ...short], 3 * hour);
      const difference = used(done, "long", 3 * hour) - used(done, "short", 3 * hour);
      // One long job an hour is as close as whole jobs come.
      expect(Math.abs(difference)).toBeLessThanOrEqual(3 * 10 * minute);
    }
  });

  test("whatever comes, nothing waits for ever, and no machine is filled twice", () => {
    const job = fc.record({
      at: fc.integer({ min: 0, max: hour }),
      ms: fc.integer({ min: 1_000, max: 20 * minute }),
      team: fc.constantFrom("a", "b", "c"),
      priority: fc.constantFrom(-1, 0, 1),
      needs: fc.oneof(
        fc.integer({ min: 1, max: 9 }).map((threads) => cpu(threads, threads * 10)),
        fc.constantFrom(gpu(0), gpu(30), gpu(70)),
      ),
    });
    const machines = fc.array(fc.constantFrom(box(2), box(4), box(8, 40)), { maxLength: 2 });
    fc.assert(
      fc.property(fc.array(job, { minLength: 1, maxLength: 12 }), machines, (victims, more) => {
        // Endless small work of every team beside them, as much as two threads can do.
        const noise = ["a", "b", "c"].flatMap((team) =>
          every(5 * minute, 8 * hour, { ms: 3 * minute, team }),
        );
        const done = simulate([box(4, 80), ...more], [...victims, ...noise], 8 * hour);
        for (const wait of waits(done.slice(0, victims.length))) expect(wait).toBeLessThan(7 * hour);
      }),
      { numRuns: 25 },
    );
  });
});

describe("one round", () => {
  const wait = (id: string, needs: Needs, more: Partial<Waiting> = {}): Waiting => ({
    ...{
      id,
      needs,
      runId: id,
      teamId: "a",
      waitedMs: 0,
      priority: 0,
      rank: Number(id.slice(1)),
      position: 0,
    },
    ...more,
  });
  const ask = (total: Capacity, waiting: Waiting[], free = total, others: Capacity[] = []) =>
    schedule(
      {
        waiting,
        running: [],
        usage: {},
        workers: [total, ...others].map((one, i) => ({ id: `w${i}`, total: one, reserves: null })),
      },
      { workerId: "w0", free, total, max: free.threads },
    );

  test("GPUs are shared by their memory, and a job that names none takes a whole one", () => {
    const { claim } = ask(box(8, 80, 80), [
      wait("j1", gpu(0)),
      wait("j2", gpu(50)),
      wait("j3", gpu(40)),
      wait("j4", gpu(30)),
    ]);
    expect(claim).toEqual(["j1", "j2", "j4"]);
  });

  test("what no GPU here can hold waits for another machine", () => {
    expect(ask(box(8, 24), [wait("j1", gpu(40), { waitedMs: hour })])).toEqual({ claim: [], reserve: null });
  });

  test("what wants more than the whole machine gets all of it, unless another machine has that much", () => {
    expect(ask(box(4), [wait("j1", cpu(16))]).claim).toEqual(["j1"]);
    expect(ask(box(4), [wait("j1", cpu(16))], box(4), [box(16)]).claim).toEqual([]);
  });

  test("the order of a person holds within a priority", () => {
    const { claim } = ask(box(2), [
      wait("j1", cpu(1), { rank: 3 }),
      wait("j2", cpu(1), { rank: 1 }),
      wait("j3", cpu(1), { rank: 9, priority: 1 }),
    ]);
    expect(claim).toEqual(["j3", "j2"]);
  });

  test("a node that wants a whole GPU is not passed by for ever by those that share one", () => {
    const whole: Job = { at: 1, ms: minute, needs: { threads: 1, memoryBytes: 1, gpus: 1, vramBytes: 0 } };
    const small = Array.from(
      { length: 240 },
      (_, i): Job => ({ at: i * minute, ms: 3 * minute, needs: gpu(6) }),
    );
    const done = simulate([box(8, 24)], [{ at: 0, ms: minute, needs: gpu(6) }, whole, ...small], 6 * hour);
    const at = done.find(({ needs }) => needs.vramBytes === 0)!;
    expect(at.started).toBeLessThan(hour);
  });
});
