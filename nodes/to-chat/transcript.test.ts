import { expect, test } from "vitest";
import { transcriptTurns } from "./transcript";

test("speakers are names at the beginning or behind a blank line; what they say is kept within", () => {
  expect(
    transcriptTurns(
      "\n\nHuman: one\nAssistant: is a word\n\nand so on\n\nAssistant: two: three\n\nHuman: \n\nUsuário: q",
    ),
  ).toEqual([
    { role: "Human", content: "one\nAssistant: is a word\n\nand so on" },
    { role: "Assistant", content: "two: three" },
    { role: "Human", content: "" },
    { role: "Usuário", content: "q" },
  ]);
});

test.each(["", "a text", "See: Human: no", "text before\n\nHuman: q\n\nAssistant: a", "Humans: q"])(
  "%j is no transcript",
  (text) => expect(transcriptTurns(text)).toBeUndefined(),
);
