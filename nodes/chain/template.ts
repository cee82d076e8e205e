/** LangChain f-string templates: `{name}` is an input, `{{` and `}}` stand for braces. */

/** What can be wrong with a template → the key of its sentence. */
export const TEMPLATE_FAULTS = {
  "brace-open": "template-brace-open",
  "brace-close": "template-brace-close",
  "name-empty": "template-name-empty",
} as const;

export type Template = {
  inputs: string[];
  fault?: { code: keyof typeof TEMPLATE_FAULTS; at: number };
};

/** Names in order of appearance, each once, and the first fault. */
export function readTemplate(template: string): Template {
  const inputs: string[] = [];
  for (let at = 0; at < template.length; at++) {
    const here = template[at];
    if ((here === "{" || here === "}") && template[at + 1] === here) at++;
    else if (here === "}") return { inputs, fault: { code: "brace-close", at } };
    else if (here === "{") {
      const end = template.indexOf("}", at);
      if (end < 0) return { inputs, fault: { code: "brace-open", at } };
      const name = template.slice(at + 1, end);
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return { inputs, fault: { code: "name-empty", at } };
      if (!inputs.includes(name)) inputs.push(name);
      at = end;
    }
  }
  return { inputs };
}

/** The inputs that a chain with these templates asks for. */
export function chainInputs(...templates: string[]): string[] {
  return [...new Set(templates.flatMap((template) => readTemplate(template).inputs))];
}
