import { z } from "zod";
import { PAGES } from "../limits";
import { procedure, router } from "../trpc";
import { findArtifact } from "./find-artifact";
import { rulesOfLedger } from "./ledger";
import { DIGEST } from "./manifest";
import { readManifest } from "./open";
import { previewArtifact } from "./preview";
import { histogramOf, selectionOf } from "./scores";

const artifact = z.object({ digest: z.string().regex(DIGEST) });
const FILTERS = ["=", "!=", "<", "<=", ">", ">=", "contains", "is-null", "not-null"] as const;
const filter = z.object({
  column: z.string(),
  op: z.enum(FILTERS),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

/** A table that lies beside an artifact's own, such as the scores beside a ledger. */
const scores = artifact.extend({ file: z.string().max(200).endsWith(".parquet") });
const bound = z.object({ column: z.string(), least: z.number().optional(), most: z.number().optional() });

export const artifactsRouter = router({
  /** A page of its table, its report, or its files. */
  preview: procedure("artifact.read")
    .input(
      artifact.extend({
        offset: z.int32().min(0).default(0),
        limit: z.int32().min(1).max(PAGES.previewRows).default(50),
        sort: z.object({ column: z.string(), descending: z.boolean().default(false) }).optional(),
        search: z.string().max(500).optional(),
        where: z.array(filter).max(20).optional(),
      }),
    )
    .query(async ({ ctx, input: { digest, ...page }, signal }) => {
      await findArtifact(ctx.prisma, ctx.teamId, digest);
      return previewArtifact(ctx.store, digest, { ...page, ...(signal ? { signal } : {}) } as never);
    }),

  /** How the numbers of a column of one of its tables spread. Null where there is no such table or column. */
  histogram: procedure("artifact.read")
    .input(scores.extend({ column: z.string(), bins: z.int32().min(1).max(PAGES.bins).default(40) }))
    .query(async ({ ctx, input: { digest, file, ...wish }, signal }) => {
      await findArtifact(ctx.prisma, ctx.teamId, digest);
      return histogramOf(ctx.store, { digest, file }, wish, signal);
    }),

  /** The rules of a whole ledger with their counts. Null for what is no ledger. */
  ledgerRules: procedure("artifact.read")
    .input(artifact)
    .query(async ({ ctx, input: { digest }, signal }) => {
      await findArtifact(ctx.prisma, ctx.teamId, digest);
      return rulesOfLedger(ctx.store, digest, signal);
    }),

  /** How many rows stay under bounds on their scores. Null where there is no such table. */
  select: procedure("artifact.read")
    .input(
      scores.extend({
        bounds: z.array(bound).max(PAGES.bounds),
        /** Ids of rows that stay whatever they break. */
        putBack: z.array(z.string()).max(PAGES.putBack).default([]),
      }),
    )
    .query(async ({ ctx, input: { digest, file, ...wish }, signal }) => {
      await findArtifact(ctx.prisma, ctx.teamId, digest);
      return selectionOf(ctx.store, { digest, file }, wish, signal);
    }),

  /** Type, facts, files with their digests, and the node run that made it first. */
  manifest: procedure("artifact.read")
    .input(artifact)
    .query(async ({ ctx, input }) => {
      const { sizeBytes, createdAt } = await findArtifact(ctx.prisma, ctx.teamId, input.digest);
      const manifest = await readManifest(ctx.store, input.digest);
      return { digest: input.digest, ...manifest, sizeBytes: Number(sizeBytes), createdAt };
    }),
});
