/** What a control of a parameter is given. */
import type { ReactNode } from "react";
import type { GraphNode } from "@/graph/document";
import type { FieldModel, FieldProblem } from "./form-model";

export type ParamFieldProps = {
  node: GraphNode;
  field: FieldModel;
  title: string;
  help?: string;
  options: Record<string, string>;
  value: unknown;
  /** Its value in the last successful run, when that was another one. */
  before?: { value: unknown };
  readOnly: boolean;
  onChange: (value: unknown) => void;
};

export type Control = ParamFieldProps & {
  id: string;
  invalid: boolean;
  end: ReactNode;
  say: (problem: FieldProblem | undefined) => void;
};
