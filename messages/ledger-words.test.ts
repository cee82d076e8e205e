import { expect, test } from "vitest";
import { ledgerSentence } from "./words";

test("a ledger's code and values read as a sentence in each language", () => {
  const why = { value: 0.4567, limit: 0.4 };
  expect(ledgerSentence("top-word", why, "quality-filter")).toBe(
    "One word is 45.7% of the answer, more than 40%",
  );
  expect(ledgerSentence("top-word", why, "quality-filter", "es")).toMatch(/45,7\s?% de la respuesta/);
  expect(ledgerSentence("exact", { kept: "r1" }, "dedupe", "pt")).toBe("Igual a r1, que fica");
});

test("codes that apply together are told together", () => {
  expect(ledgerSentence("email+phone", { email: 2, phone: 1 }, "pii")).toBe(
    "2 e-mail addresses, 1 phone number",
  );
});
