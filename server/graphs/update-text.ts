/** Yjs updates as they travel in JSON. */
import * as Y from "yjs";

export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
export const stateOf = (doc: Y.Doc): Uint8Array => Y.encodeStateAsUpdate(doc);
export const encodeState = (doc: Y.Doc): string => toBase64(stateOf(doc));
