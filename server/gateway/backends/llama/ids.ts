import { randomUUID } from "node:crypto";
import type { JsonObject } from "../backend";

/** What every answer begins with. Ids are unique for ever: programs that collect answers drop one whose id they know. */
export const stamp = (prefix: string, model: string): JsonObject => ({
  id: `${prefix}-${randomUUID().replaceAll("-", "")}`,
  created: Math.floor(Date.now() / 1000),
  model,
});
