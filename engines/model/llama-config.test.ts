import { expect, test } from "vitest";
import { ropeFrequencies } from "../training/rope";
import { parseLlamaConfig } from "./llama-config";

const llama = (over: object = {}) =>
  JSON.stringify({
    model_type: "llama",
    vocab_size: 128256,
    hidden_size: 2048,
    intermediate_size: 8192,
    num_hidden_layers: 16,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    max_position_embeddings: 131072,
    rms_norm_eps: 1e-5,
    rope_theta: 500000,
    tie_word_embeddings: true,
    ...over,
  });
const scaling = {
  rope_type: "llama3",
  factor: 32,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
};

test("Llama 3.2 is read, with its rope settings under either name", () => {
  const old = parseLlamaConfig(llama({ rope_scaling: scaling }));
  expect(old).toMatchObject({
    kvHeads: 8,
    headDim: 64,
    tied: true,
    ropeTheta: 500000,
    ropeScaling: { type: "llama3" },
  });
  const recent = llama({ rope_theta: undefined, rope_parameters: { ...scaling, rope_theta: 500000 } });
  expect(parseLlamaConfig(recent)).toEqual(old);
});

test("llama3 scaling leaves fast pairs alone and slows the slowest by the factor", () => {
  const plain = ropeFrequencies(parseLlamaConfig(llama()));
  const scaled = ropeFrequencies(parseLlamaConfig(llama({ rope_scaling: scaling })));
  expect(scaled[0]).toBe(plain[0]);
  expect(plain.at(-1)! / scaled.at(-1)!).toBeCloseTo(32, 4);
  const linear = ropeFrequencies(parseLlamaConfig(llama({ rope_scaling: { type: "linear", factor: 2 } })));
  expect(plain[5]! / linear[5]!).toBeCloseTo(2, 5);
});

test("what would be computed wrongly is refused, with the setting named", () => {
  const refused: [object, RegExp][] = [
    [{ model_type: "gpt2" }, /model-not-llama.*gpt2/],
    [{ num_hidden_layers: 1e9 }, /model-config-corrupt.*num_hidden_layers/],
    [{ hidden_act: "gelu" }, /hidden_act/],
    [{ num_key_value_heads: 5 }, /32 heads over 5/],
    [{ num_key_value_heads: 64 }, /32 heads over 64/],
    [{ num_attention_heads: 30, num_key_value_heads: 10 }, /head_dim 68.2/],
    [{ head_dim: 63 }, /head_dim 63/],
    [{ quantization_config: { quant_method: "awq", bits: 4 } }, /quantization_config.*awq/],
    [{ partial_rotary_factor: 0.5 }, /partial_rotary_factor 0.5/],
    [{ layer_types: ["full_attention", "linear_attention"] }, /layer_types.*linear_attention/],
    [{ model_type: { toString: 1 } }, /model-not-llama.*unknown/],
    [{ rope_scaling: { rope_type: "yarn", factor: 4 } }, /rope_scaling.*yarn/],
    [{ rope_scaling: { type: "dynamic", factor: 2 } }, /rope_scaling.*dynamic/],
    [{ rope_parameters: { rope_type: "longrope", short_factor: 1 } }, /rope_parameters.*longrope/],
    [{ rope_parameters: { full_attention: { rope_type: "default" } } }, /rope_parameters.full_attention/],
  ];
  for (const field of [
    "vocab_size",
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "num_attention_heads",
    "num_key_value_heads",
    "head_dim",
    "max_position_embeddings",
  ])
    for (const value of [0, -1, 2.5, "32", 1e9, true, [], {}])
      expect(() => parseLlamaConfig(llama({ [field]: value })), `${field} ${value}`).toThrow(
        new RegExp(`model-config-corrupt.*${field}`),
      );
  for (const [field, value] of [
    ["rms_norm_eps", 0],
    ["rms_norm_eps", 2],
    ["rope_theta", "10000"],
    ["tie_word_embeddings", "true"],
    ["rope_scaling", { rope_type: "linear" }],
    ["rope_scaling", { ...scaling, high_freq_factor: 1 }],
    ["rope_scaling", { ...scaling, low_freq_factor: -1 }],
  ] as const)
    expect(() => parseLlamaConfig(llama({ [field]: value })), field).toThrow(
      new RegExp(`model-config-corrupt.*${field}`),
    );
  const numbers = llama().replace('"rms_norm_eps":0.00001', '"rms_norm_eps":NaN');
  expect(() => parseLlamaConfig(numbers)).toThrow(/model-config-corrupt/);
  expect(() => parseLlamaConfig(llama().replace("500000", "1e999"))).toThrow(
    /model-config-corrupt.*rope_theta/,
  );
  for (const [over, words] of refused) expect(() => parseLlamaConfig(llama(over))).toThrow(words);
  expect(() => parseLlamaConfig(llama({ hidden_size: -1 }))).toThrow(/model-config-corrupt.*hidden_size/);
  expect(() => parseLlamaConfig("not json")).toThrow(/model-config-corrupt/);
});

test("a sliding window bounds the length, since within it attention is plain", () => {
  expect(parseLlamaConfig(llama({ model_type: "mistral", sliding_window: 4096 })).contextLength).toBe(4096);
});

test("biases are told, so that an engine that does not compute them can refuse", () => {
  expect(parseLlamaConfig(llama({ attention_bias: true })).bias).toBe("attention_bias");
  expect(parseLlamaConfig(llama({ mlp_bias: true })).bias).toBe("mlp_bias");
  expect(parseLlamaConfig(llama()).bias).toBeUndefined();
});

test("two spellings that say different things are refused, not one of them believed", () => {
  const linear = { rope_type: "linear", factor: 2 };
  const both = { rope_scaling: linear, rope_parameters: { ...linear, rope_theta: 500000 } };
  expect(parseLlamaConfig(llama(both)).ropeScaling).toEqual({ type: "linear", factor: 2 });
  const other = { ...both, rope_parameters: { rope_type: "linear", factor: 4 } };
  expect(() => parseLlamaConfig(llama(other))).toThrow(/model-config-corrupt.*rope_scaling/);
  const theta = { rope_parameters: { ...linear, rope_theta: 10_000 } };
  expect(() => parseLlamaConfig(llama(theta))).toThrow(/model-config-corrupt.*rope_theta/);
});

test("linear positions mean the same in both spellings, theta beside or inside", () => {
  const four = parseLlamaConfig(llama({ rope_theta: 10_000, rope_scaling: { type: "linear", factor: 4 } }));
  const five = llama({
    rope_theta: undefined,
    rope_parameters: { rope_type: "linear", factor: 4, rope_theta: 10_000 },
  });
  expect(parseLlamaConfig(five)).toEqual(four);
  expect(four).toMatchObject({ ropeTheta: 10_000, ropeScaling: { type: "linear", factor: 4 } });
});
