/** Names that stand in an address, such as a deployment's: lowercase letters, digits and single hyphens between them. */
import { z } from "zod";

export const ADDRESS = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const ADDRESS_OR_NONE = /^([a-z0-9]+(-[a-z0-9]+)*)?$/;
const LONGEST = 63;

/** A parameter whose value stands in an address. The form turns what is typed into one. */
export const addressParam = (pattern = ADDRESS) =>
  z.string().max(LONGEST).regex(pattern, "address").meta({ widget: "address" });

/** One that may be empty, because another name stands in for it. */
export const addressOrNoneParam = () => addressParam(ADDRESS_OR_NONE).default("").meta({ widget: "address" });

/** What a person types, letter by letter: a hyphen at the end stays, because more may follow. */
export const addressAsTyped = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, LONGEST);

/** Empty where the text has no letter of the Latin alphabet and no digit. */
export const toAddress = (text: string): string => addressAsTyped(text).replace(/-$/, "");
