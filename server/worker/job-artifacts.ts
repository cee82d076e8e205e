/** A job's artifacts: inputs out of the store, verified; outputs into it. */

import type { MadeFile } from "@/engines/job/event";
import { byName } from "@/graph/by-name";
import type { AnyNode } from "@/graph/define-node";
import { labelSealed } from "@/graph/labels";
import type { PortType } from "@/graph/ports";
import { Failure } from "@/graph/problems";
import type { InputArtifact, SealedOutput } from "@/graph/runner";
import { portType } from "@/server/artifacts/manifest";
import { openArtifact } from "@/server/artifacts/open";
import { putFolder, type Stored } from "@/server/artifacts/put";
import type { BlobStore } from "@/server/artifacts/store";
import type { JobSpec } from "./messages";

export type OpenInputs = Record<string, InputArtifact | Record<string, InputArtifact>>;

export async function openInputs(job: JobSpec, definition: AnyNode, store: BlobStore): Promise<OpenInputs> {
  const inputs: OpenInputs = {};
  for (const [port, spec] of Object.entries(definition.inputs))
    if (spec.list) inputs[port] = byName<InputArtifact>();
  for (const { port, slot, list, digest } of job.inputs) {
    const { dir, manifest } = await openArtifact(store, digest);
    const { type, ...facts } = portType(manifest);
    const artifact = { type, digest, facts, dir } as InputArtifact;
    if (list) (inputs[port] as Record<string, InputArtifact>)[slot] = artifact;
    else inputs[port] = artifact;
  }
  return inputs;
}

/** Types at the inputs, as `runtime` and `resources` take them. */
export function typesOf(definition: AnyNode, inputs: OpenInputs): Record<string, unknown> {
  const typeOf = ({ type, facts }: InputArtifact) => ({ ...facts, type }) as PortType;
  return Object.fromEntries(
    Object.entries(inputs).map(([port, given]) => [
      port,
      definition.inputs[port]?.list
        ? Object.fromEntries(
            Object.entries(given as Record<string, InputArtifact>).map(([slot, one]) => [slot, typeOf(one)]),
          )
        : typeOf(given as InputArtifact),
    ]),
  );
}

/** `made`: the files of an output as its job named them, where it did. */
export type Produced = {
  outputs: Record<string, SealedOutput>;
  made?: ReadonlyMap<string, readonly MadeFile[]>;
};

/** @throws Failure `output-missing`, `job-file-differs` and those of the store */
export async function storeOutputs(
  { outputs, made }: Produced,
  {
    job,
    definition,
    inputs,
    store,
  }: { job: JobSpec; definition: AnyNode; inputs: OpenInputs; store: BlobStore },
): Promise<Record<string, Stored>> {
  const labelled = labelSealed(definition, job.params, inputs, outputs);
  const stored: Record<string, Stored> = {};
  for (const port of Object.keys(definition.outputs)) {
    const sealed = labelled[port];
    if (!sealed) throw new Failure("INTERNAL", "output-missing", { port });
    const { type, ...facts } = sealed.type;
    const described = { type, facts: JSON.parse(JSON.stringify(facts)) };
    stored[port] = await putFolder(store, sealed.dir, described, made?.get(port));
  }
  return stored;
}
