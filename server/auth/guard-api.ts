import { env } from "../env";
import { dataPolicy } from "./content-policy";
import { whyForeign } from "./why-foreign";

/** Stands before every route below `/api/`, where `proxy.ts` does not. */
export async function guardApi(request: Request, answer: () => Promise<Response>): Promise<Response> {
  const foreign = whyForeign(request, env());
  const response = foreign === undefined ? await answer() : new Response(foreign, { status: 403 });
  response.headers.set("content-security-policy", dataPolicy());
  return response;
}
