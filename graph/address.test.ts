import { expect, test } from "vitest";
import { ADDRESS, addressAsTyped, addressParam, toAddress } from "./address";

test("what is typed becomes an address letter by letter, accents and signs gone", () => {
  expect(addressAsTyped("Atención al ")).toBe("atencion-al-");
  expect(addressAsTyped("--Soporte / v2!")).toBe("soporte-v2-");
  expect(toAddress("Ação nº 3…")).toBe("acao-no-3");
  expect(toAddress("日本")).toBe("");
});

test("every address made fits the parameter, however long or odd the text is", () => {
  for (const text of [
    "a".repeat(200),
    `${"a".repeat(62)} b`,
    "Ünïcödé ﬁle",
    "x--y",
    "0",
    "No es una dirección",
  ]) {
    expect(toAddress(text), text).toMatch(ADDRESS);
    expect(addressParam().safeParse(toAddress(text)).success, text).toBe(true);
  }
});
