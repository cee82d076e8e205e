/** What the gateway and a model's process say to each other. Everything is JSON. */
import type { ServingConfig } from "@/engines/serving/endpoint-file";
import type { FailureCode, Values } from "@/graph/problems";
import type { JsonObject, Usage } from "../../backend";

export type LoadOrder = { path: string; config: ServingConfig; chatTemplate?: string | undefined };

export type Operation = "chat" | "completions" | "embeddings";

export type ToModel =
  | { type: "load"; order: LoadOrder }
  | { type: "ask"; id: number; operation: Operation; body: JsonObject }
  | { type: "abort"; id: number }
  /** How many threads it may use from the next batch on. */
  | { type: "threads"; count: number }
  | { type: "ping" };

/** An error as a code with values, an error of OpenAI's form, or a fault of ours. */
export type SentError =
  | { failure: { code: FailureCode; reason: string; values: Values } }
  | { api: { status: number; code: string; message: string; param: string | null } }
  | { internal: string };

export type FromModel =
  | { type: "loaded"; memoryBytes: number }
  | { type: "not-loaded"; error: SentError }
  | { type: "whole"; id: number; value: JsonObject }
  | { type: "streams"; id: number }
  | { type: "chunk"; id: number; value: JsonObject }
  | { type: "end"; id: number; usage: Usage | undefined }
  | { type: "error"; id: number; error: SentError }
  /** `steps` rises with every batch and token: a model that is busy and takes no step hangs. */
  | { type: "alive"; rss: number; steps: number };
