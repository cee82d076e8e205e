"use client";
/** The whole graph in small, coloured by what happens, with a frame around what is in sight. */
import { type Node, useStoreApi } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { useStatus } from "@/app/_editor/context";
import type { Rect } from "../arrange/geometry";
import { useCanvasStore } from "../canvas-store";
import { MAP_MARGIN, MAP_SIZE, MAP_WAIT_MS } from "../limits";
import { rectOf, sightOf, useFlow } from "./flow";

/** What stands out, each drawn as one shape over the others. */
const LOOKS = ["frame", "other", "stale", "frozen", "failed", "running"] as const;
type Look = (typeof LOOKS)[number];
type Spot = Rect & { id: string; frame: boolean };

export function Overview() {
  const flow = useFlow();
  const spots = useSpots();
  const states = useStatus((s) => s.nodes);
  const t = useTranslations("app.editor.canvas");
  const rest = useRest();
  const { x, y, width, height } = useMemo(() => viewOf([...spots, rest]), [spots, rest]);
  const sight = useSight({ x, y, width, height });
  const shapes = useMemo(() => {
    const paths: Partial<Record<Look, string>> = {};
    for (const spot of spots) {
      const look = spot.frame ? "frame" : lookOf(states[spot.id]?.look);
      paths[look] = `${paths[look] ?? ""}M${spot.x} ${spot.y}h${spot.width}v${spot.height}h${-spot.width}z`;
    }
    return LOOKS.flatMap((look) =>
      paths[look] ? [<path key={look} data-look={look} d={paths[look]} />] : [],
    );
  }, [spots, states]);

  const go = (event: PointerEvent<HTMLElement>) => {
    if (!(event.buttons & 1)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    const at = (share: number, from: number, size: number) => from + share * size;
    void flow.setCenter(
      at((event.clientX - box.x) / box.width, x, width),
      at((event.clientY - box.y) / box.height, y, height),
      { zoom: flow.getZoom() },
    );
  };
  return (
    <div
      className="minimap"
      role="img"
      aria-label={t("minimap")}
      onPointerDown={go}
      onPointerMove={go}
      onWheel={(event) => void flow.zoomTo(flow.getZoom() * 2 ** (-event.deltaY / 400))}
    >
      <svg viewBox={`${x} ${y} ${width} ${height}`} aria-hidden="true">
        {shapes}
      </svg>
      <i ref={sight} />
    </div>
  );
}

const lookOf = (look: string | undefined): Look =>
  look === "running" || look === "stale" || look === "failed" || look === "frozen" ? look : "other";

/** Where the nodes are, a moment after they moved: while one is dragged the map need not keep up with each frame. */
function useSpots(): Spot[] {
  const store = useCanvasStore();
  const [spots, setSpots] = useState<Spot[]>(() => spotsOf(store.getState().nodes));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = store.subscribe(({ nodes }, before) => {
      if (nodes === before.nodes || timer) return;
      timer = setTimeout(() => {
        timer = undefined;
        setSpots(spotsOf(store.getState().nodes));
      }, MAP_WAIT_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store]);
  return spots;
}

const spotsOf = (nodes: readonly Node[]): Spot[] =>
  nodes.flatMap((n) => {
    const rect = rectOf(n);
    return rect ? [{ id: n.id, frame: n.type === "frame", ...rect }] : [];
  });

/** What is in sight once the plane has come to rest: whoever looks beside the graph finds the way back. */
function useRest(): Rect {
  const store = useStoreApi();
  const [rest, setRest] = useState<Rect>(() => sightOf(store.getState()));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let moved = false;
    const look = () => {
      timer = moved ? setTimeout(look, MAP_WAIT_MS) : undefined;
      if (!moved) setRest(sightOf(store.getState()));
      moved = false;
    };
    const stop = store.subscribe(({ transform, width }, before) => {
      if (transform === before.transform && width === before.width) return;
      // One timer that looks again costs a move less than a new one for each of its steps.
      moved = timer !== undefined;
      timer ??= setTimeout(look, MAP_WAIT_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store]);
  return rest;
}

/** The part of the plane that the map shows, in the map's own proportions. */
function viewOf(spots: readonly Rect[]): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const spot of spots) {
    left = Math.min(left, spot.x);
    top = Math.min(top, spot.y);
    right = Math.max(right, spot.x + spot.width);
    bottom = Math.max(bottom, spot.y + spot.height);
  }
  const scale = Math.max((right - left) / MAP_SIZE.width, (bottom - top) / MAP_SIZE.height, 1) * MAP_MARGIN;
  const [width, height] = [MAP_SIZE.width * scale, MAP_SIZE.height * scale];
  return { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height };
}

/** Moves the frame with the view, past React: nothing is drawn again while one pans. */
function useSight(map: Rect) {
  const store = useStoreApi();
  const sight = useRef<HTMLElement>(null);
  const { x, y, width } = map;
  useEffect(() => {
    const place = () => {
      const seen = sightOf(store.getState());
      const scale = MAP_SIZE.width / width;
      const box = sight.current;
      if (!box) return;
      box.style.width = `${seen.width * scale}px`;
      box.style.height = `${seen.height * scale}px`;
      box.style.transform = `translate(${(seen.x - x) * scale}px, ${(seen.y - y) * scale}px)`;
    };
    place();
    return store.subscribe((state, before) => {
      if (
        state.transform !== before.transform ||
        state.width !== before.width ||
        state.height !== before.height
      )
        place();
    });
  }, [store, x, y, width]);
  return sight;
}
