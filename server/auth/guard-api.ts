import { env } from "../env";
import { dataPolicy } from "./content-policy";
import { isReadable, UNREADABLE } from "./readable-address";
import { whyForeign } from "./why-foreign";

/** Stands before every route below `/api/`, where `proxy.ts` does not. */
export async function guardApi(request: Request, answer: () => Promise<Response>): Promise<Response> {
  const foreign = whyForeign(request, env());
  const readable = isReadable(new URL(request.url).pathname);
  const response = foreign
    ? new Response(foreign, { status: 403 })
    : readable
      ? await answer()
      : new Response(UNREADABLE, { status: 400 });
  response.headers.set("content-security-policy", dataPolicy());
  return response;
}
