"use client";
/** What every node on the canvas has: head, ports at its edges, and details that go when zoomed far out. */
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useView } from "@/app/_editor/context";
import { Icon, type IconLike } from "@/ui/icon";
import { type Status, StatusMark } from "@/ui/status";
import { useCanvas, useDetails, useMarks } from "../canvas-store";
import { PortMarks } from "./port-marks";
import { PortView } from "./port-view";
import { type NodePorts, type PortSpot, rowsOf } from "./ports";
import { TitleInput } from "./title-input";

const NONE: NodePorts = { inputs: [], outputs: [] };

type Props = {
  id: string;
  className: string;
  look: Status;
  /** Share done, 0 to 1. */
  share?: number | undefined;
  selected: boolean;
  unknown?: boolean;
  icon: IconLike;
  title: string;
  width: number;
  /** Kept while details are gone: nothing moves. */
  height: number | undefined;
  portName: (spot: PortSpot) => string;
  tools?: ReactNode;
  children: ReactNode;
};

export function NodeFrame(props: Props) {
  const { id, look, share, selected, title, width, height, portName } = props;
  const t = useTranslations("app");
  const ports = useCanvas((c) => c.ports.get(id)) ?? NONE;
  const far = useCanvas((c) => c.simple);
  const simple = !useDetails() || far;
  const marks = useMarks();
  const renaming = useView((v) => v.renaming === id);
  const drawing = useView((v) => v.drawing !== undefined);
  const [under, setUnder] = useState(false);
  // Far out there are many nodes: only the one under the pointer, or all while a wire is drawn, take part in wiring.
  const wirable = !simple || drawing || under;

  const box = useRef<HTMLElement>(null);
  const paints = useRef(0);
  useEffect(() => {
    // How often it was drawn stands on it, so that a test can tell what an edit elsewhere draws.
    if (box.current) box.current.dataset.paints = String(++paints.current);
  });

  const port = (spot: PortSpot, direction: "in" | "out") => (
    <PortView
      key={`${direction} ${spot.port}`}
      node={id}
      spot={spot}
      direction={direction}
      label={portName(spot)}
    />
  );
  const { left, right } = rowsOf(ports);
  return (
    <article
      className={props.className}
      data-look={look}
      data-selected={selected || undefined}
      data-unknown={props.unknown || undefined}
      data-simple={simple || undefined}
      ref={box}
      style={simple ? { width, minHeight: height } : { width }}
      onPointerEnter={() => setUnder(true)}
      onPointerLeave={() => setUnder(false)}
      aria-label={t("editor.canvas.node", { title, status: t(`status.${look}`) })}
    >
      {selected && !renaming && props.tools}
      {!wirable && marks && <PortMarks ports={ports} width={width} height={height ?? 0} />}
      {wirable && ports.inputs.map((spot) => spot.side === "top" && port(spot, "in"))}
      {wirable && ports.outputs.map((spot) => spot.side === "bottom" && port(spot, "out"))}
      <header>
        {!simple && <Icon name={props.icon} size={15} />}
        {renaming ? <TitleInput id={id} title={title} /> : <h4>{title}</h4>}
        {marks && <StatusMark status={look} share={share} size={simple ? 20 : 14} />}
      </header>
      {wirable && (left.length > 0 || right.length > 0) && (
        <div className="ports">
          {Array.from({ length: Math.max(left.length, right.length) }, (_, k) => (
            <div className="prow" key={left[k]?.port ?? `-${right[k]?.port}`}>
              {left[k] && port(left[k], "in")}
              {left[k] && !simple && <span className="name">{portName(left[k])}</span>}
              {right[k] && !simple && <span className="name out">{portName(right[k])}</span>}
              {right[k] && port(right[k], "out")}
            </div>
          ))}
        </div>
      )}
      {simple ? marks && <p className="word">{t(`status.${look}`)}</p> : props.children}
    </article>
  );
}
