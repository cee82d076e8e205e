import en from "@/messages/en.json";
import { nodeTexts } from "@/nodes/texts";
import type { Locale } from "./locales";

const APP = { en };

/** The app's own messages, with each kind's texts under `nodes.<kind>`. */
export function messagesOf(locale: Locale) {
  return { ...APP[locale], nodes: nodeTexts[locale] };
}
