/** Each kind's icon, as its definition names it: the browser loads these of lucide's and no others. */
import type { LucideIcon } from "lucide-react";
import { icons as written } from "@/generated/kinds/icons";
import type { NodeKind } from "./index";

const icons: Record<NodeKind, LucideIcon> = written;

/** Undefined for a kind that is not known here. */
export const iconOf = (kind: string): LucideIcon | undefined =>
  Object.hasOwn(icons, kind) ? icons[kind as NodeKind] : undefined;
