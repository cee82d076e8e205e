"""What Transformers 5.24.0 reads from tokenizer folders that differ in one thing each.

    venv/bin/python parity/make_tokenizer_reference.py

Writes `engines/tokenizer/_fixtures/situations.json`: small tokenizers, changes to their files, texts and their ids.
"""

import json
import pathlib
import tempfile

import transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

FILE = pathlib.Path(__file__).resolve().parent.parent / "engines" / "tokenizer" / "_fixtures" / "situations.json"
WORDS = ["hello there world, how are you? hello hello world", "I am fine 12 345 the the there", "a b c naïve é ñ"] * 5
SPECIALS = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"]
TEXTS = [
    "hello world", "", " ", "  hello  there ", "hello</s>", "<s>hello", "hello <|im_end|> there", "<|im_end|><|im_end|>", "a<|im_end", "\n\nhello\n",
    "\thow\r\nare", "12345 ١٢٣ ४५ 1²", "é e\u0301 ñ", "👍🏽 👩\u200d👩\u200d👦", "你好 こんにちは", "مرحبا \u200f", "a\u0000b", "\ufeffhello", "xhellox<tool>y <tool> <tool>y", "HELLO Hello",
    "<0x41>", "▁hello", "Ġhello", "don't I'm we'll", "hello" * 12, "<extra> <Extra>", "\u00a0\u3000x", "{}[]()<>", "[PAD300]", "</s></s>",
]


def added(content: str, id: int, special: bool = True, **flags) -> dict:
    return {"id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": not special, "special": special, **flags}


