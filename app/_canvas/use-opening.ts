"use client";
/** Once measured: nodes that never had a place get one, and the whole graph comes into sight. */
import { useNodesInitialized, useReactFlow } from "@xyflow/react";
import { useEffect, useState } from "react";
import { useEditor, useView } from "@/app/_editor/context";
import { moveNodes } from "@/graph/draft";
import { arrange, type Layout, type Size } from "./arrange";
import { AROUND } from "./limits";

type Flow = ReturnType<typeof useReactFlow>;

export function measuredSize(flow: Flow, id: string): Size {
  const size = flow.getInternalNode(id)?.measured;
  return { width: size?.width ?? 172, height: size?.height ?? 120 };
}

const showAll = (flow: Flow, duration = 0) => flow.fitView({ padding: AROUND, maxZoom: 1, duration });

export function useOpening() {
  const { model, catalogue, readOnly } = useEditor();
  const flow = useReactFlow();
  const inside = useView((v) => v.inside);
  const ready = useNodesInitialized();
  const [places, setPlaces] = useState<Layout>({});
  const [opened, setOpened] = useState(false);
  const [shown, setShown] = useState(inside);
  useEffect(() => {
    if (!ready || opened) return;
    const { file } = model.store.getState();
    const open = () => void showAll(flow).then(() => setOpened(true));
    if ([...file.nodes, ...(file.notes ?? [])].every((n) => file.layout?.[n.id])) return open();
    void arrange(file, catalogue, (id) => measuredSize(flow, id)).then((all) => {
      // Places a person gave stay, unless nodes have none: then all are laid out together.
      const bare = file.nodes.some((n) => !file.layout?.[n.id]);
      const layout = bare
        ? all
        : Object.fromEntries(Object.entries(all).filter(([id]) => !file.layout?.[id]));
      setPlaces(layout);
      if (!readOnly) {
        moveNodes(model.doc, layout);
        model.undo.clear();
      }
      // Shown once the places have reached the page.
      requestAnimationFrame(() => requestAnimationFrame(open));
    });
  }, [ready, opened, model, catalogue, readOnly, flow]);
  // Going into a subgraph or out of it shows all of what is there.
  useEffect(() => {
    if (shown === inside) return;
    setShown(inside);
    // The other nodes come first.
    requestAnimationFrame(() => void showAll(flow, 160));
  }, [shown, inside, flow]);
  return { places, opened };
}
