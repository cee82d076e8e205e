import type { Env } from "../env";
import { isAllowedHost, isAllowedOrigin, isFromElsewhere } from "./allowed-host";

/** No page of another site, and no name that merely points here, gets through to a page or a route. Undefined for the rest. */
export function whyForeign(
  { headers, method }: Pick<Request, "headers" | "method">,
  settings: Pick<Env, "host" | "publicUrl">,
): string | undefined {
  const host = headers.get("host") ?? "";
  if (!isAllowedHost(host, settings)) return "Unknown host.\n";
  const foreign =
    !isAllowedOrigin(headers.get("origin"), host, method, settings) ||
    isFromElsewhere(headers.get("sec-fetch-site"), method);
  return foreign ? "Requests from other sites are refused.\n" : undefined;
}
