import { findArtifact } from "@/server/artifacts/find-artifact";
import { DIGEST } from "@/server/artifacts/manifest";
import { streamFile } from "@/server/artifacts/stream-file";
import { Refusal } from "@/server/errors";
import { inWords, route } from "@/server/route";

type Params = { digest: string; path: string[] };

/** One file of an artifact, as a download; a range of it where one is asked for. */
export const GET = route<Params>(
  "artifact.read",
  async (request, { member, prisma, store, params }) => {
    const { digest, path } = params;
    if (!DIGEST.test(digest)) throw new Refusal("BAD_REQUEST", "artifact-address");
    await findArtifact(prisma, member.teamId, digest);
    return streamFile(store, digest, path.join("/"), request.headers.get("range"));
  },
  inWords,
);
