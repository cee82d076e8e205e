import { failureSentence } from "@/messages/words";
import { findArtifact } from "@/server/artifacts/find-artifact";
import { DIGEST } from "@/server/artifacts/manifest";
import { streamFile } from "@/server/artifacts/stream-file";
import { createContext } from "@/server/context";
import { Refusal } from "@/server/errors";

type Params = { params: Promise<{ digest: string; path: string[] }> };

/** One file of an artifact, as a download; a range of it where one is asked for. */
export async function GET(request: Request, { params }: Params) {
  const { digest: hex, path } = await params;
  const digest = decodeURIComponent(hex);
  const { member, prisma, store } = await createContext(request.headers);
  if (!member) return new Response("Not signed in.\n", { status: 401 });
  if (!DIGEST.test(digest)) return new Response("Not a digest.\n", { status: 400 });
  try {
    await findArtifact(prisma, member.teamId, digest);
  } catch (error) {
    if (error instanceof Refusal)
      return new Response(`${failureSentence(error.reason, error.values)}\n`, { status: 404 });
    throw error;
  }
  const file = path.map(decodeURIComponent).join("/");
  return streamFile(store, digest, file, request.headers.get("range"));
}
