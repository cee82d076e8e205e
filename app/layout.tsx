import "@fontsource-variable/geist/wght.css";
import "@fontsource-variable/geist-mono/wght.css";
import "./globals.css";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { NextIntlClientProvider } from "next-intl";
import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";
import { THEME_SCRIPT } from "../ui/theme";
import { Providers } from "./providers";

export const metadata: Metadata = { title: { default: "Telar", template: "%s · Telar" } };
export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f7f5f1" },
    { media: "(prefers-color-scheme: dark)", color: "#1a1815" },
  ],
};

/** Zod compiles its checks by eval where it may; asking whether it may is a breach of the page's policy. */
const HEAD_SCRIPT = `globalThis.__zod_globalConfig={jitless:true};${THEME_SCRIPT}`;

/** As `proxy.ts` gave it to this answer. */
const nonceOfPage = async () =>
  /'nonce-(\w+)'/.exec((await headers()).get("content-security-policy") ?? "")?.[1];

export default async function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang={await getLocale()} suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours; it must run before the first paint */}
        <script nonce={await nonceOfPage()} dangerouslySetInnerHTML={{ __html: HEAD_SCRIPT }} />
      </head>
      <body>
        <NextIntlClientProvider>
          <Providers>{children}</Providers>
        </NextIntlClientProvider>
      </body>
    </html>
  );
}
