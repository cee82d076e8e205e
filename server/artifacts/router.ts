import { z } from "zod";
import { PAGES } from "../limits";
import { router, viewer } from "../trpc";
import { findArtifact } from "./find-artifact";
import { DIGEST } from "./manifest";
import { readManifest } from "./open";
import { previewArtifact } from "./preview";

const artifact = z.object({ digest: z.string().regex(DIGEST) });
const FILTERS = ["=", "!=", "<", "<=", ">", ">=", "contains", "is-null", "not-null"] as const;
const filter = z.object({
  column: z.string(),
  op: z.enum(FILTERS),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

export const artifactsRouter = router({
  /** A page of its table, its report, or its files. */
  preview: viewer
    .input(
      artifact.extend({
        offset: z.int().min(0).default(0),
        limit: z.int().min(1).max(PAGES.previewRows).default(50),
        sort: z.object({ column: z.string(), descending: z.boolean().default(false) }).optional(),
        search: z.string().max(500).optional(),
        where: z.array(filter).max(20).optional(),
      }),
    )
    .query(async ({ ctx, input: { digest, ...page }, signal }) => {
      await findArtifact(ctx.prisma, ctx.teamId, digest);
      return previewArtifact(ctx.store, digest, { ...page, ...(signal ? { signal } : {}) } as never);
    }),

  /** Type, facts, files with their digests, and the node run that made it first. */
  manifest: viewer.input(artifact).query(async ({ ctx, input }) => {
    const { sizeBytes, createdAt } = await findArtifact(ctx.prisma, ctx.teamId, input.digest);
    const manifest = await readManifest(ctx.store, input.digest);
    return { digest: input.digest, ...manifest, sizeBytes: Number(sizeBytes), createdAt };
  }),
});
