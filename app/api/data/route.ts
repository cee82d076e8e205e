import { Failure } from "@/graph/problems";
import { createContext } from "@/server/context";
import { saveUpload } from "@/server/data/save-upload";

/** Takes a file from the browser: its bytes as the body, its name in `?name=`. */
export async function POST(request: Request) {
  const { member, env } = await createContext(request.headers);
  if (!member) return Response.json({ reason: "not-signed-in", values: {} }, { status: 401 });
  if (member.role === "VIEWER") return Response.json({ reason: "role-too-low", values: {} }, { status: 403 });
  if (!request.body) return Response.json({ reason: "bad-request", values: {} }, { status: 400 });
  try {
    const name = new URL(request.url).searchParams.get("name") ?? "data";
    return Response.json(await saveUpload(env, { name, body: request.body }));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return Response.json({ reason: error.reason, values: error.values }, { status: 400 });
  }
}
