/** How training gets a model that TensorFlow.js computes. */
import type { TrainerBackend } from "@/graph/trainers";
import type { OpenTrainable } from "../training/train";
import { loadTf, type TfjsBackend } from "./backend";
import { openTfjs } from "./model";

export async function openerOf(backend: TrainerBackend): Promise<OpenTrainable> {
  const tf = await loadTf(backend as TfjsBackend);
  return (model, adapter, options) => openTfjs(tf, model, adapter, options);
}
