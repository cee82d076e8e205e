/** Questions that only Telar can answer: `asks/N.json`, answered by `answers/N.json`. */
import { z } from "zod";
import { failureCode, madeFile, values } from "./event";

const count = z.int().nonnegative();
const name = z.string().min(1);

/** Of a step inside a node, whose checkpoints are its own. */
const scope = name.optional();

const stage = z.strictObject({ ask: z.literal("stage"), name, key: z.unknown() }).meta({
  id: "StageAsk",
  description: "The folder made before under this name and key from the same inputs.",
});
const stageMade = z
  .strictObject({ ask: z.literal("stage-made"), name, key: z.unknown(), dir: name, files: z.array(madeFile) })
  .meta({ id: "StageMadeAsk", description: "Keep this folder; `dir` lies below `checkpoint.save`." });
const checkpoints = z
  .strictObject({ ask: z.literal("checkpoints"), scope })
  .meta({ id: "CheckpointsAsk", description: "The newest checkpoint that is whole." });
const checkpointMade = z
  .strictObject({
    ask: z.literal("checkpoint-made"),
    scope,
    step: count,
    dir: name,
    files: z.array(madeFile),
  })
  .meta({ id: "CheckpointMadeAsk", description: "Keep this folder; `dir` lies below `checkpoint.save`." });
const secret = z.strictObject({ ask: z.literal("secret"), name, publicKey: z.base64() }).meta({
  id: "SecretAsk",
  description: "A secret that a parameter of this job names, sealed to this X25519 key (32 bytes, base64).",
});

export const jobAsk = z
  .discriminatedUnion("ask", [stage, stageMade, checkpoints, checkpointMade, secret])
  .meta({ id: "JobAsk" });

const folderAnswer = z
  .strictObject({ answer: z.literal("folder"), dir: name.nullable() })
  .meta({ id: "FolderAnswer", description: "To stage and stage-made; null where there is none." });
const checkpointAnswer = z
  .strictObject({
    answer: z.literal("checkpoint"),
    found: z.strictObject({ step: count, dir: name }).meta({ id: "FoundCheckpoint" }).nullable(),
  })
  .meta({ id: "CheckpointAnswer", description: "To checkpoints." });
const keptAnswer = z
  .strictObject({ answer: z.literal("kept") })
  .meta({ id: "KeptAnswer", description: "To checkpoint-made." });
const sealedAnswer = z
  .strictObject({ answer: z.literal("sealed"), enc: z.base64(), sealed: z.base64() })
  .meta({ id: "SealedAnswer", description: "To secret: HPKE of RFC 9180, see seal.ts." });
const refusal = z
  .strictObject({
    answer: z.literal("refused"),
    code: failureCode,
    reason: name,
    values,
  })
  .meta({ id: "RefusedAnswer", description: "To any: why there is no answer." });

export const jobAnswer = z
  .discriminatedUnion("answer", [folderAnswer, checkpointAnswer, keptAnswer, sealedAnswer, refusal])
  .meta({ id: "JobAnswer" });

export type JobAsk = z.infer<typeof jobAsk>;
export type JobAnswer = z.infer<typeof jobAnswer>;
