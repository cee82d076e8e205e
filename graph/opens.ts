/** Which kind takes a file that a person brings, told by the end of its name. */
import type { AnyNode, Catalogue } from "./define-node";

/** The first kind of the catalogue that opens files of this name; undefined when none does. */
export function kindFor(
  name: string,
  catalogue: Catalogue,
): (AnyNode & Required<Pick<AnyNode, "opens">>) | undefined {
  const small = name.toLowerCase();
  for (const definition of Object.values(catalogue)) {
    const { opens } = definition;
    if (opens?.endings.some((ending) => small.endsWith(`.${ending}`))) return { ...definition, opens };
  }
  return undefined;
}
