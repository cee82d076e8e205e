/** Headers and methods that the gateway should not follow. */
import type { HostileRow } from "../row";
import type { HostileSystem } from "../system";

/** First line and error of a raw exchange. */
async function raw(
  system: HostileSystem,
  lines: string[],
  body = "",
): Promise<{ line: string; code: string | undefined }> {
  const answer = await system.raw(system.gatewayPort, `${lines.join("\r\n")}\r\n\r\n${body}`, 3_000);
  return { line: answer.split("\r\n")[0] ?? "", code: /"code":"(\w+)"/.exec(answer)?.[1] };
}
const row = (
  what: string,
  lines: (system: HostileSystem) => string[],
  answer: object,
  body = "",
): HostileRow => ({
  what,
  send: (system) => raw(system, lines(system), body),
  answer,
});
const host = ({ gatewayPort }: HostileSystem) => `Host: 127.0.0.1:${gatewayPort}`;

export const rows: readonly HostileRow[] = [
  row(
    "a name that was pointed here",
    () => ["GET /v1/models HTTP/1.1", "Host: evil.example", "Connection: close"],
    { line: "HTTP/1.1 403 Forbidden", code: "host_not_allowed" },
  ),
  row("no host at all", () => ["GET /v1/models HTTP/1.1", "Connection: close"], {
    line: "HTTP/1.1 400 Bad Request",
    code: undefined,
  }),
  row(
    "a page of another site",
    (s) => ["GET /v1/models HTTP/1.1", host(s), "Origin: https://evil.example", "Connection: close"],
    { line: "HTTP/1.1 403 Forbidden", code: "origin_not_allowed" },
  ),
  row(
    "a host in X-Forwarded-Host",
    (s) => [
      "GET /v1/models HTTP/1.1",
      host(s),
      "X-Forwarded-Host: evil.example",
      "X-Forwarded-For: 8.8.8.8",
      "Connection: close",
    ],
    { line: "HTTP/1.1 401 Unauthorized", code: "invalid_api_key" },
  ),
  row(
    "two lengths",
    (s) => [
      "POST /v1/chat/completions HTTP/1.1",
      host(s),
      "Content-Length: 2",
      "Content-Length: 5",
      "Connection: close",
    ],
    { line: "HTTP/1.1 400 Bad Request", code: undefined },
    "{}xyz",
  ),
  row(
    "a length and chunks",
    (s) => [
      "POST /v1/chat/completions HTTP/1.1",
      host(s),
      "Content-Length: 2",
      "Transfer-Encoding: chunked",
      "Connection: close",
    ],
    { line: "HTTP/1.1 400 Bad Request", code: undefined },
    "0\r\n\r\n",
  ),
  row(
    "a header of 100,000 letters",
    (s) => ["GET /v1/models HTTP/1.1", host(s), `X-Long: ${"x".repeat(100_000)}`, "Connection: close"],
    { line: "HTTP/1.1 431 Request Header Fields Too Large", code: undefined },
  ),
  row(
    "a key that nobody has",
    (s) => ["GET /v1/models HTTP/1.1", host(s), "Authorization: Bearer telar_nothing", "Connection: close"],
    { line: "HTTP/1.1 401 Unauthorized", code: "invalid_api_key" },
  ),
  row("a method that no route knows", (s) => ["PUT /v1/models HTTP/1.1", host(s), "Connection: close"], {
    line: "HTTP/1.1 405 Method Not Allowed",
    code: "method_not_allowed",
  }),
  row(
    "a path that climbs",
    (s) => ["GET /v1/models/../../etc/passwd HTTP/1.1", host(s), "Connection: close"],
    { line: "HTTP/1.1 404 Not Found", code: "unknown_url" },
  ),
];
