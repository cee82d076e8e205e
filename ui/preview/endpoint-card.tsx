"use client";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import type { OutputView } from "@/graph/run-view";
import { Button, IconButton } from "@/ui/button";
import { useFormat } from "@/ui/use-format";
import { Caption } from "./caption";
import { EndpointTry } from "./endpoint-try";
import { ServedAs } from "./served-as";

/** An endpoint: where to talk to it, and the line for a terminal. */
export function EndpointCard({ output, slug }: { output: OutputView; slug: string }) {
  const t = useTranslations("app.preview.endpoint");
  const format = useFormat();
  const facts = output.facts.type === "endpoint" ? output.facts : undefined;
  const [origin, setOrigin] = useState("http://127.0.0.1:3001");
  useEffect(() => {
    // The gateway listens beside the app, one port on.
    const port = Number(location.port || (location.protocol === "https:" ? 443 : 80)) + 1;
    setOrigin(`${location.protocol}//${location.hostname}:${port}`);
  }, []);
  const curl = `curl ${origin}/v1/chat/completions -H 'content-type: application/json' -d '${JSON.stringify({
    model: slug,
    messages: [{ role: "user", content: t("hello") }],
  })}'`;
  return (
    <div className="flex flex-col gap-2">
      <Caption output={output}>
        <span>
          {[
            facts?.model,
            facts?.contextLength ? t("context", { count: format.count(facts.contextLength) }) : undefined,
          ]
            .filter(Boolean)
            .join(", ")}
        </span>
      </Caption>
      <div className="flex flex-wrap items-center gap-2">
        <b className="font-mono text-12 font-semibold">{slug}</b>
        <Button asChild size="sm">
          <Link href={`/chat/${slug}`}>{t("chat")}</Link>
        </Button>
        <Button asChild size="sm" variant="ghost">
          <Link href="/deployments">{t("deployments")}</Link>
        </Button>
      </div>
      <ServedAs slug={slug} digest={output.digest} />
      <EndpointTry slug={slug} />
      <Code text={curl} />
    </div>
  );
}

export function Code({ text }: { text: string }) {
  const t = useTranslations("app.common");
  const [copied, setCopied] = useState(false);
  return (
    <div className="flex items-start gap-2 rounded-2 bg-sunken px-2.5 py-1.5">
      <code className="min-w-0 flex-1 py-1 leading-[1.5] break-all text-ink-2">{text}</code>
      <IconButton
        size="sm"
        icon={copied ? "check" : "copy"}
        label={copied ? t("copied") : t("copy")}
        onClick={() => {
          void navigator.clipboard.writeText(text);
          setCopied(true);
          setTimeout(() => setCopied(false), 1500);
        }}
      />
    </div>
  );
}
