import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { difference } from "./change";
import { pickColumns } from "./data-table";

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

describe("pickColumns", () => {
  it("shows the id and the text before the rest", () => {
    expect(pickColumns(["topic", "messages", "_row", "language"], 3)).toEqual(["_row", "messages", "topic"]);
  });
});
