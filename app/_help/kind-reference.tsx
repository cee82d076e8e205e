import { getTranslations } from "next-intl/server";
import { z } from "zod";
import type { AnyNode } from "@/graph/define-node";
import { describeWant } from "@/graph/ports";
import type { NodeText } from "@/nodes/texts";

/** Ports and parameters of a kind, out of its definition and its words. */
export async function KindReference({ definition, text }: { definition: AnyNode; text: NodeText }) {
  const t = await getTranslations("app.help");
  const inputs = Object.entries(definition.inputs).map(([port, { want, optional }]) => ({
    port,
    type: optional ? t("optional", { type: describeWant(want) }) : describeWant(want),
  }));
  const outputs = Object.entries(definition.outputs).map(([port, { type }]) => ({ port, type }));
  const params = paramsOf(definition);
  return (
    <>
      <h2>{t("ports")}</h2>
      <table>
        <thead>
          <tr>
            <th>{t("port")}</th>
            <th>{t("carries")}</th>
          </tr>
        </thead>
        <tbody>
          {inputs.map(({ port, type }) => (
            <tr key={`in ${port}`}>
              <td>
                → {text.ports[port] ?? port} (<code>{port}</code>)
              </td>
              <td>{type}</td>
            </tr>
          ))}
          {outputs.map(({ port, type }) => (
            <tr key={`out ${port}`}>
              <td>
                {text.ports[port] ?? port} (<code>{port}</code>) →
              </td>
              <td>{type}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {params.length > 0 && (
        <>
          <h2>{t("params")}</h2>
          <table className="params">
            <thead>
              <tr>
                <th>{t("param")}</th>
                <th>{t("values")}</th>
                <th>{t("default")}</th>
              </tr>
            </thead>
            <tbody>
              {params.map(({ name, values, fallback }) => (
                <tr key={name}>
                  <td>
                    <b>{text.params[name]?.title ?? name}</b> (<code>{name}</code>)
                    {text.params[name]?.help && <div>{text.params[name].help}</div>}
                  </td>
                  <td>{values}</td>
                  <td>{fallback !== undefined && <code>{fallback}</code>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  );
}

type Param = { name: string; values: string; fallback: string | undefined };
type Schema = {
  type?: string;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  default?: unknown;
  items?: Schema;
};

function paramsOf(definition: AnyNode): Param[] {
  const { properties = {} } = z.toJSONSchema(definition.params, {
    io: "input",
    unrepresentable: "any",
  }) as { properties?: Record<string, Schema> };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    values: valuesOf(schema),
    fallback: schema.default === undefined ? undefined : shown(schema.default),
  }));
}

/** Whole numbers that JSON Schema names without a real limit. */
const LIMIT = Number.MAX_SAFE_INTEGER;

const shown = (value: unknown): string =>
  Array.isArray(value) ? value.map(shown).join(", ") || "[]" : JSON.stringify(value);

function valuesOf({ type, enum: choices, minimum, maximum, exclusiveMinimum, items }: Schema): string {
  if (choices) return choices.map(String).join(", ");
  if (type === "array") return items ? valuesOf(items) : "";
  const least = minimum !== undefined && minimum > -LIMIT ? `≥ ${minimum}` : undefined;
  const above = exclusiveMinimum === undefined ? undefined : `> ${exclusiveMinimum}`;
  const most = maximum !== undefined && maximum < LIMIT ? `≤ ${maximum}` : undefined;
  return [type, least ?? above, most].filter(Boolean).join(", ");
}
