/** The headers of tus 1.0.0 (https://tus.io/protocols/resumable-upload), the protocol that uploads follow. */
import type { UploadState } from "@/transfer/upload-state";
import { Refusal } from "../errors";
import { UPLOADS } from "../limits";
import { refuseInJson } from "../route";

export const VERSION = "1.0.0";
const SLICE_TYPE = "application/offset+octet-stream";

const always = { "tus-resumable": VERSION, "cache-control": "no-store" };
export const protocolHeaders = {
  ...always,
  "tus-version": VERSION,
  "tus-max-size": String(UPLOADS.maxBytes),
  "tus-extension": "creation,creation-with-upload,expiration,checksum,termination",
  "tus-checksum-algorithm": "sha256",
};

export const isTus = ({ headers }: Request): boolean => headers.has("tus-resumable");

export const stateHeaders = ({ offset, size, expiresAt }: UploadState) => ({
  ...always,
  "upload-offset": String(offset),
  ...(size === null ? {} : { "upload-length": String(size) }),
  "upload-expires": new Date(expiresAt).toUTCString(),
});

/** @throws Refusal `upload-protocol` for another version than ours */
export function requireTus({ headers }: Request): void {
  if (headers.get("tus-resumable") !== VERSION)
    throw new Refusal("PRECONDITION_FAILED", "upload-protocol", { version: VERSION });
}

/** A header that is a count of bytes. @throws Refusal `upload-header` */
export function countOf({ headers }: Request, name: string): number {
  const text = headers.get(name) ?? "";
  if (!/^\d{1,15}$/.test(text)) throw new Refusal("BAD_REQUEST", "upload-header", { header: name });
  return Number(text);
}

/** `filename d29ybGQ=,fingerprint …`. @throws Refusal `upload-header` */
export function metadataOf({ headers }: Request): Map<string, string> {
  const found = new Map<string, string>();
  for (const pair of (headers.get("upload-metadata") ?? "").split(",")) {
    const [key, value = "", ...rest] = pair.trim().split(" ");
    if (!key) continue;
    const bytes = Buffer.from(value, "base64");
    const text = bytes.toString("utf8");
    const clean =
      rest.length === 0 && bytes.toString("base64").replace(/=+$/, "") === value.replace(/=+$/, "");
    if (!clean || text.includes("\uFFFD"))
      throw new Refusal("BAD_REQUEST", "upload-header", { header: "upload-metadata" });
    found.set(key, text);
  }
  return found;
}

/** The slice that a request carries. @throws Refusal `upload-header`, `upload-slice-type` */
export function sliceOf(request: Request, offset: number) {
  const { headers } = request;
  if (headers.get("content-type") !== SLICE_TYPE)
    throw new Refusal("UNSUPPORTED_MEDIA_TYPE", "upload-slice-type", { type: SLICE_TYPE });
  const checksum = headers.get("upload-checksum");
  const whole = headers.get("repr-digest");
  return {
    offset,
    bytes: bytesOf(request),
    length: declaredLength(request),
    sliceSha256: checksum === null ? undefined : sha256In(checksum, /^sha256 (\S+)$/, "upload-checksum"),
    // RFC 9530: of the file as a whole, sent with its last slice.
    wholeSha256: whole === null ? undefined : sha256In(whole, /(?:^|,)\s*sha-256=:([^:]+):/, "repr-digest"),
  };
}

function sha256In(text: string, form: RegExp, header: string): string {
  const hex = Buffer.from(form.exec(text)?.[1] ?? "", "base64").toString("hex");
  if (hex.length !== 64) throw new Refusal("BAD_REQUEST", "upload-header", { header });
  return hex;
}

/** Of a body that says how long it is. */
export function declaredLength({ headers }: Request): number | undefined {
  const text = headers.get("content-length");
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

export async function* bytesOf({ body }: Request): AsyncGenerator<Uint8Array> {
  for await (const chunk of body ?? []) yield chunk;
}

const STATUS = new Map([
  ["disk-full", 507],
  ["disk-full-free", 507],
  ["disk-full-needs", 507],
  ["file-limit", 507],
  // By tus.
  ["upload-slice-differs", 460],
]);

/** With what a sender needs to go on. */
export const refuseUpload = (refusal: Refusal): Response => {
  const answer = refuseInJson(refusal, STATUS.get(refusal.reason));
  for (const [name, value] of Object.entries(protocolHeaders)) answer.headers.set(name, value);
  if (refusal.reason === "upload-elsewhere")
    answer.headers.set("upload-offset", String(refusal.values.offset));
  return answer;
};
