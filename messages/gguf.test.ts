import { expect, test } from "vitest";
import { GGUF_FAULTS } from "@/graph/gguf/cursor";
import { LOCALES } from "./locales";
import { failureSentence } from "./words";

test("every fault of a GGUF file has a sentence of its own in every language", () => {
  const values = {
    file: "m.gguf",
    part: "P",
    other: "O",
    version: "9",
    count: "7",
    value: "V",
    found: "F",
    expected: "E",
  };
  for (const locale of LOCALES) {
    const sentences = GGUF_FAULTS.map((fault) =>
      failureSentence("gguf-refused", { ...values, fault }, "", locale),
    );
    expect(new Set(sentences).size, locale).toBe(GGUF_FAULTS.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^`m.gguf` [^{}]+$/);
  }
});
