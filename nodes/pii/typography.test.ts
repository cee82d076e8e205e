/** Personal data next to punctuation, other scripts and typographic characters, as people and programs write it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PII_TYPES } from "./definition";
import { maskPii } from "./detect";

const mask = (text: string) => maskPii(text, PII_TYPES).text;

describe("what is found", () => {
  test.each([
    // Spaces and dashes that do not break.
    ["Call +34\u00a0611\u00a0222\u00a0333 now", "Call [PHONE] now"],
    ["Appelez le 01\u202f23\u202f45\u202f67\u202f89.", "Appelez le [PHONE]."],
    ["card 4111\u00a01111\u00a01111\u00a01111\u00a0ok", "card [CARD]\u00a0ok"],
    ["4111\u20111111\u20111111\u20111111", "[CARD]"],
    ["ligue (11)\u00a091234\u20115678", "ligue [PHONE]"],
    ["555\u2013010\u20134477", "[PHONE]"],
    ["555\u2212010\u22124477", "[PHONE]"],
    ["+44\u200920\u20097946\u20090018", "[PHONE]"],
    ["4111\u30001111\u30001111\u30001111", "[CARD]"],
    ["4111 - 1111 - 1111 - 1111", "[CARD]"],
    ["4111.1111.1111.1111", "[CARD]"],
    ["4111  1111  1111  1111", "[CARD]"],
    // What nobody sees.
    ["ana\u00ad@exam\u00adple.org", "[EMAIL]"],
    ["ana@\u200bexample\u200b.org!", "[EMAIL]!"],
    ["\u202aana@example.org\u202c", "\u202a[EMAIL]\u202c"],
    ["\ufeffana@example.org", "\ufeff[EMAIL]"],
    ["4111\u200b1111\u200b1111\u200b1111", "[CARD]"],
    ["+1\u2060 555\u2060 010\u2060 4477", "[PHONE]"],
    ["\u200e+966 50 123 4567\u200f", "\u200e[PHONE]\u200f"],
    // Digits and letters of other widths and scripts.
    ["電話：０３－１２３４－５６７８まで", "電話：[PHONE]まで"],
    ["カード４１１１ １１１１ １１１１ １１１１です", "カード[CARD]です"],
    ["ａｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "[EMAIL]"],
    ["ana﹫example.org", "[EMAIL]"],
    ["رقم البطاقة ٤١١١ ١١١١ ١١١١ ١١١١", "رقم البطاقة [CARD]"],
    ["هاتف: ٠٥٠١٢٣٤٥٦٧", "هاتف: [PHONE]"],
    ["اتصل بـ +٩٦٦ ٥٠ ١٢٣ ٤٥٦٧ الآن", "اتصل بـ [PHONE] الآن"],
    ["शुल्क ४१११ ११११ ११११ ११११", "शुल्क [CARD]"],
    ["𝟒𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏", "[CARD]"],
    ["4️⃣1️⃣1️⃣1️⃣ 1111 1111 1111", "[CARD]"],
    ["０３ー１２３４ー５６７８", "[PHONE]"],
    // Right beside punctuation.
    ["tel:+34611222333", "tel:[PHONE]"],
    ["phone=+1-555-010-4477;", "phone=[PHONE];"],
    ["phone=5550104477&x=1", "phone=[PHONE]&x=1"],
    ["email=ana@example.org&card=4111111111111111", "email=[EMAIL]&card=[CARD]"],
    ["card:4111111111111111", "card:[CARD]"],
    ["Tarjeta(4111111111111111)", "Tarjeta([CARD])"],
    ["<ana@example.org>,<bob@example.org>", "<[EMAIL]>,<[EMAIL]>"],
    ["«ana@example.org»", "«[EMAIL]»"],
    ["“+34 611 222 333”", "“[PHONE]”"],
    ["Teléfono:612 345 678/612 345 679", "Teléfono:[PHONE]/[PHONE]"],
    ["Tel.+34 611 222 333.Gracias", "Tel.[PHONE].Gracias"],
    ["_ana@example.org_ y *+34 611 222 333*", "_[EMAIL]_ y *[PHONE]*"],
    ["4111111111111111/12/28", "[CARD]/12/28"],
    ["4111111111111111|12|2028|123", "[CARD]|12|2028|123"],
    ["+34611222333,+34611222334", "[PHONE],[PHONE]"],
    ["visa4111111111111111", "visa[CARD]"],
    ["ana@example.org.Gracias por todo", "[EMAIL].Gracias por todo"],
    ["ana@example.org2024", "[EMAIL]2024"],
    ['"Ana Prieto"@example.org', "[EMAIL]"],
    ["ana@[192.0.2.1]", "[EMAIL]"],
    ["(555)010-4477", "[PHONE]"],
    // Right beside a letter of another script.
    ["邮箱ana@example.org请联系", "邮箱[EMAIL]请联系"],
    ["请发送至：ana@example.org。谢谢", "请发送至：[EMAIL]。谢谢"],
    ["البريدana@example.orgشكرا", "البريد[EMAIL]شكرا"],
    ["وana@example.org", "و[EMAIL]"],
    ["ana@example.org으로 보내세요", "[EMAIL]으로 보내세요"],
    ["メールはana@example.co.jpまで", "メールは[EMAIL]まで"],
    ["卡号4111111111111111有效", "卡号[CARD]有效"],
    ["手机13812345678微信", "手机[PHONE]微信"],
    ["电话+86 138 1234 5678找我", "电话[PHONE]找我"],
    ["โทร0812345678ครับ", "โทร[PHONE]ครับ"],
    ["телефон:+7 912 345-67-89", "телефон:[PHONE]"],
    ["почта@пример.рф", "[EMAIL]"],
    ["用户@例子.广告", "[EMAIL]"],
    ["jose\u0301@espan\u0303a.es", "[EMAIL]"],
    // Escapes.
    ["ana&#64;example&#46;org", "[EMAIL]"],
    ["ana&commat;example.org", "[EMAIL]"],
    ["<b>+34&nbsp;611&nbsp;222&nbsp;333</b>", "<b>[PHONE]</b>"],
    ["4111&#x2d;1111&#x2d;1111&#x2d;1111", "[CARD]"],
    ["mailto:ana%40example.org?subject=x", "mailto:[EMAIL]?subject=x"],
    ["https://x.example/s?to=ana%2Bnews%40example.org&n=1", "https://x.example/s?to=[EMAIL]&n=1"],
    ["https://wa.me/34611222333", "https://wa.me/[PHONE]"],
    ["?tel=%2B34%20611%20222%20333", "?tel=[PHONE]"],
    ['{"to": "ana\\u0040example.org"}', '{"to": "[EMAIL]"}'],
    ["exp. 12/28, nº 5555 5555 5555 4444, gracias", "exp. 12/28, nº [CARD], gracias"],
    ["Fale com joão.silva@exemplo.com.br—obrigado", "Fale com [EMAIL]—obrigado"],
    ["contacto:ana@ejemplo.es;bob@ejemplo.es", "contacto:[EMAIL];[EMAIL]"],
  ])("%s", (text, expected) => expect(mask(text)).toBe(expected));
});

describe("what is left alone", () => {
  test.each([
    "Pedido n.º 2024\u20110001\u20112345\u20116789",
    "Order #4532\u00a07718\u00a02034\u00a09961",
    "población: 912\u00a0345\u00a0678 habitantes",
    "preço: R$\u00a0912\u00a0345\u00a0678",
    "912 345 678 € de presupuesto",
    "versión 10.15.7\u201311.2.1",
    "el 29\u201102\u20112024 a las 12:30",
    "2024年02月29日12時30分45秒",
    "١٢٣٤٥٦ في ٢٠٢٤/٠٢/٢٩",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "d41d8cd98f00b204e9800998ecf8427e",
    "commit 4111111111111111abc",
    "https://shop.example/orders/4111111111111111/items",
    "https://x.example/a?x=50%25&y=100%20200",
    "0.4111111111111111 and 1.4111111111111111",
    "icon@2x.png and logo@3x.webp",
    "lodash@4.17.21, react@18.3.0-rc.1, v@1.2.3-beta.rc",
    "@media (min-width: 640px) { @include x }",
    "ISBN\u00a0978\u20113\u201116\u2011148410\u20110",
    "sha256:9007199254740993, 1700000000000",
    "x² + y³ = 12345678² ①②③④⑤⑥⑦⑧",
    "12 × 34 × 56 × 78 × 90",
    "192.168.100.200:8080",
    "user@localhost，foo@bar。",
    "第４５３２７７１８号",
    "&nbsp;&nbsp;1&nbsp;000&nbsp;000&nbsp;bytes",
    "10:30\u201311:45, 2019\u20132024",
    "ref_4111111111111111",
  ])("%s", (text) => expect(mask(text)).toBe(text));
});

describe("properties", () => {
  const kept = fc.string({
    unit: fc.constantFrom(..."abñ你好ش한ไ \u00a0\u200b\u00ad，。：(«\n&%😀é"),
    maxLength: 20,
  });
  test("what stands around a find is kept byte for byte", () => {
    fc.assert(
      fc.property(kept, kept, (before, after) => {
        for (const [written, mark] of [
          ["ana@example.org", "[EMAIL]"],
          ["4111\u00a01111\u20111111 1111", "[CARD]"],
          ["+34 ٦١١ 222 333", "[PHONE]"],
        ] as const) {
          const text = `${before} ${written} ${after}`;
          expect(mask(text)).toBe(`${before} ${mark} ${after}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("texts made to uncover one number after another are masked in bounded time, and nothing is left", () => {
    for (const unit of ["+34611222333", "&#43;34611222333", "4111111111111111/12/", "a@b.org@"]) {
      const once = mask(unit.repeat(20_000));
      expect(mask(once)).toBe(once);
    }
  });
});
