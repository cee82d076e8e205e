import { expect, test } from "vitest";
import { jobKey, privateOf, seal } from "./seal";

const hex = (text: string) => Buffer.from(text, "hex");

test("opens the first message of RFC 9180, A.2.1", () => {
  const key = jobKey(privateOf(hex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")));
  expect(key.publicKey.toString("hex")).toBe(
    "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
  );
  const sealed = {
    enc: hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"),
    sealed: hex("1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"),
  };
  expect(key.open(sealed, "Count-0", Buffer.from("Ode on a Grecian Urn"))).toBe(
    "Beauty is truth, truth beauty",
  );
});

test("a secret opens with the key it was sealed to, under its own name, and not otherwise", () => {
  const key = jobKey();
  const sealed = seal("hf_ñ🧵", key.publicKey, "HUB");
  expect(key.open(sealed, "HUB")).toBe("hf_ñ🧵");
  expect(() => key.open(sealed, "OTHER")).toThrow();
  expect(() => jobKey().open(sealed, "HUB")).toThrow();
  expect(() => seal("x", Buffer.alloc(31), "HUB")).toThrow("32 bytes");
  expect(seal("hf_ñ🧵", key.publicKey, "HUB").sealed).not.toEqual(sealed.sealed);
});
