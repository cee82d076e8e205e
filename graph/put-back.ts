/** The parameter by which a person puts rows back that a cleaning node would remove or change: part of the graph, so part of the cache key. */
import { z } from "zod";

/** Beyond this many a rule should change, not its exceptions. */
const MOST = 10_000;

/** Row ids. Absent when there are none, so that graphs without exceptions keep their cache keys. */
export const putBack = z
  .array(z.string().min(1))
  .max(MOST)
  .optional()
  .meta({ widget: "list", advanced: true });
