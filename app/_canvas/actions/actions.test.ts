import { describe, expect, it } from "vitest";
import messages from "@/messages/en.json";
import { ACTION_GROUPS } from "./action";
import { byKeys } from "./bindings";
import { ALL_ACTIONS } from "./index";

describe("the table of actions", () => {
  it("has words for every action and every group", () => {
    const words = messages.app.editor;
    const known = ALL_ACTIONS.flatMap(({ name, undo }) => (undo ? [name, undo.name] : [name]));
    expect(Object.keys(words.action).sort()).toEqual(known.sort());
    expect(Object.keys(words.actionGroup)).toEqual([...ACTION_GROUPS]);
  });

  it("binds no keys twice", () => {
    const keys = ALL_ACTIONS.flatMap((a) => a.keys ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    const called = byKeys(ALL_ACTIONS, {});
    expect(called.get("mod+shift+g")?.name).toBe("subgraph");
    expect(called.has("mod+c")).toBe(false);
  });
});
