import { roleMay, type TeamAction } from "../access";
import { Refusal } from "../errors";
import type { Member } from "./current-member";

/** `ownOnly`: with what the person started themselves. */
export type Admitted = Member & { ownOnly: boolean };

/** Lets whoever asks do it, or says why not. @throws Refusal `not-signed-in`, `role-too-low`, and why there is no member */
export function admit(asker: Member | Refusal, action: TeamAction): Admitted {
  if (asker instanceof Refusal) throw asker;
  const verdict = roleMay(asker.role, action);
  if (verdict === "no") throw new Refusal("FORBIDDEN", "role-too-low");
  return { ...asker, ownOnly: verdict === "own" };
}
