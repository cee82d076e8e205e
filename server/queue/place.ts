/** Where a run stands after a person moved it. Pure. */
import type { RunPriority } from "@/generated/prisma/enums";

export type Place = { id: string; priority: RunPriority; rank: number };

/**
 * `order` is the team's queue, first to last; `before` is the run it shall stand before, null for the end. It keeps its
 * priority where its new neighbours allow that, and takes theirs otherwise. Undefined when either is not in the queue.
 */
export function movedPlace(
  order: readonly Place[],
  id: string,
  before: string | null,
): Omit<Place, "id"> | undefined {
  const own = order.find((run) => run.id === id);
  const others = order.filter((run) => run.id !== id);
  const at = before === null ? others.length : others.findIndex((run) => run.id === before);
  if (!own || at < 0) return undefined;
  const above = others[at - 1];
  const below = others[at];
  const near = [below, above].filter((run) => run !== undefined);
  if (!near.length) return { priority: own.priority, rank: own.rank };
  const priority = near.some((run) => run.priority === own.priority) ? own.priority : near[0]!.priority;
  const [up, down] = [above, below].map((run) => (run?.priority === priority ? run.rank : undefined));
  const rank = up === undefined ? down! - 1 : down === undefined ? up + 1 : (up + down) / 2;
  return { priority, rank };
}
