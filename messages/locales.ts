/** The languages that Telar speaks, each by its own name, and which one a person gets. */
export const LOCALES = ["en", "es", "pt"] as const;
export type Locale = (typeof LOCALES)[number];
export const LOCALE_NAMES: Record<Locale, string> = { en: "English", es: "Español", pt: "Português" };
export const LOCALE_COOKIE = "telar-locale";

/** `es-MX`, `pt_BR.UTF-8` and `es;q=0.8` are all told by their first two letters. */
function known(wish: string | undefined): Locale | undefined {
  const language = wish?.trim().slice(0, 2).toLowerCase();
  return LOCALES.find((locale) => locale === language);
}

/** The cookie decides, then the browser's wishes in their order, then English. */
export function pickLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  return known(cookie) ?? (acceptLanguage ?? "").split(",").map(known).find(Boolean) ?? "en";
}

/** In a terminal: `TELAR_LANG`, then what POSIX says about messages, then English. */
export function terminalLocale(env: Readonly<Record<string, string | undefined>>): Locale {
  const system = env.LC_ALL || env.LC_MESSAGES || env.LANG;
  return known(env.TELAR_LANG) ?? known(system) ?? "en";
}
