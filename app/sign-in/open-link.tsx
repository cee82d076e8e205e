"use client";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { Button } from "../../ui/button";

/** Sends the link's token as soon as a person sees the page; without scripts, by the button. */
export function OpenLink({ token, to }: { token: string; to: string }) {
  const t = useTranslations("app.signIn");
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const send = () => form.current?.requestSubmit();
    // A page that the browser draws ahead of a click is not seen yet.
    const ahead = (document as { prerendering?: boolean }).prerendering === true;
    if (!ahead) return send();
    document.addEventListener("prerenderingchange", send, { once: true });
    return () => document.removeEventListener("prerenderingchange", send);
  }, []);
  return (
    <form ref={form} method="post" action="/sign-in/open">
      <input type="hidden" name="token" value={token} />
      <input type="hidden" name="to" value={to} />
      <Button type="submit">{t("title")}</Button>
    </form>
  );
}
