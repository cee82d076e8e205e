import { describe, expect, it } from "vitest";
import { checkParams } from "@/graph/checks/params";
import { LOCALES } from "@/messages/locales";
import { problemSentence } from "@/messages/words";
import { everyKind } from "@/nodes/_testing/kinds";
import { fieldProblem, formModel } from "./form-model";

/** None of these fits every parameter, and each parameter refuses some. */
const BAD = [
  -1,
  0,
  1.5,
  1e300,
  "",
  "No es una dirección",
  "x".repeat(70_000),
  "2026-02-31",
  true,
  [],
  ["", "?"],
  {},
  null,
];

/** What a validator would say, and how a pattern is written. */
const VALIDATOR =
  /invalid|expected|received|pattern|too (?:small|big)|[/^$]\S*\[|\(\?|\\[dwp]|\{\d+,?\d*\}|\bundefined\b|\bNaN\b|\bzod\b/i;

describe.each(everyKind)("$kind with values that do not fit", ({ definition, kind }) => {
  const fields = formModel(definition);

  it("says a sentence in every language, never the words or patterns of the validator", () => {
    for (const { name } of fields)
      for (const bad of BAD) {
        const { problems } = checkParams({ id: "n", params: { [name]: bad as never } }, definition);
        for (const problem of problems.filter((p) => p.param === name))
          for (const locale of LOCALES) {
            const sentence = problemSentence(problem, kind, locale);
            expect(sentence.replace(JSON.stringify(bad), ""), `${name} ${locale}`).not.toMatch(VALIDATOR);
            expect(sentence, "a sentence, not its code").not.toContain(problem.code);
            expect(sentence).toMatch(/[.]$/);
          }
      }
  });

  it("says under each field what is wrong, by a code that the form has words for", () => {
    const found = fields.flatMap(({ name }) =>
      BAD.flatMap((bad) => fieldProblem(definition, name, bad) ?? []).map((problem) => ({
        name,
        ...problem,
      })),
    );
    expect(found.length > 0 || fields.every(({ widget }) => widget === "text" || widget === "code")).toBe(
      true,
    );
    for (const problem of found)
      expect(JSON.stringify(problem), problem.name).not.toMatch(/message|NaN|null/);
  });
});
