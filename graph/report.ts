/** `report.json`: what every report artifact holds. Numbers lead back to rows by `_row`. */
import { z } from "zod";

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const reportSchema = z.object({
  /** Name of the metric that stands for the whole report. */
  primary: z.string().optional(),
  metrics: z.record(z.string(), z.number()),
  /** Curves: one point a step. */
  series: z.record(z.string(), z.array(z.object({ step: z.number(), value: z.number() }))).default({}),
  tables: z
    .array(z.object({ name: z.string(), columns: z.array(z.string()), rows: z.array(z.array(cell)) }))
    .default([]),
  samples: z
    .array(
      z.object({
        row: z.string().optional(),
        prompt: z.string(),
        reference: z.string().optional(),
        before: z.string().optional(),
        after: z.string(),
        scores: z.record(z.string(), z.number()).default({}),
      }),
    )
    .default([]),
});
export type Report = z.infer<typeof reportSchema>;
