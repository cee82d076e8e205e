/** The English sentence of a failure: what, where, what to do next. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createTranslator } from "use-intl/core";
import type { FailureView } from "@/graph/run-view";
import { env } from "@/server/env";

type Texts = { failures?: Record<string, string> };
const read = new Map<string, Texts>();

function texts(path: string): Texts {
  let found = read.get(path);
  if (!found) {
    try {
      found = JSON.parse(readFileSync(join(env().root, path), "utf8")) as Texts;
    } catch {
      found = {};
    }
    read.set(path, found);
  }
  return found;
}

export function failureMessage(kind: string, { code, reason, values }: Omit<FailureView, "message">): string {
  for (const path of [`nodes/${kind}/text.en.json`, "messages/en.json"]) {
    const sentence = texts(path).failures?.[reason];
    if (typeof sentence !== "string") continue;
    const translate = createTranslator({ locale: "en", messages: { sentence }, onError: () => {} });
    return translate("sentence", values);
  }
  const said = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  return `${code}: ${[reason, ...said].join(", ")}.`;
}
