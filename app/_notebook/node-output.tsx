"use client";
export function NodeOutput(_: { node: unknown; state: unknown; narrow?: boolean }) {
  return null;
}
