"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { saveText } from "@/app/_graphs/save-text";
import { Button } from "../../ui/button";
import { useTRPC } from "../trpc/provider";

/** Answers that people called wrong, to be looked through or trained on: one conversation a line. */
export function WrongAnswers({ slug }: { slug: string }) {
  const t = useTranslations("app.deployments");
  const trpc = useTRPC();
  const { data } = useQuery(trpc.deployments.wrongAnswers.queryOptions({ slug }));
  if (!data?.length) return null;
  const save = () =>
    saveText(`${slug}-wrong-answers.jsonl`, `${data.map((answer) => JSON.stringify(answer)).join("\n")}\n`);
  return (
    <div className="mt-2 flex flex-col gap-1.5 px-2.5 text-11">
      <p className="flex items-center gap-3">
        <b className="font-medium">{t("wrongAnswers", { count: data.length })}</b>
        <Button size="sm" icon="dl" onClick={save}>
          {t("wrongDownload")}
        </Button>
      </p>
      {data.slice(0, SHOWN).map(({ messages, version, at }) => (
        <p key={String(at)} className="max-w-[90ch] truncate text-ink-2">
          {version !== null && (
            <span className="text-ink-3">{t("versionNumber", { number: version })}: </span>
          )}
          {messages.at(-2)?.content} → {messages.at(-1)?.content}
        </p>
      ))}
    </div>
  );
}

const SHOWN = 5;
