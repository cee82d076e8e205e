"use client";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Button } from "@/ui/button";
import { Field, TextArea } from "@/ui/field";
import { usePreviewSource } from "./source";

type Answer = { text: string } | { error: string };

/** Fills a chain's inputs and shows what it answers. */
export function ChainTry({ slug, inputs }: { slug: string; inputs: readonly string[] }) {
  const t = useTranslations("app.preview.chain");
  const id = useId();
  const [values, setValues] = useState<Record<string, string>>({});
  const [answer, setAnswer] = useState<Answer>();
  const [asking, setAsking] = useState(false);
  const source = usePreviewSource();
  const mayAsk = source.useMayAsk();
  if (!mayAsk) return null;
  const ask = async () => {
    setAsking(true);
    setAnswer(undefined);
    try {
      const input = Object.fromEntries(inputs.map((name) => [name, values[name] ?? ""]));
      const response = await source.askChain(slug, input);
      const body = (await response.json().catch(() => ({}))) as {
        output?: unknown;
        error?: { message?: string };
      };
      if (response.ok) setAnswer({ text: show(body.output ?? body) });
      else setAnswer({ error: body.error?.message ?? t("away") });
    } catch {
      setAnswer({ error: t("away") });
    } finally {
      setAsking(false);
    }
  };
  return (
    <form
      className="mt-3 flex flex-col gap-2"
      onSubmit={(e) => {
        e.preventDefault();
        void ask();
      }}
    >
      {inputs.map((name) => (
        <Field key={name} label={name} htmlFor={`${id}-${name}`}>
          <TextArea
            id={`${id}-${name}`}
            rows={2}
            value={values[name] ?? ""}
            onChange={(e) => setValues({ ...values, [name]: e.currentTarget.value })}
          />
        </Field>
      ))}
      <Button
        type="submit"
        size="sm"
        icon="send"
        className="self-start"
        disabled={asking || inputs.some((n) => !values[n]?.trim())}
      >
        {asking ? t("asking") : t("ask")}
      </Button>
      <div aria-live="polite">
        {answer && "text" in answer && (
          <p className="rounded-2 bg-sunken px-3 py-2 whitespace-pre-wrap">{answer.text}</p>
        )}
        {answer && "error" in answer && <p className="text-failed">{answer.error}</p>}
      </div>
    </form>
  );
}

function show(output: unknown): string {
  if (typeof output === "string") return output;
  if (typeof output === "object" && output !== null && "text" in output && typeof output.text === "string")
    return output.text;
  return JSON.stringify(output, null, 2);
}
