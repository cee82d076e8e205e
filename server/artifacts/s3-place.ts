/** Which bucket, and how to talk to it: the usual AWS_* variables say where and as whom. */
import * as limits from "./limits";

export type S3Place = { bucket: string; prefix: string; endpoint: string | undefined };

export const endpointOf = (env: NodeJS.ProcessEnv = process.env): string | undefined =>
  env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined;

/** Loaded when the first bucket is asked: the client takes a tenth of a second to load, and most installations use a folder. */
export async function openClient({ endpoint }: Pick<S3Place, "endpoint">) {
  // The lock file decides which client and which Node run together; its advice about the next one is not for people who run Telar.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const sdk = await import("@aws-sdk/client-s3");
  const client = new sdk.S3Client({
    ...(endpoint
      ? // Servers of one's own seldom have a name for each bucket, and do not care about regions.
        {
          endpoint,
          forcePathStyle: true,
          region: process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || "us-east-1",
        }
      : {}),
    requestHandler: { connectionTimeout: limits.connectMs, requestTimeout: limits.silentMs },
    // Checksums of the newer protocol are unknown to many servers; Telar verifies by SHA-256 on its own.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  return { sdk, client };
}
export type S3 = Awaited<ReturnType<typeof openClient>>;
