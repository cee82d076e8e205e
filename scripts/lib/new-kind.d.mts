/** Writes `nodes/<kind>` and returns its files; throws a KindProblem for a name that is unfit or taken. */
export function writeNewKind(kind: string, base?: string): string[];
