import en from "@/messages/en.json";
import es from "@/messages/es.json";
import type { Locale } from "@/messages/locales";
import pt from "@/messages/pt.json";
import { nodeTexts } from "@/nodes/texts";

const APP = { en, es, pt };

/** The app's own messages, with each kind's texts under `nodes.<kind>`. */
export function messagesOf(locale: Locale) {
  return { ...APP[locale], nodes: nodeTexts[locale] };
}
