import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readEndpoint } from "@/engines/serving/endpoint-file";
import { fakeContext } from "../_testing/context";
import { endpoint } from "./definition";
import run from "./run";

const params = (over: object = {}) =>
  endpoint.params.parse({ slug: "far", url: "https://llm.example.org/v1", model: "mixtral", ...over });

test("the endpoint names the server, its model and the secret, never the key itself", async () => {
  const { ctx } = await fakeContext(endpoint);
  const given = params({ apiKey: { secret: "PROVIDER" }, keyHeader: "api-key", privateNetwork: true });
  const { endpoint: out } = await run({ inputs: {}, params: given, ctx });
  expect(await readEndpoint(out.dir)).toEqual({
    kind: "openai",
    slug: "far",
    url: "https://llm.example.org/v1",
    model: "mixtral",
    apiKey: { secret: "PROVIDER" },
    keyHeader: "api-key",
    privateNetwork: true,
    timeoutSeconds: 120,
  });
  expect(JSON.parse(await readFile(join(out.dir, "endpoint.json"), "utf8")).version).toBe(2);
  expect(out.type).toEqual({ type: "endpoint", slug: "far", model: "mixtral", server: "llm.example.org" });
});

test("with what nobody set the key goes as a bearer, and only public addresses are reached", async () => {
  const { ctx } = await fakeContext(endpoint);
  const { endpoint: out } = await run({ inputs: {}, params: params(), ctx });
  const file = await readEndpoint(out.dir);
  expect(file).toMatchObject({ privateNetwork: false });
  expect(file).not.toHaveProperty("apiKey");
  expect(file).not.toHaveProperty("keyHeader");
});

test("an address that is none, or that holds a password, is refused at check and in the run", async () => {
  const { ctx } = await fakeContext(endpoint);
  for (const url of [
    "llm.example.org",
    "ftp://x/v1",
    "https://me:pw@x/v1",
    "https://x/v1?key=1",
    "https://x/v1#a",
  ]) {
    expect(endpoint.check?.(params({ url }), {}), url).toMatchObject([
      { code: "url-unreadable", param: "url" },
    ]);
    await expect(run({ inputs: {}, params: params({ url }), ctx }), url).rejects.toMatchObject({
      reason: "url-unreadable",
    });
  }
});

test("a key that would travel in the clear is warned of", () => {
  const url = "http://llm.example.org/v1";
  const apiKey = { secret: "K" };
  const codes = (over: object) => endpoint.check?.(params(over), {}).map(({ code }) => code);
  expect(codes({ url, apiKey })).toEqual(["key-in-clear"]);
  expect(codes({ url, apiKey, privateNetwork: true })).toEqual([]);
  expect(codes({ url })).toEqual([]);
  expect(codes({ apiKey })).toEqual([]);
});
