"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { Sampling, Speed } from "@/ui/preview/chat";
import { Field, Input, TextArea } from "../../ui/field";
import { Slider } from "../../ui/slider";
import { TypeGlyph } from "../../ui/type-glyph";
import { useFormat } from "../../ui/use-format";
import type { Deployment } from "../_deployments/deployment-state";

type SidePanelProps = {
  deployment: Deployment | undefined;
  system: string;
  onSystem: (text: string) => void;
  sampling: Sampling;
  onSampling: (sampling: Sampling) => void;
  speed: Speed | undefined;
};

export function SidePanel({ deployment, system, onSystem, sampling, onSampling, speed }: SidePanelProps) {
  const t = useTranslations("app.chat");
  const d = useTranslations("app.deployments");
  const set = (change: Partial<Sampling>) => onSampling({ ...sampling, ...change });
  return (
    <aside className="flex min-h-0 flex-col gap-4 overflow-y-auto border-l border-line bg-surface px-3.5 py-3 max-md:hidden">
      <Group title={t("model")}>
        <Fact name={t("model")}>
          <TypeGlyph type="model" size={10} />
          {deployment?.model ?? "–"}
        </Fact>
        <Fact name={t("adapter")}>
          {deployment?.adapter && <TypeGlyph type="adapter" size={10} />}
          {deployment?.adapter ? d("fromRun", { number: deployment.run?.number ?? 0 }) : t("none")}
        </Fact>
        {deployment?.contextLength && (
          <Fact name={t("context")}>
            {deployment.contextLength} {t("tokensUnit")}
          </Fact>
        )}
      </Group>
      <Speedometer speed={speed} />
      <Group title={t("sampling")}>
        <Field label={t("temperature")} hint={sampling.temperature.toFixed(2)}>
          <Slider
            label={t("temperature")}
            min={0}
            max={2}
            step={0.05}
            value={sampling.temperature}
            onChange={(temperature) => set({ temperature })}
          />
        </Field>
        <Field label={t("topP")} hint={sampling.topP.toFixed(2)}>
          <Slider
            label={t("topP")}
            min={0.05}
            max={1}
            step={0.05}
            value={sampling.topP}
            onChange={(topP) => set({ topP })}
          />
        </Field>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t("maxTokens")} htmlFor="max-tokens">
            <Input
              id="max-tokens"
              type="number"
              min={1}
              max={8192}
              unit={t("tokensUnit")}
              value={sampling.maxTokens}
              onChange={(event) =>
                set({ maxTokens: Math.max(1, Math.trunc(Number(event.target.value)) || 1) })
              }
            />
          </Field>
          <Field label={t("seed")} htmlFor="seed">
            <Input
              id="seed"
              type="number"
              placeholder={t("seedAny")}
              value={sampling.seed ?? ""}
              onChange={(event) =>
                set({ seed: event.target.value === "" ? undefined : Math.trunc(Number(event.target.value)) })
              }
            />
          </Field>
        </div>
      </Group>
      <Group title={t("system")}>
        <Field
          label={t("system")}
          htmlFor="system"
          help={t("systemHelp")}
          className="[&>div:first-child]:sr-only"
        >
          <TextArea id="system" rows={5} value={system} onChange={(event) => onSystem(event.target.value)} />
        </Field>
      </Group>
    </aside>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h2 className="font-semibold">{title}</h2>
      {children}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex h-[17px] items-center justify-between gap-2 text-11">
      <span className="text-ink-3">{name}</span>
      <span className="flex min-w-0 items-center gap-1.5 truncate">{children}</span>
    </div>
  );
}

function Speedometer({ speed }: { speed: Speed | undefined }) {
  const t = useTranslations("app.chat");
  const format = useFormat();
  return (
    <Group title={t("speed")}>
      <p className="text-24 leading-none font-semibold tracking-[-0.02em]">
        {speed?.tokensPerSecond === undefined
          ? "–"
          : t("tokensPerSecond", { value: format.metric(speed.tokensPerSecond) })}
      </p>
      {speed && (
        <p className="text-11 text-ink-3">
          {t("firstToken", { time: format.seconds(speed.firstTokenSeconds) })}
          <br />
          {t("tokensUsed", { prompt: speed.prompt, completion: speed.completion })}
        </p>
      )}
    </Group>
  );
}
