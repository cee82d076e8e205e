/** How keys are written: `mod+shift+g` is "Ctrl Shift G", on macOS "⌘ ⇧ G". */
const NAMES: Record<string, string> = {
  mod: "Ctrl",
  shift: "Shift",
  alt: "Alt",
  enter: "Enter",
  delete: "Del",
  backspace: "Backspace",
  escape: "Esc",
  tab: "Tab",
  arrowleft: "←",
  arrowright: "→",
  arrowup: "↑",
  arrowdown: "↓",
  " ": "Space",
};
const MAC: Record<string, string> = { ...NAMES, mod: "⌘", shift: "⇧", alt: "⌥", enter: "↩" };

const isMac = (): boolean => typeof navigator !== "undefined" && /^Mac/.test(navigator.platform);

export function keysText(keys: string, mac = isMac()): string {
  const names = mac ? MAC : NAMES;
  return keys
    .split("+")
    .map((key) => names[key] ?? key.toUpperCase())
    .join(" ");
}
