import { SIGN_IN } from "../limits";
import type { Prisma } from "../prisma";
import { ensureOwner } from "../teams/ensure-owner";
import { hashToken, newToken } from "./token";

/** A fresh link that signs the owner in, once, within 15 minutes. `origin` is where the web app answers. */
export async function createSignInLink(
  { prisma, origin }: { prisma: Prisma; origin: string },
  now = new Date(),
): Promise<string> {
  const { userId } = await ensureOwner(prisma);
  const token = newToken();
  await prisma.oneTimeToken.deleteMany({
    where: { expiresAt: { lt: new Date(now.getTime() - 86_400_000) } },
  });
  await prisma.oneTimeToken.create({
    data: { tokenHash: hashToken(token), userId, expiresAt: new Date(now.getTime() + SIGN_IN.tokenMs) },
  });
  return new URL(`/sign-in?token=${token}`, origin).href;
}
