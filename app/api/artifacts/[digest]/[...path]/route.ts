import { findArtifact } from "@/server/artifacts/find-artifact";
import { DIGEST } from "@/server/artifacts/manifest";
import { streamFile } from "@/server/artifacts/stream-file";
import { inWords, route } from "@/server/route";

type Params = { digest: string; path: string[] };

/** One file of an artifact, as a download; a range of it where one is asked for. */
export const GET = route<Params>(
  "artifact.read",
  async (request, { member, prisma, store, params }) => {
    const digest = decodeURIComponent(params.digest);
    if (!DIGEST.test(digest)) return new Response("Not a digest.\n", { status: 400 });
    await findArtifact(prisma, member.teamId, digest);
    const file = params.path.map(decodeURIComponent).join("/");
    return streamFile(store, digest, file, request.headers.get("range"));
  },
  inWords,
);
