/** `endpoint.json`: what an endpoint artifact says about how a model is served. It holds no address. */
import { z } from "zod";

export const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
export const slugSchema = z.string().max(63).regex(SLUG);

export const servingConfigSchema = z.object({
  contextLength: z.number().int().min(128),
  /** Requests answered together; further ones wait. */
  parallel: z.number().int().min(1).max(64),
  /** Used where a request leaves them out. */
  temperature: z.number().min(0).max(2),
  maxTokens: z.number().int().min(1),
  /** Put before conversations that bring no system message. */
  systemPrompt: z.string().optional(),
});
export type ServingConfig = z.infer<typeof servingConfigSchema>;

export const endpointFileSchema = z.object({
  slug: slugSchema,
  /** Where `model.gguf` lies: in the endpoint's own folder, or in that of `modelDigest`. */
  model: z.enum(["self", "input"]),
  modelDigest: z.string(),
  adapterDigest: z.string().optional(),
  modelName: z.string().optional(),
  config: servingConfigSchema,
});
export type EndpointFile = z.infer<typeof endpointFileSchema>;
