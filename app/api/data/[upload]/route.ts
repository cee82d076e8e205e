import { appendToUpload } from "@/server/data/append-to-upload";
import { findUpload, forgetUpload } from "@/server/data/find-upload";
import { countOf, protocolHeaders, refuseUpload, requireTus, sliceOf, stateHeaders } from "@/server/data/tus";
import { stateOf } from "@/server/data/upload-record";
import { programRoute } from "@/server/route";

type Params = { upload: string };

/** How far it is, by tus. */
export const HEAD = programRoute<Params>(
  "data.upload",
  async (_request, { env, member, params }) => {
    const state = await stateOf(env, await findUpload(env, member.teamId, params.upload));
    return new Response(null, { headers: stateHeaders(state) });
  },
  refuseUpload,
);

/** How far it is, and where its file lies once it is whole. */
export const GET = programRoute<Params>(
  "data.upload",
  async (_request, { env, member, params }) => {
    const state = await stateOf(env, await findUpload(env, member.teamId, params.upload));
    return Response.json(state, { headers: stateHeaders(state) });
  },
  refuseUpload,
);

/** The next bytes. With the last ones the file is checked and gets its place. */
export const PATCH = programRoute<Params>(
  "data.upload",
  async (request, { env, member, params }) => {
    requireTus(request);
    const slice = sliceOf(request, countOf(request, "upload-offset"));
    const upload = { teamId: member.teamId, id: params.upload };
    const record = await appendToUpload(env, upload, slice, request.signal);
    return new Response(null, { status: 204, headers: stateHeaders(await stateOf(env, record)) });
  },
  refuseUpload,
);

/** Gives it up. A file that has its place stays there. */
export const DELETE = programRoute<Params>(
  "data.upload",
  async (_request, { env, member, params }) => {
    await forgetUpload(env, await findUpload(env, member.teamId, params.upload));
    return new Response(null, { status: 204, headers: protocolHeaders });
  },
  refuseUpload,
);
