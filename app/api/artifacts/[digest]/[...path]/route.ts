import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { artifactFile } from "@/server/artifacts";
import { findArtifact } from "@/server/artifacts/find-artifact";
import { DIGEST } from "@/server/artifacts/manifest";
import { createContext } from "@/server/context";
import { Refusal } from "@/server/errors";

type Params = { params: Promise<{ digest: string; path: string[] }> };

/** One file of an artifact, as a download. */
export async function GET(request: Request, { params }: Params) {
  const { digest: hex, path } = await params;
  const digest = decodeURIComponent(hex);
  const { member, prisma, store } = await createContext(request.headers);
  if (!member) return new Response("Not signed in.\n", { status: 401 });
  if (!DIGEST.test(digest)) return new Response("Not a digest.\n", { status: 400 });
  const found = await find();
  if (!found) return new Response("Not here.\n", { status: 404 });
  return new Response(Readable.toWeb(createReadStream(found.file)) as ReadableStream, {
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(found.size),
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(basename(path.join("/")))}`,
      etag: `"${hex}"`,
      "cache-control": "private, immutable, max-age=31536000",
    },
  });

  async function find() {
    try {
      await findArtifact(prisma, member!.teamId, digest);
      return await artifactFile(store, digest, path.map(decodeURIComponent).join("/"));
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }
}
