type Pressed = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph"]);

/** Keys as the table of actions names them: `mod+shift+g`. */
export function keyName(event: Pressed): string {
  const key =
    event.altKey && event.code.startsWith("Key")
      ? event.code.slice(3).toLowerCase()
      : event.key.toLowerCase();
  if (key === "?") return key;
  return [
    event.ctrlKey || event.metaKey ? "mod" : "",
    event.altKey && event.shiftKey ? "shift+alt" : event.shiftKey ? "shift" : event.altKey ? "alt" : "",
    key,
  ]
    .filter(Boolean)
    .join("+");
}

/** Shift alone is no command yet. */
export const isModifier = (event: Pick<KeyboardEvent, "key">) => MODIFIERS.has(event.key);
