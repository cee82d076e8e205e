/**
 * A secret sealed to the key of one job: HPKE of RFC 9180, base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
 * ChaCha20-Poly1305. The name of the secret is the additional data, so an answer opens for its own question only.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";

export type Sealed = { enc: Buffer; sealed: Buffer };
export type JobKey = { publicKey: Buffer; open(sealed: Sealed, name: string, info?: Buffer): string };

const INFO = Buffer.from("telar job secret");
const KEM = Buffer.from("KEM\x00\x20", "latin1");
const SUITE = Buffer.from("HPKE\x00\x20\x00\x01\x00\x03", "latin1");
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const none = Buffer.alloc(0);

/** @param publicKey 32 bytes of X25519 @throws where they are no key */
export function seal(text: string, publicKey: Buffer, name: string): Sealed {
  const ephemeral = newKey();
  const enc = rawPublic(ephemeral);
  const shared = diffieHellman({ privateKey: ephemeral, publicKey: publicOf(publicKey) });
  const { key, nonce } = schedule(shared, enc, publicKey, INFO);
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(name, "utf8"), { plaintextLength: Buffer.byteLength(text) });
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return { enc, sealed: Buffer.concat([body, cipher.getAuthTag()]) };
}

/** A key pair that lives as long as the job. */
export function jobKey(privateKey = newKey()): JobKey {
  const publicKey = rawPublic(privateKey);
  return {
    publicKey,
    open({ enc, sealed }, name, info = INFO) {
      const shared = diffieHellman({ privateKey, publicKey: publicOf(enc) });
      const { key, nonce } = schedule(shared, enc, publicKey, info);
      const cipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: TAG_BYTES });
      const body = sealed.subarray(0, sealed.length - TAG_BYTES);
      cipher.setAAD(Buffer.from(name, "utf8"), { plaintextLength: body.length });
      cipher.setAuthTag(sealed.subarray(body.length));
      return Buffer.concat([cipher.update(body), cipher.final()]).toString("utf8");
    },
  };
}

const newKey = () => generateKeyPairSync("x25519").privateKey;
const DER_PUBLIC = Buffer.from("302a300506032b656e032100", "hex");
const DER_PRIVATE = Buffer.from("302e020100300506032b656e04220420", "hex");

function publicOf(raw: Buffer): KeyObject {
  if (raw.length !== KEY_BYTES) throw new Error(`An X25519 key has ${KEY_BYTES} bytes, not ${raw.length}.`);
  return createPublicKey({ key: Buffer.concat([DER_PUBLIC, raw]), format: "der", type: "spki" });
}

/** For tests with keys of their own. */
export const privateOf = (raw: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([DER_PRIVATE, raw]), format: "der", type: "pkcs8" });

const rawPublic = (key: KeyObject) =>
  createPublicKey(key).export({ format: "der", type: "spki" }).subarray(DER_PUBLIC.length);

/** Key and nonce of the first message: `ExtractAndExpand` and `KeySchedule` of RFC 9180. */
function schedule(dh: Buffer, enc: Buffer, publicKey: Buffer, info: Buffer): { key: Buffer; nonce: Buffer } {
  const shared = expand(
    KEM,
    extract(KEM, none, "eae_prk", dh),
    "shared_secret",
    Buffer.concat([enc, publicKey]),
    32,
  );
  const context = Buffer.concat([
    Buffer.of(0),
    extract(SUITE, none, "psk_id_hash", none),
    extract(SUITE, none, "info_hash", info),
  ]);
  const secret = extract(SUITE, shared, "secret", none);
  return {
    key: expand(SUITE, secret, "key", context, KEY_BYTES),
    nonce: expand(SUITE, secret, "base_nonce", context, 12),
  };
}

const hmac = (key: Buffer, ...parts: Buffer[]) =>
  parts.reduce((mac, part) => mac.update(part), createHmac("sha256", key)).digest();

const labelled = (suite: Buffer, label: string) =>
  Buffer.concat([Buffer.from("HPKE-v1"), suite, Buffer.from(label)]);

function extract(suite: Buffer, salt: Buffer, label: string, key: Buffer): Buffer {
  return hmac(salt.length ? salt : Buffer.alloc(32), labelled(suite, label), key);
}

/** All that is asked for fits into one block of SHA-256. */
function expand(suite: Buffer, key: Buffer, label: string, info: Buffer, length: number): Buffer {
  const bytes = Buffer.of(length >> 8, length & 255);
  return hmac(key, bytes, labelled(suite, label), info, Buffer.of(1)).subarray(0, length);
}
