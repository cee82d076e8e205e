import type { Env } from "../env";
import { isAllowedHost, isAllowedOrigin } from "./allowed-host";

/** No page of another site, and no name that merely points here, gets through to a page or a route. */
export function refuseForeign(
  { headers, method }: Pick<Request, "headers" | "method">,
  settings: Pick<Env, "host" | "publicUrl">,
): Response | undefined {
  const host = headers.get("host") ?? "";
  if (!isAllowedHost(host, settings)) return new Response("Unknown host.\n", { status: 403 });
  if (!isAllowedOrigin(headers.get("origin"), host, method, settings))
    return new Response("Requests from other sites are refused.\n", { status: 403 });
  return undefined;
}
