import { describe, expect, it } from "vitest";
import messages from "@/messages/en.json";
import { ACTION_GROUPS } from "./action";
import { ACTION_OF_KEY, ACTIONS } from "./index";

const all = ACTION_GROUPS.flatMap((group) => ACTIONS[group]);

describe("the table of actions", () => {
  it("has words for every action and every group", () => {
    const words = messages.app.editor;
    expect(Object.keys(words.action).sort()).toEqual(all.map((a) => a.name).sort());
    expect(Object.keys(words.actionGroup)).toEqual([...ACTION_GROUPS]);
  });

  it("binds no keys twice", () => {
    const keys = all.flatMap((a) => a.keys ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(ACTION_OF_KEY.get("mod+shift+g")?.name).toBe("subgraph");
    expect(ACTION_OF_KEY.has("mod+c")).toBe(false);
  });
});
