/** Answers that people called wrong: kept for review, with the conversation that led to them. */
import { z } from "zod";
import { jsonParam } from "@/server/storable";
import type { Queryable } from "../db";
import { Refusal } from "../errors";
import { newId } from "../runs/ids";

/** What the database's column holds. */
export const MAX_VERSION = 2_147_483_647;

const LIMITS = {
  messages: 200,
  /** Characters of the conversation. */
  text: 200_000,
  /** Kept of a deployment; the oldest make room. */
  kept: 1_000,
} as const;

export const wrongAnswerSchema = z.object({
  slug: z.string().min(1),
  version: z.int().min(1).max(MAX_VERSION).optional(),
  messages: z
    .array(z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() }))
    .min(2)
    .max(LIMITS.messages)
    .refine((all) => all.at(-1)?.role === "assistant")
    .refine((all) => all.reduce((sum, { content }) => sum + content.length, 0) <= LIMITS.text),
});
type WrongAnswer = z.output<typeof wrongAnswerSchema>;

/** @throws Refusal `deployment-not-found` */
export async function keepWrongAnswer(
  db: Queryable,
  { teamId, userId }: { teamId: string; userId: string },
  { slug, version, messages }: WrongAnswer,
): Promise<void> {
  const { rows } = await db.query<{ deploymentId: string }>({
    name: "keep-wrong-answer",
    text: `INSERT INTO "WrongAnswer" (id, "deploymentId", version, messages, "userId")
           SELECT $1, d.id, $4, $5::jsonb, $6 FROM "Deployment" d WHERE d."teamId" = $2 AND d.slug = $3
           RETURNING "deploymentId"`,
    values: [newId(), teamId, slug, version ?? null, jsonParam(messages), userId],
  });
  if (!rows[0]) throw new Refusal("NOT_FOUND", "deployment-not-found", { slug });
  await db.query({
    name: "drop-old-wrong-answers",
    text: `DELETE FROM "WrongAnswer" WHERE id IN (
             SELECT id FROM "WrongAnswer" WHERE "deploymentId" = $1 ORDER BY "createdAt" DESC, id DESC OFFSET $2)`,
    values: [rows[0].deploymentId, LIMITS.kept],
  });
}

export type WrongAnswerListed = {
  version: number | null;
  messages: WrongAnswer["messages"];
  who: string | null;
  at: Date;
};

/** Newest first. */
export async function listWrongAnswers(
  db: Queryable,
  teamId: string,
  slug: string,
): Promise<WrongAnswerListed[]> {
  const { rows } = await db.query<WrongAnswerListed>({
    name: "list-wrong-answers",
    text: `SELECT w.version, w.messages, u.name AS who, w."createdAt" AS at
           FROM "Deployment" d JOIN "WrongAnswer" w ON w."deploymentId" = d.id LEFT JOIN "User" u ON u.id = w."userId"
           WHERE d."teamId" = $1 AND d.slug = $2 ORDER BY w."createdAt" DESC, w.id DESC`,
    values: [teamId, slug],
  });
  return rows;
}
