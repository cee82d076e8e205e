export function kindNamesIn(text: string, kinds: readonly string[]): { line: number; kind: string }[];
