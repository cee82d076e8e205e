export type KindFolder = { kind: string; name: string; icon: string; probe: boolean };
/** Kinds by name; throws a KindProblem for the first folder that is not whole. */
export function readKinds(base?: string): KindFolder[];
