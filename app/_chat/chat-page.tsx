"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Chat, Sampling } from "@/ui/preview/chat";
import { Button, IconButton } from "../../ui/button";
import { NoteBox } from "../../ui/card";
import { StatusMark } from "../../ui/status";
import { type Deployment, DeploymentState, stateOf } from "../_deployments/deployment-state";
import { useLiveDeployments } from "../_deployments/use-live-deployments";
import { useFailureText } from "../_editor/words";
import { useMay } from "../_shell/access";
import { useTRPC } from "../trpc/provider";
import { CompareWith } from "./compare-with";
import { Composer } from "./composer";
import { Conversation } from "./conversation";
import { SidePanel } from "./side-panel";
import { useChat } from "./use-chat";

const SAMPLING: Sampling = { temperature: 0.7, topP: 0.95, maxTokens: 256, seed: undefined };

export function ChatPage({ slug }: { slug: string }) {
  const t = useTranslations("app.chat");
  const back = useTranslations("app.deployments");
  const trpc = useTRPC();
  useLiveDeployments();
  const { data } = useQuery(trpc.deployments.list.queryOptions());
  const deployment = data?.find((one) => one.slug === slug);
  const [system, setSystem] = useState("");
  const [sampling, setSampling] = useState(SAMPLING);
  const [other, setOther] = useState("");
  const mine = useChat(slug, system, sampling);
  const theirs = useChat(other, system, sampling);
  const chat = other ? together(mine, theirs) : mine;
  const ready = deployment !== undefined && stateOf(deployment) === "READY";
  return (
    <div className="-mx-5 -mt-4 -mb-6 grid h-[calc(100vh-var(--topbar-h))] grid-cols-1 md:grid-cols-[minmax(0,1fr)_var(--inspector-w)]">
      <section aria-label={t("with", { slug })} className="flex min-h-0 min-w-0 flex-col">
        <header className="flex flex-none items-center gap-2.5 border-b border-line px-5 py-2.5">
          <Button asChild variant="ghost" size="sm" className="!px-1.5">
            <Link href="/deployments">{back("title")}</Link>
          </Button>
          <span className="text-ink-3">/</span>
          <h1 className="truncate text-13 font-semibold">{slug}</h1>
          {deployment && <DeploymentState deployment={deployment} />}
          <span className="flex-1" />
          <CompareWith
            others={data?.filter((one) => one.slug !== slug) ?? []}
            value={other}
            onChange={(next) => {
              theirs.clear();
              setOther(next);
            }}
          />
          <IconButton icon="plus" label={t("clear")} disabled={!chat.messages.length} onClick={chat.clear} />
        </header>
        {data && !ready && (
          <NotReady
            slug={slug}
            starting={deployment !== undefined && stateOf(deployment) === "STARTING"}
            failure={deployment?.failure}
          />
        )}
        <div className="flex min-h-0 flex-1 [&>*+*]:border-l [&>*+*]:border-line">
          <Conversation chat={mine} slug={slug} system={system} server={deployment?.server} />
          {other && (
            <Conversation
              chat={theirs}
              slug={other}
              system={system}
              server={data?.find((one) => one.slug === other)?.server}
            />
          )}
        </div>
        <Composer slug={slug} chat={chat} disabled={!ready} />
      </section>
      <SidePanel
        deployment={deployment}
        system={system}
        onSystem={setSystem}
        sampling={sampling}
        onSampling={setSampling}
        speed={chat.speed}
      />
    </div>
  );
}

/** Two conversations that are written to as one. */
function together(first: Chat, second: Chat): Chat {
  const both = (act: (chat: Chat) => void) => () => {
    act(first);
    act(second);
  };
  return {
    ...first,
    state: first.state === "idle" ? second.state : first.state,
    send(text) {
      first.send(text);
      second.send(text);
    },
    stop: both((chat) => chat.stop()),
    clear: both((chat) => chat.clear()),
  };
}

type NotReadyProps = { slug: string; starting: boolean; failure: Deployment["failure"] | undefined };

function NotReady({ slug, starting, failure }: NotReadyProps) {
  const t = useTranslations("app");
  const failureText = useFailureText();
  const trpc = useTRPC();
  const mayStart = useMay()("deployment.change");
  const start = useMutation(trpc.deployments.start.mutationOptions());
  if (starting) {
    return (
      <NoteBox className="mx-5 mt-3" mark={<StatusMark status="running" />}>
        {t("deployments.starting")}
      </NoteBox>
    );
  }
  return (
    <NoteBox tone="stale" className="mx-5 mt-3 items-center" mark={<StatusMark status="stale" />}>
      <span className="flex items-center gap-3">
        <span className="flex-1">
          <b className="font-semibold text-ink">{t("chat.notReady", { slug })}.</b>{" "}
          {failure
            ? failureText({ code: "INTERNAL", message: failure.reason, ...failure })
            : t(mayStart ? "chat.notReadyText" : "chat.notReadyAsk")}
        </span>
        {mayStart && failure?.reason !== "no-gateway" && (
          <Button size="sm" disabled={start.isPending} onClick={() => start.mutate({ slug })}>
            {t("deployments.start")}
          </Button>
        )}
      </span>
    </NoteBox>
  );
}
