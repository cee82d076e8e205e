import { expect, test } from "vitest";
import { failureSentence, ledgerSentence } from "./words";

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

test("a failure that names a row says why in the same words", () => {
  const values = { bad: 1, rows: 31, allowed: 1, row: "r31", rule: "column-empty", column: "answer" };
  expect(failureSentence("too-many-bad-rows", values, "to-chat")).toContain(
    "The first is row r31: `answer` is empty.",
  );
  expect(failureSentence("too-many-bad-rows", values, "to-chat", "es")).toContain(
    "fila r31: `answer` está vacía.",
  );
});
