/** How each kind shows its stored outputs. */
import type { ComponentType } from "react";
import { views as written } from "@/generated/kinds/views";
import type { NodeKind } from "./index";

type Props = Parameters<(typeof written)[NodeKind]["Preview"]>[0];
export type NodeView = { Preview: ComponentType<Props> };

export const views: Record<NodeKind, NodeView> = written;
