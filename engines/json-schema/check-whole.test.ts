import { expect, test } from "vitest";
import { checkedWhole } from "./check-whole";
import { heldAnswer } from "./held-answer";

const held = heldAnswer({ type: "object", properties: { n: { type: "integer" } }, required: ["n"] });

async function read(pieces: string[], reason: "stop" | "length"): Promise<string> {
  async function* answer() {
    yield* pieces;
    return { reason };
  }
  let text = "";
  for await (const piece of checkedWhole(answer(), held)) text += piece;
  return text;
}

test("an answer that fits comes through as it is", async () => {
  expect(await read(['{"n"', ":7}"], "stop")).toBe('{"n":7}');
});

test("one that does not fit is said at its end, with the place", async () => {
  const failure = { reason: "json-schema-answer", values: { keyword: "type", pointer: "#/n" } };
  await expect(read(['{"n":', '"x"}'], "stop")).rejects.toMatchObject(failure);
});

test("one that a stop string ended early is no JSON, and says why", async () => {
  await expect(read(['{"n"'], "stop")).rejects.toMatchObject({ reason: "json-answer-cut" });
});

test("one that ran into the limit is what it is", async () => {
  expect(await read(['{"n"'], "length")).toBe('{"n"');
});
