import { findArtifact } from "@/server/artifacts/find-artifact";
import { DIGEST } from "@/server/artifacts/manifest";
import { streamFile } from "@/server/artifacts/stream-file";
import { inWords, route } from "@/server/route";

type Params = { digest: string; path: string[] };

/** One file of an artifact, as a download; a range of it where one is asked for. */
export const GET = route<Params>(
  "artifact.read",
  async (request, { member, prisma, store, params }) => {
    const digest = decoded(params.digest);
    const file = decoded(params.path.join("/"));
    if (digest === undefined || file === undefined || !DIGEST.test(digest) || file.includes("\0"))
      return new Response("This is no address of an artifact.\n", { status: 400 });
    await findArtifact(prisma, member.teamId, digest);
    return streamFile(store, digest, file, request.headers.get("range"));
  },
  inWords,
);

/** Undefined for half a percent sign, or bytes that are no text. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
