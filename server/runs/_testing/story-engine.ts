/** Plays a story to an engine and to the model at once; a disagreement is told as a short story. */
import { isDone } from "@/graph/status";
import { type Job, Model, type RunSeen } from "./story-model";
import {
  type Clock,
  describeGraphs,
  nodeId,
  report,
  type Step,
  type Story,
  type WorkerName,
} from "./story-steps";

/** An engine under test. Jobs are named as the model names them. */
export type StoryEngine = {
  start(run: number): Promise<void> | void;
  claim(worker: WorkerName, run: number): Promise<Job[]> | Job[];
  /** The attempts that are lost. */
  beat(worker: WorkerName, held: readonly Job[]): Promise<Job[]> | Job[];
  finish(job: Job, value: string): Promise<boolean> | boolean;
  fail(job: Job, code: Extract<Step, { do: "fail" }>["code"]): Promise<boolean> | boolean;
  stopped(job: Job): Promise<boolean> | boolean;
  giveBack(job: Job): Promise<boolean> | boolean;
  cancel(run: number): Promise<boolean> | boolean;
  reap(): Promise<void> | void;
  tick(ms: number): Promise<void> | void;
  look(): Promise<Look> | Look;
};
/** `outputs` by run and node: what lies at the output of those that are done. `seqs`: event numbers by run. */
export type Look = {
  runs: (RunSeen | undefined)[];
  open: string[];
  outputs: Record<string, string>;
  seqs: number[][];
};

/** @throws Error whose message is the story so far and both views, when they differ. */
export async function play(story: Story, clock: Clock, engine: StoryEngine): Promise<void> {
  const model = new Model(story, clock);
  const lines = [...describeGraphs(story.runs), ""];
  for (const step of story.steps) {
    if (!model.allows(step)) continue;
    lines.push(`${lines.length - story.runs.length}. ${report(step)}`);
    const before = "worker" in step ? [...model.held[step.worker]] : [];
    const { jobs, accepted } = model.take(step);
    const held = "worker" in step ? model.held[step.worker] : [];
    const answer = await act(engine, step, { before, jobs, value: jobs[0] ? model.valueOf(jobs[0]) : "" });
    const wanted = expected(step, { before, jobs, accepted, held });
    compare(lines, "answers", wanted, answer);
    if (clock.pauseMs && (step.do === "fail" || step.do === "reap")) {
      model.take({ do: "clock", ms: clock.pauseMs });
      await engine.tick(clock.pauseMs);
    }
    const look = await engine.look();
    compare(
      lines,
      "sees",
      { runs: model.seen(), open: model.openAttempts() },
      { runs: look.runs, open: look.open },
    );
    compare(lines, "has as outputs", outputsOf(model), look.outputs);
    for (const seqs of look.seqs)
      compare(
        lines,
        "numbers events",
        seqs.map((_, i) => i + 1),
        seqs,
      );
  }
}

type Moment = { before: Job[]; jobs: Job[]; value: string };

async function act(engine: StoryEngine, step: Step, { before, jobs, value }: Moment): Promise<unknown> {
  const [job] = jobs;
  switch (step.do) {
    case "start":
      return engine.start(step.run);
    case "claim":
      return engine.claim(step.worker, step.run);
    case "beat":
      return engine.beat(step.worker, before);
    case "finish":
      return [await engine.finish(job!, value)];
    case "fail":
      return [await engine.fail(job!, step.code)];
    case "stopped":
      return [await engine.stopped(job!)];
    case "leave": {
      const answers: boolean[] = [];
      for (const one of jobs) answers.push(await engine.giveBack(one));
      return answers;
    }
    case "die":
      return undefined;
    case "cancel":
      return [await engine.cancel(step.run)];
    case "reap":
      return engine.reap();
    case "clock":
      return engine.tick(step.ms);
  }
}

function expected(
  step: Step,
  { before, jobs, accepted, held }: { before: Job[]; jobs: Job[]; accepted: boolean[]; held: Job[] },
): unknown {
  if (step.do === "claim") return jobs;
  if (step.do === "beat") return before.filter((job) => !held.includes(job));
  return ["finish", "fail", "stopped", "leave", "cancel"].includes(step.do) ? accepted : undefined;
}

function outputsOf(model: Model): Record<string, string> {
  return Object.fromEntries(
    model.runs.flatMap(({ nodes }, run) =>
      nodes.flatMap((node, i) => (isDone(node.status) ? [[`${run}/${nodeId(i)}`, node.value]] : [])),
    ),
  );
}

function compare(lines: readonly string[], what: string, model: unknown, engine: unknown): void {
  const [a, b] = [model, engine].map((value) => JSON.stringify(value, null, 1));
  if (a !== b)
    throw new Error(
      `\n${lines.join("\n")}\n\nThe model and the engine disagree on what it ${what}.\nmodel: ${a}\nengine: ${b}\n`,
    );
}
