/** Names of the secrets that parameters stand for: `{ "secret": "NAME" }`, at any depth. */
export function secretNames(params: unknown, found = new Set<string>()): Set<string> {
  if (params === null || typeof params !== "object") return found;
  const keys = Object.keys(params);
  const { secret } = params as { secret?: unknown };
  if (keys.length === 1 && Object.hasOwn(params, "secret") && typeof secret === "string") found.add(secret);
  else for (const value of Object.values(params)) secretNames(value, found);
  return found;
}
