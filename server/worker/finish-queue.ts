/** Successes of one run that come while an earlier one is being written go together. */
import type { Finished } from "@/server/runs/attempts";

export class FinishQueue {
  private readonly runs = new Map<string, Finished[]>();

  /** `write` must not throw. `emptied` hears what the last one answered when nothing of a run is left to write. */
  constructor(
    private readonly write: (runId: string, list: readonly Finished[]) => Promise<boolean>,
    private readonly emptied: (answer: boolean) => void,
  ) {}

  add(runId: string, finished: Finished): void {
    const waiting = this.runs.get(runId);
    if (waiting) waiting.push(finished);
    else void this.drain(runId, [finished]);
  }

  private async drain(runId: string, waiting: Finished[]): Promise<void> {
    this.runs.set(runId, waiting);
    let answer = true;
    while (waiting.length) answer = await this.write(runId, waiting.splice(0));
    this.runs.delete(runId);
    this.emptied(answer);
  }
}
