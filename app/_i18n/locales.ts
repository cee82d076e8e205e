export const LOCALES = ["en"] as const;
export type Locale = (typeof LOCALES)[number];
export const LOCALE_COOKIE = "telar-locale";

/** The cookie decides, then the browser's wish, then English. */
export function pickLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  const known = (wish: string | undefined) => LOCALES.find((locale) => locale === wish);
  const wished = (acceptLanguage ?? "").split(",").map((part) => part.trim().slice(0, 2).toLowerCase());
  return known(cookie) ?? wished.map(known).find(Boolean) ?? "en";
}
