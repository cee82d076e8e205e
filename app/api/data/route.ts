import { Failure } from "@/graph/problems";
import { saveUpload } from "@/server/data/save-upload";
import { Refusal } from "@/server/errors";
import { route } from "@/server/route";

/** Takes a file from the browser: its bytes as the body, its name in `?name=`. */
export const POST = route("data.upload", async (request, { env }) => {
  if (!request.body) throw new Refusal("BAD_REQUEST", "bad-request");
  try {
    const name = new URL(request.url).searchParams.get("name") ?? "data";
    return Response.json(await saveUpload(env, { name, body: request.body }));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return Response.json({ reason: error.reason, values: error.values }, { status: 400 });
  }
});
