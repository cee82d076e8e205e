import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { passesLuhn } from "./card";
import { PII_TYPES } from "./definition";
import { findPii, maskPii } from "./detect";

const mask = (text: string) => maskPii(text, PII_TYPES).text;

describe("what is found", () => {
  test.each([
    ["Write to ana.prieto@example.com.", "Write to [EMAIL]."],
    ["(tom.weaver@example.org, +44 20 7946 0018)", "([EMAIL], [PHONE])"],
    ["lucia.romero@tienda.example quiere", "[EMAIL] quiere"],
    ["mailto:o'neil+x@mail.example.co.uk?subject=1", "mailto:[EMAIL]?subject=1"],
    ["josé@españa.es y müller@xn--mnchen-3ya.de", "[EMAIL] y [EMAIL]"],
    ["card 4111 1111 1111 1111, please", "card [CARD], please"],
    ["5555-5555-5555-4444", "[CARD]"],
    ["Express 378282246310005.", "Express [CARD]."],
    ["3782 822463 10005", "[CARD]"],
    ["Order 12 4111 1111 1111 1111", "Order 12 [CARD]"],
    ["al +52 55 5555 0134.", "al [PHONE]."],
    ["+1 (555) 010-0199: my run", "[PHONE]: my run"],
    ["line (555) 010-4477 should", "line [PHONE] should"],
    ["teléfono +34 911 555 027 está", "teléfono [PHONE] está"],
    ["555-010-4477 or 555.010.4477", "[PHONE] or [PHONE]"],
    ["móvil 612 345 678 o 612 34 56 78", "móvil [PHONE] o [PHONE]"],
    ["(11) 91234-5678 e 11 91234-5678", "[PHONE] e [PHONE]"],
    ["+5511912345678", "[PHONE]"],
    ["0034 612 345 678", "[PHONE]"],
    ["Tel: 612345678", "Tel: [PHONE]"],
    ["call me on 5550104477", "call me on [PHONE]"],
    ["020 7946 0018, 07700 900123, 01 23 45 67 89", "[PHONE], [PHONE], [PHONE]"],
    ["call 555-0142", "call [PHONE]"],
  ])("%s", (text, expected) => expect(mask(text)).toBe(expected));
});

describe("what is left alone", () => {
  test.each([
    "order 4532 7718 2034 9961 and 6011 2045 8830 1177",
    "http://127.0.0.1:3001/v1 and 192.168.100.200",
    "on 2024-02-29, 29.02.2024, 2024-02-29 12:30:45 and 2019-2024",
    "20240229T123045 and 1700000000000 and 1700000000000000",
    "version 1.2.3, 10.15.7, @duckdb/node-api@1.5.6, v2.0.0-beta.17",
    "id 612345678, #5550104477, run_5550104477, abc-555-010-4477",
    "123e4567-e89b-12d3-a456-426614174000",
    "ISBN 978-3-16-148410-0 and 9783161484100",
    "1,319 rows, 3.14159265358979, $1234567.89, 0.0001234567",
    "8.5e-12, 1e10, 12345 * 67890, 16 - 3 - 4 = 9",
    "user@localhost, @scope/pkg, a @ b, foo@bar",
    "seeds 42 1337 2024, shape [4, 256, 49152]",
    "0000 0000 0000 0000",
    "[EMAIL] [PHONE] [CARD]",
    "<<16-3-4=9>>9 duck eggs, 1/2+3/4, 100-200-300",
  ])("%s", (text) => expect(mask(text)).toBe(text));
});

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length });
const withLuhn = (payload: number[]) => {
  const text = payload.join("");
  for (let check = 0; check < 10; check++) if (passesLuhn(text + check)) return text + check;
  throw new Error("some digit always passes");
};
/** Numbers as issuers give them: they begin with 2 to 6. */
const card = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 11, max: 17 }).chain(digits))
  .map(([first, rest]) => withLuhn([first, ...rest]))
  .filter((number) => !/^(\d)\1*$/.test(number));
const group = (number: string, separator: string) => number.match(/\d{1,4}/g)!.join(separator);
const separator = fc.constantFrom("", " ", "-");

describe("properties", () => {
  test("every valid card is masked, however it is grouped", () => {
    fc.assert(
      fc.property(card, separator, (number, by) => {
        expect(mask(`Paid with ${group(number, by)}, thanks`)).toBe("Paid with [CARD], thanks");
      }),
      { numRuns: 2_000 },
    );
  });

  test("no number of 16 digits that fails the check is changed", () => {
    fc.assert(
      fc.property(digits(16), separator, (number, by) => {
        const text = number.join("");
        fc.pre(!passesLuhn(text));
        const written = `order ${group(text, by)} is late`;
        expect(mask(written)).toBe(written);
      }),
      { numRuns: 2_000 },
    );
  });

  test("masking again changes nothing, whatever the text", () => {
    const piece = fc.oneof(
      fc.string({ unit: fc.constantFrom(..."0123456789 .-()+@ax,/") }),
      card,
      fc.constantFrom("ana@example.org", "+34 911 555 027", "[PHONE]", " "),
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join("")),
        (text) => {
          const once = mask(text);
          expect(mask(once)).toBe(once);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test("findings lie in order and never overlap", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."0123456789 .-()+@ax,/"), maxLength: 200 }),
        (text) => {
          const findings = findPii(text, PII_TYPES);
          findings.forEach((finding, i) => {
            expect(finding.start).toBeGreaterThanOrEqual(findings[i - 1]?.end ?? 0);
            expect(finding.end).toBeGreaterThan(finding.start);
          });
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("dates are never taken for phones", () => {
    const two = (n: number) => String(n).padStart(2, "0");
    fc.assert(
      fc.property(
        fc.integer({ min: 1900, max: 2099 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 31 }),
        (y, m, d) => {
          for (const by of ["-", ".", "/", " "]) {
            for (const date of [[y, two(m), two(d)].join(by), [two(d), two(m), y].join(by)])
              expect(mask(`on ${date} it`)).toBe(`on ${date} it`);
          }
        },
      ),
    );
  });

  test("long texts made to hurt are read in no time", () => {
    for (const unit of ["@", "a@", "1 ", "1-", "(1", "+1", "1.", "a.", "(555) "]) mask(unit.repeat(100_000));
  });
});