def bases() -> dict[str, dict]:
    made: dict[str, Tokenizer] = {}
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    bpe.train_from_iterator(WORDS, trainers.BpeTrainer(vocab_size=300, special_tokens=SPECIALS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    made["byte-level"] = bpe
    sp = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    sp.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    sp.train_from_iterator(WORDS, trainers.BpeTrainer(vocab_size=380, special_tokens=SPECIALS + [f"<0x{i:02X}>" for i in range(256)], show_progress=False))
    sp.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    made["byte-fallback"] = sp
    uni = Tokenizer(models.Unigram())
    uni.pre_tokenizer = pre_tokenizers.Metaspace()
    uni.decoder = decoders.Metaspace()
    uni.train_from_iterator(WORDS, trainers.UnigramTrainer(vocab_size=60, special_tokens=SPECIALS, unk_token="<unk>", show_progress=False))
    made["unigram"] = uni
    piece = Tokenizer(models.WordPiece(unk_token="<unk>"))
    piece.normalizer = normalizers.BertNormalizer()
    piece.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    piece.decoder = decoders.WordPiece()
    piece.train_from_iterator(WORDS, trainers.WordPieceTrainer(vocab_size=80, special_tokens=SPECIALS, show_progress=False))
    made["word-piece"] = piece
    word = Tokenizer(models.WordLevel(unk_token="<unk>"))
    word.pre_tokenizer = pre_tokenizers.Whitespace()
    word.train_from_iterator(WORDS, trainers.WordLevelTrainer(special_tokens=SPECIALS, show_progress=False))
    made["word-level"] = word
    found = {}
    for name, tokenizer in made.items():
        found[name] = json.loads(tokenizer.to_str())
        # Byte tokens are trained as special ones; in real files they are plain vocabulary.
        found[name]["added_tokens"] = [token for token in found[name]["added_tokens"] if not token["content"].startswith("<0x")]
    return found


BOS_EOS = {"bos_token": "<s>", "eos_token": "</s>"}
FAST = {"tokenizer_class": "PreTrainedTokenizerFast"}


def around(before: list[str], after: list[str]) -> dict:
    ids = {name: {"id": name, "ids": [SPECIALS.index(name)], "tokens": [name]} for name in before + after}
    part = [{"SpecialToken": {"id": name, "type_id": 0}} for name in before] + [{"Sequence": {"id": "A", "type_id": 0}}] + [{"SpecialToken": {"id": name, "type_id": 0}} for name in after]
    return {"type": "TemplateProcessing", "single": part, "pair": part + [{"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": ids}


def situations(found: dict[str, dict]) -> dict[str, dict]:
    """Each: `base`, `change` of keys of tokenizer.json, `files` beside it."""
    size = lambda base: len(found[base]["model"]["vocab"])
    n = size("byte-level")
    all_: dict[str, dict] = {}

    def add(name: str, base: str = "byte-level", change: dict | None = None, config: dict | None = None, files: dict | None = None) -> None:
        all_[name] = {"base": base, "change": change or {}, "files": {"tokenizer_config.json": {**FAST, **BOS_EOS, **(config or {})}, **(files or {})}}

    for base in found:
        add(f"{base} as it is", base)
        add(f"{base} with both ends", base, {"post_processor": around(["<s>"], ["</s>"])})
        add(f"{base} with an added token that is no special one", base, {"added_tokens": found[base]["added_tokens"] + [added("<tool>", size(base), special=False)]})
    for flag in ["lstrip", "rstrip", "single_word"]:
        add(f"an added token with {flag}", change={"added_tokens": found["byte-level"]["added_tokens"] + [added("<tool>", n, **{flag: True})]})
    for normalized in [True, False]:
        add(f"an added word, normalized {normalized}, with a lower-case normalizer", change={"normalizer": {"type": "Lowercase"}, "added_tokens": found["byte-level"]["added_tokens"] + [added("<Extra>", n, special=False, normalized=normalized)]})
    add("begins with the first token", change={"post_processor": around(["<s>"], [])})
    add("ends with the last token", change={"post_processor": around([], ["</s>"])})
    add("ends twice", change={"post_processor": around([], ["</s>", "</s>"])})
    add("ByteLevel as post-processor", change={"post_processor": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}})
    add("two post-processors", change={"post_processor": {"type": "Sequence", "processors": [{"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False, "use_regex": True}, around(["<s>"], [])]}})
    add("Roberta's post-processor", change={"post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1], "trim_offsets": True, "add_prefix_space": True}})
    add("Bert's post-processor", "word-piece", {"post_processor": {"type": "BertProcessing", "sep": ["</s>", 2], "cls": ["<s>", 1]}})
    add("a space in front", change={"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}})
    add("digits one by one", change={"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": True}, {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}]}})
    add("digits in threes", change={"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "\\p{N}{1,3}"}, "behavior": "Isolated", "invert": False}, {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}]}})
    add("the split of Llama 3", change={"pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}, "behavior": "Isolated", "invert": False}, {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}]}})
    for kind in ["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt"]:
        add(f"normalizer {kind}", change={"normalizer": {"type": kind}})
    for scheme in ["always", "first", "never"]:
        add(f"Metaspace, {scheme}", "byte-fallback", {"normalizer": None, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": False}})
    add("merges are ignored for whole words", change={"model": {**found["byte-level"]["model"], "ignore_merges": True}})
    add("merges as texts", change={"model": {**found["byte-level"]["model"], "merges": [" ".join(pair) for pair in found["byte-level"]["model"]["merges"]]}})
    add("no byte fallback", "byte-fallback", {"model": {**found["byte-fallback"]["model"], "byte_fallback": False}})
    add("unknown letters apart", "byte-fallback", {"model": {**found["byte-fallback"]["model"], "byte_fallback": False, "fuse_unk": False}})
    add("truncation inside tokenizer.json", change={"truncation": {"direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0}})
    add("padding inside tokenizer.json", change={"padding": {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "<unk>"}})
    add("special tokens as objects", config={"bos_token": {**added("<s>", 0), "__type": "AddedToken"}, "eos_token": {"__type": "AddedToken", "content": "</s>", "lstrip": False, "normalized": False, "rstrip": False, "single_word": False}})
    add("no end token", config={"eos_token": None})
    add("an end token that no one knows yet", config={"eos_token": "<|new_end|>"})
    add("an end token of the vocabulary", config={"eos_token": "hello"})
    add("another end token than the processor's", change={"post_processor": around(["<s>"], ["</s>"])}, config={"eos_token": "<|im_end|>"})
    add("special_tokens_map.json alone", config={"bos_token": None, "eos_token": None}, files={"special_tokens_map.json": {"bos_token": "<s>", "eos_token": {"content": "<|im_end|>", "lstrip": False, "normalized": False, "rstrip": False, "single_word": False}}})
    add("special_tokens_map.json against the configuration", files={"special_tokens_map.json": {"eos_token": "<|im_end|>", "pad_token": "<unk>"}})
    add("special_tokens_map.json beside added_tokens_decoder", config={"added_tokens_decoder": {"2": {key: value for key, value in added("</s>", 2).items() if key != "id"}}}, files={"special_tokens_map.json": {"eos_token": "<|im_end|>"}})
    add("added_tokens.json", files={"added_tokens.json": {"<tool>": n, "<extra>": n + 1}})
    add("added_tokens_decoder with a token more", config={"added_tokens_decoder": {str(n): {key: value for key, value in added("<tool>", n).items() if key != "id"}}})
    add("added_tokens_decoder with a word that strips", config={"added_tokens_decoder": {str(n): {key: value for key, value in added("<tool>", n, special=False, lstrip=True, rstrip=True).items() if key != "id"}}})
    add("added_tokens_decoder with other flags than tokenizer.json", config={"added_tokens_decoder": {"4": {key: value for key, value in added("<|im_end|>", 4, lstrip=True).items() if key != "id"}}})
    add("additional special tokens", config={"additional_special_tokens": ["<tool>", "<|im_start|>"]})
    add("extra special tokens", config={"extra_special_tokens": ["<extra>", "<tool>"]})
    add("extra special tokens with names", config={"extra_special_tokens": {"tool_token": "<tool>"}})
    add("a special token of another name", config={"image_token": "<extra>"})
    add("add_bos_token in the configuration", config={"add_bos_token": True, "add_eos_token": True})
    add("add_bos_token false in the configuration", change={"post_processor": around(["<s>"], [])}, config={"add_bos_token": False})
    add("legacy, prefix space and clean-up in the configuration", "byte-fallback", config={"legacy": True, "add_prefix_space": True, "clean_up_tokenization_spaces": True})
    add("a short model_max_length", config={"model_max_length": 2})
    add("split_special_tokens in the configuration", config={"split_special_tokens": True})
    add("pad, unknown, mask, separator and class tokens", config={"pad_token": "<unk>", "unk_token": "<unk>", "mask_token": "<|im_start|>", "sep_token": "</s>", "cls_token": "<s>"})
    add("several end tokens in generation_config.json", files={"generation_config.json": {"eos_token_id": [4, 2]}})
    return all_


def read(files: dict[str, object]) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (pathlib.Path(folder) / name).write_text(json.dumps(content))
        try:
            tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(folder)
        except Exception as error:  # every refusal counts, whatever its class
            return {"error": f"{type(error).__name__}: {error}"[:200]}
        # Telar has its own length; what a file says about cutting and padding must not change a row.
        plain = lambda text, special: tokenizer(text, add_special_tokens=special, truncation=False, padding=False)["input_ids"]
        return {
            "special": tokenizer.special_tokens_map,
            "eos": tokenizer.eos_token_id,
            "size": len(tokenizer),
            "with": [plain(text, True) for text in TEXTS],
            "without": [plain(text, False) for text in TEXTS],
        }


if __name__ == "__main__":
    found = bases()
    rows = {}
    for name, one in situations(found).items():
        rows[name] = {**one, **read({"tokenizer.json": {**found[one["base"]], **one["change"]}, **one["files"]})}
    out = {"transformers": transformers.__version__, "texts": TEXTS, "bases": found, "situations": rows}
    FILE.write_text(json.dumps(out, ensure_ascii=False) + "\n")
    print(len(rows), [name for name, row in rows.items() if "error" in row])
