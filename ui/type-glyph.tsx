"use client";
import { useTranslations } from "next-intl";
import type { PortTypeName } from "@/graph/ports";
import { cx } from "./cx";

/** The seven shapes, 12 px wide, from their middle on. */
const TYPE_PATHS: Record<PortTypeName, string> = {
  dataset: "m-4.3 0a4.3 4.3 0 108.6 0a4.3 4.3 0 10-8.6 0z",
  tokens: "m-2.7-4.1h5.4q1.4 0 1.4 1.4v5.4q0 1.4-1.4 1.4h-5.4q-1.4 0-1.4-1.4v-5.4q0-1.4 1.4-1.4z",
  model: "m0-4.8l4.3 2.4v4.8l-4.3 2.4-4.3-2.4v-4.8z",
  adapter: "m-3.8-4.4l8.400 4.4-8.4 4.4z",
  report: "m0-5.1l5.1 5.1-5.1 5.1-5.1-5.1z",
  endpoint: "m-4.7.2a4.7 4.7 0 019.4 0v4.2h-9.4z",
  chain: "m-1.8-4.6h3.6v2.8h2.8v3.6h-2.8v2.8h-3.6v-2.8h-2.8v-3.6h2.8z",
};
/** A type's shape around a point, without fill or stroke: ports draw it hollow, tables filled. */
export const typePath = (type: PortTypeName, x = 6, y = 6) => `M${x} ${y}${TYPE_PATHS[type]}`;

export const TYPE_TEXT: Record<PortTypeName, string> = {
  dataset: "text-dataset",
  tokens: "text-tokens",
  model: "text-model",
  adapter: "text-adapter",
  report: "text-report",
  endpoint: "text-endpoint",
  chain: "text-chain",
};

type TypeGlyphProps = {
  type: PortTypeName;
  size?: number;
  /** A port with nothing in it is drawn hollow. */
  hollow?: boolean;
  /** Said to screen readers; leave out where the type's word stands beside it. */
  named?: boolean;
  className?: string;
};

export function TypeGlyph({ type, size = 12, hollow, named, className }: TypeGlyphProps) {
  const t = useTranslations("app.types");
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 12 12"
      fill={hollow ? "var(--paper-raised)" : "currentColor"}
      stroke={hollow ? "currentColor" : "none"}
      strokeWidth={1.75}
      className={cx("block flex-none overflow-visible", TYPE_TEXT[type], className)}
      role={named ? "img" : "presentation"}
      aria-hidden={!named}
      aria-label={named ? t(type) : undefined}
    >
      <path d={typePath(type)} strokeLinejoin="round" />
    </svg>
  );
}
