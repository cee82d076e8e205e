import { setCookie } from "./cookie";

/** Light, dark, or what the system says. Kept in a cookie, applied before the first paint. */
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
export const THEME_COOKIE = "telar-theme";

export function parseTheme(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? "system";
}

/** Runs in the head, before paint: the server cannot know what the system prefers. */
export const THEME_SCRIPT = `(()=>{const d=document.documentElement,m=matchMedia("(prefers-color-scheme: dark)"),
f=()=>{const c=(document.cookie.match(/(?:^|; )${THEME_COOKIE}=(light|dark)/)||[])[1];d.dataset.theme=c||(m.matches?"dark":"light")};
f();m.addEventListener("change",f);addEventListener("telar-theme",f)})()`;

export function setTheme(theme: Theme): void {
  setCookie(THEME_COOKIE, theme);
  dispatchEvent(new Event("telar-theme"));
}
