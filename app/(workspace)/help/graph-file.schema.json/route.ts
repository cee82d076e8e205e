import { z } from "zod";
import { graphSchema } from "@/graph/document";
import { route } from "@/server/route";

/** The JSON Schema of the graph file, for editors that check while one writes. */
export const GET = route("team.read", async () =>
  Response.json({ title: "Telar graph", ...z.toJSONSchema(graphSchema, { io: "input" }) }),
);
