"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { PortTypeName } from "@/graph/ports";
import { cx } from "./cx";

/** The seven shapes on a 12 px grid, without fill or stroke: ports draw them hollow, tables filled. */
export const TYPE_SHAPES: Record<PortTypeName, ReactNode> = {
  dataset: <circle cx="6" cy="6" r="4.3" />,
  tokens: <rect x="1.9" y="1.9" width="8.2" height="8.2" rx="1.4" />,
  model: <path d="M6 1.2l4.3 2.4v4.8L6 10.8 1.7 8.4V3.6z" strokeLinejoin="round" />,
  adapter: <path d="M2.2 1.6L10.6 6l-8.4 4.4z" strokeLinejoin="round" />,
  report: <path d="M6 .9L11.1 6 6 11.1.9 6z" strokeLinejoin="round" />,
  endpoint: <path d="M1.3 6.2a4.7 4.7 0 019.4 0v4.2H1.3z" strokeLinejoin="round" />,
  chain: <path d="M4.2 1.4h3.6v2.8h2.8v3.6H7.8v2.8H4.2V7.8H1.4V4.2h2.8z" strokeLinejoin="round" />,
};

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
      {TYPE_SHAPES[type]}
    </svg>
  );
}
