type Seen = { parent: number; name: string; leadsTerminal: boolean };
export function launchedBy(
  pid: number,
  parent: number,
  byNpm: boolean,
  look?: (pid: number) => Seen | undefined,
): { pid: number; parent: number }[];
export function endWithLauncher(): void;
export function endWithParentEnv(): { NODE_OPTIONS: string };
