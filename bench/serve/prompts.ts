/** What both sides of the serving benchmark answer, and how it is measured. */
export const ANSWER_TOKENS = 64;
export const PROMPTS = [
  "The history of bread begins",
  "A ship that leaves the harbour",
  "In the mountains of the north",
  "The first computers were",
  "Rain falls when",
  "A good teacher knows",
  "The oldest city in Spain",
  "Music has always been",
];

export type ServeFigures = { alone: number; together: number; firstMs: number; cpuMs: number };
export type Ask = (prompt: string) => Promise<{ firstMs: number; tokens: number }>;

/** `cpuSeconds`: processor time so far of all that works for the answers. It says what serving costs also on a busy machine. */
export async function measure(ask: Ask, cpuSeconds: () => number): Promise<ServeFigures> {
  await ask("Warm up:");
  const firsts: number[] = [];
  let tokens = 0;
  const speed = async (work: () => Promise<{ tokens: number }[]>) => {
    const since = performance.now();
    const done = (await work()).reduce((sum, one) => sum + one.tokens, 0);
    tokens += done;
    return (done * 1000) / (performance.now() - since);
  };
  const cpuBefore = cpuSeconds();
  const alone = await speed(async () => {
    const done: { tokens: number }[] = [];
    for (const prompt of PROMPTS) {
      const one = await ask(prompt);
      firsts.push(one.firstMs);
      done.push(one);
    }
    return done;
  });
  const together = await speed(() => Promise.all(PROMPTS.map(ask)));
  return { alone, together, firstMs: median(firsts), cpuMs: ((cpuSeconds() - cpuBefore) * 1000) / tokens };
}

/** Of this process. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
