/** A conversation written as one text, as HH-RLHF has it: `Human: …`, blank line, `Assistant: …`. Pure. */
import type { Cell } from "@/engines/table";

/** A speaker begins the text, or stands behind a blank line. */
const SPEAKER =
  /(?:^\s*|\r?\n\r?\n)(Human|User|Usuario|Usuário|Assistant|Asistente|Assistente|AI|System|Sistema):(?=\s|$)/g;

/** Its turns, or undefined where nobody is said to speak first. */
export function transcriptTurns(text: string): Cell[] | undefined {
  const speakers = [...text.matchAll(SPEAKER)];
  if (speakers[0]?.index !== 0) return undefined;
  return speakers.map((speaker, i) => ({
    role: speaker[1]!,
    content: text.slice(speaker.index + speaker[0].length, speakers[i + 1]?.index).trim(),
  }));
}
