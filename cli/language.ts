import { terminalLocale } from "@/messages/locales";

/** The language of this terminal: `TELAR_LANG`, else the system's. */
export const language = terminalLocale(process.env);
