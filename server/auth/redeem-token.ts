import { Refusal } from "../errors";
import type { Prisma } from "../prisma";
import { hashToken } from "./token";

/** Uses a sign-in token up and names its user. Of two at once exactly one gets through. */
export async function redeemToken(prisma: Prisma, token: string, now = new Date()): Promise<string> {
  const tokenHash = hashToken(token);
  const { count } = await prisma.oneTimeToken.updateMany({
    where: { tokenHash, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  });
  const row = await prisma.oneTimeToken.findUnique({ where: { tokenHash } });
  if (!row) throw new Refusal("UNAUTHORIZED", "sign-in-unknown");
  if (count === 1) return row.userId;
  throw new Refusal("UNAUTHORIZED", row.usedAt ? "sign-in-used" : "sign-in-expired");
}
