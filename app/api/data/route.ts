import { guardApi } from "@/server/auth/guard-api";
import { appendToUpload } from "@/server/data/append-to-upload";
import { createUpload } from "@/server/data/create-upload";
import { forgetUpload, unfinishedUploads } from "@/server/data/find-upload";
import {
  bytesOf,
  countOf,
  declaredLength,
  isTus,
  metadataOf,
  protocolHeaders,
  refuseUpload,
  requireTus,
  sliceOf,
  stateHeaders,
} from "@/server/data/tus";
import { stateOf } from "@/server/data/upload-record";
import type { Env } from "@/server/env";
import { Refusal } from "@/server/errors";
import { openRoute, programRoute } from "@/server/route";

export const OPTIONS = openRoute("data.protocol", (request: Request) =>
  guardApi(request, async () => new Response(null, { status: 204, headers: protocolHeaders })),
);

/** Uploads that the team has not finished; those of one file with `?fingerprint=`. */
export const GET = programRoute(
  "data.upload",
  async (request, { env, member }) => {
    const fingerprint = new URL(request.url).searchParams.get("fingerprint") ?? undefined;
    const found = await unfinishedUploads(env, member.teamId, fingerprint);
    const uploads = await Promise.all(found.map((record) => stateOf(env, record)));
    return Response.json({ uploads }, { headers: protocolHeaders });
  },
  refuseUpload,
);

/** Begins an upload by tus; or takes a whole file at once, its name in `?name=`, as `curl -T` sends it. */
export const POST = programRoute(
  "data.upload",
  (request, { env, member }) =>
    isTus(request) ? begin(request, env, member.teamId) : takeWhole(request, env, member.teamId),
  refuseUpload,
);

async function begin(request: Request, env: Env, teamId: string): Promise<Response> {
  requireTus(request);
  const size = countOf(request, "upload-length");
  const metadata = metadataOf(request);
  const [name = "data", fingerprint] = [metadata.get("filename"), metadata.get("fingerprint")];
  const made = await createUpload(env, { teamId, name, size, fingerprint });
  const location = `/api/data/${made.id}`;
  // With the first bytes, where they come along. A file without any is whole at once.
  const carries = request.headers.has("content-type");
  const slice = carries ? sliceOf(request, 0) : { offset: 0, bytes: bytesOf(new Request(request.url)) };
  const record = carries || size === 0 ? await appendToUpload(env, made, slice, request.signal) : made;
  const state = await stateOf(env, record);
  return Response.json(state, { status: 201, headers: { ...stateHeaders(state), location } });
}

async function takeWhole(request: Request, env: Env, teamId: string): Promise<Response> {
  if (!request.body) throw new Refusal("BAD_REQUEST", "upload-empty");
  const name = new URL(request.url).searchParams.get("name") ?? "data";
  const length = declaredLength(request);
  const made = await createUpload(env, { teamId, name, size: length ?? null });
  const slice = { offset: 0, bytes: bytesOf(request), length, last: true };
  try {
    const { stored } = await appendToUpload(env, made, slice, request.signal);
    return Response.json(stored);
  } catch (error) {
    // Nobody knows of it, so nobody can go on with it.
    await forgetUpload(env, made);
    throw error;
  }
}
