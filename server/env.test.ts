import { expect, test } from "vitest";
import { EnvError, parseEnv } from "./env";

const parse = (source: Record<string, string>) => parseEnv(source, "/checkout");

test("without variables everything lies below the checkout, on loopback", () => {
  expect(parse({})).toMatchObject({
    home: "/checkout/.telar",
    port: 3000,
    gatewayPort: 3001,
    host: "127.0.0.1",
    databaseUrl: undefined,
    artifacts: { kind: "local", dir: "/checkout/.telar/artifacts" },
    dataDirs: ["/checkout/.telar/data", "/checkout/examples"],
    hub: { endpoint: "https://huggingface.co", offline: false },
  });
});

test("a bad value stops with its name, what was given and an example", () => {
  expect(() => parse({ TELAR_PORT: "70000" })).toThrow(/TELAR_PORT is “70000”.*TELAR_PORT=3000/);
  expect(() => parse({ DATABASE_URL: "mysql://x" })).toThrow(/DATABASE_URL.*postgresql:\/\//);
  expect(() => parse({ TELAR_ARTIFACTS: "gs://bucket" })).toThrow(/TELAR_ARTIFACTS=s3:\/\/bucket\/prefix/);
  expect(() => parse({ TELAR_HOST: "0.0.0.0" })).toThrow(EnvError);
});

test("buckets, lists of folders and an address for others are understood", () => {
  const env = parse({
    TELAR_ARTIFACTS: "s3://my-bucket/some/prefix/",
    TELAR_ARTIFACTS_CACHE_GB: "0.5",
    TELAR_DATA_DIRS: "/one:two",
    TELAR_HOST: "0.0.0.0",
    TELAR_PUBLIC_URL: "https://telar.example.org",
    HF_HUB_OFFLINE: "1",
    TELAR_PORT: "",
  });
  expect(env.artifacts).toEqual({
    kind: "s3",
    bucket: "my-bucket",
    prefix: "some/prefix",
    cacheDir: "/checkout/.telar/artifacts-cache",
    cacheBytes: 5e8,
  });
  expect(env.dataDirs.slice(0, 2)).toEqual(["/one", "/checkout/two"]);
  expect(env).toMatchObject({ port: 3000, hub: { offline: true } });
});
