import { describe, expect, it } from "vitest";
import { byKeys, holderOf, readBindings, withKeys } from "./bindings";
import { ALL_ACTIONS } from "./index";
import { keyName } from "./key-name";

describe("keys that a person chose", () => {
  it("call their action in place of the table's own, until these are given back", () => {
    const chosen = withKeys({}, "duplicate", ["alt+d"]);
    expect(byKeys(ALL_ACTIONS, chosen).get("alt+d")?.name).toBe("duplicate");
    expect(byKeys(ALL_ACTIONS, chosen).has("mod+d")).toBe(false);
    expect(byKeys(ALL_ACTIONS, withKeys(chosen, "duplicate", undefined)).get("mod+d")?.name).toBe(
      "duplicate",
    );
  });

  it("are refused where another action has them, also the browser's own copy and paste", () => {
    expect(holderOf(ALL_ACTIONS, {}, "mod+m", "duplicate")?.name).toBe("mute");
    expect(holderOf(ALL_ACTIONS, {}, "mod+c", "duplicate")?.name).toBe("copy");
    expect(holderOf(ALL_ACTIONS, {}, "mod+d", "duplicate")).toBeUndefined();
    expect(holderOf(ALL_ACTIONS, { mute: ["alt+x"] }, "mod+m", "duplicate")).toBeUndefined();
  });

  it("are read back as far as they mean something", () => {
    const text = JSON.stringify({ mute: ["alt+x"], nothing: ["a"], copy: ["x"], bypass: "b" });
    expect(readBindings(text, ALL_ACTIONS)).toEqual({ mute: ["alt+x"] });
    expect(readBindings("{", ALL_ACTIONS)).toEqual({});
    expect(readBindings(null, ALL_ACTIONS)).toEqual({});
  });

  it("have one name whatever the order of the modifiers", () => {
    const pressed = { key: "G", code: "KeyG", ctrlKey: true, metaKey: false, shiftKey: true, altKey: false };
    expect(keyName(pressed)).toBe("mod+shift+g");
    expect(
      keyName({ ...pressed, ctrlKey: false, key: "∆", code: "KeyJ", shiftKey: false, altKey: true }),
    ).toBe("alt+j");
  });
});
