import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveTestGateway } from "./_testing/serve";

let gateway: Awaited<ReturnType<typeof serveTestGateway>>;
beforeAll(async () => {
  gateway = await serveTestGateway();
});
afterAll(() => gateway.close());

/** `fetch` does not let a program set Host and Origin. */
function call(path: string, headers: Record<string, string>, method = "GET") {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port: gateway.port, path, method, headers }, (response) => {
        let body = "";
        response.on("data", (data) => {
          body += data;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      });
      asked.on("error", reject).end();
    },
  );
}

test("a foreign name that points at this machine is refused", async () => {
  for (const host of [
    "evil.example",
    "evil.example:3001",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
  ]) {
    const { status, body } = await call("/v1/models", { host });
    expect(status, host).toBe(403);
    expect(JSON.parse(body).error).toMatchObject({ code: "host_not_allowed", type: "permission_error" });
  }
  expect((await call("/health", { host: "evil.example" })).status).toBe(403);
});

test("this machine's own names are let in", async () => {
  for (const host of ["127.0.0.1", `localhost:${gateway.port}`, "[::1]:3001"])
    expect((await call("/health", { host })).status, host).toBe(200);
});

test("pages of other sites are refused, also when they ask beforehand", async () => {
  const host = `127.0.0.1:${gateway.port}`;
  for (const origin of ["https://evil.example", "null", "http://127.0.0.1:8080"]) {
    expect((await call("/v1/models", { host, origin })).status, origin).toBe(403);
    expect((await call("/v1/chat/completions", { host, origin }, "OPTIONS")).status, origin).toBe(403);
  }
});

test("Telar's own pages may call, and their browser is told so", async () => {
  const host = `127.0.0.1:${gateway.port}`;
  const origin = "http://127.0.0.1:3000";
  const asked = await call(
    "/v1/chat/completions",
    { host, origin, "access-control-request-headers": "content-type" },
    "OPTIONS",
  );
  expect(asked.status).toBe(204);
  expect(asked.headers).toMatchObject({
    "access-control-allow-origin": origin,
    "access-control-allow-headers": "content-type",
  });
  const listed = await call("/v1/models", { host, origin });
  expect(listed.status).toBe(200);
  expect(listed.headers["access-control-allow-origin"]).toBe(origin);
});
