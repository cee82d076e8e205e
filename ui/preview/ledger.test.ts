import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { difference } from "./change";
import { pickColumns } from "./data-table";
import { rulesOf } from "./ledger";

describe("difference", () => {
  it("finds the part that was replaced", () => {
    expect(difference("mail me at a@b.example now", "mail me at [EMAIL] now")).toEqual({
      head: "mail me at ",
      old: "a@b.example",
      now: "[EMAIL]",
      tail: " now",
    });
  });
  it("always puts both texts together again", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const { head, old, now, tail } = difference(before, after);
        expect(head + old + tail).toBe(before);
        expect(head + now + tail).toBe(after);
      }),
    );
  });
});

describe("rulesOf", () => {
  it("orders rules by how many rows they met", () => {
    const row = (rule: string, id: string) => ({ _row: id, rule, action: "removed" });
    expect(rulesOf([row("a", "1"), row("b", "2"), row("b", "3")]).map((r) => r.rule)).toEqual(["b", "a"]);
  });
});

describe("pickColumns", () => {
  it("shows the id and the text before the rest", () => {
    expect(pickColumns(["topic", "messages", "_row", "language"], 3)).toEqual(["_row", "messages", "topic"]);
  });
});
