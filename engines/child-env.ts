/**
 * What a child process that works on content from outside sees of this process' environment. Only names that are listed:
 * addresses of databases, keys and tokens of the installation stay here, those that a later version brings too.
 */

const GROUPS = {
  /** Where programs and libraries lie, in which language, over which network. */
  machine:
    /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|LANG|LC_\w+|TZ|TMPDIR|TMP|TEMP|XDG_CACHE_HOME|LD_LIBRARY_PATH|LD_PRELOAD|DYLD_\w+|(CUDA|NVIDIA|OMP|MKL|OPENBLAS|GGML|ROCR|HIP)_\w+|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|(HTTPS?|NO|ALL)_PROXY|(https?|no|all)_proxy|HF_(HOME|ENDPOINT|HUB_OFFLINE)|TELAR_(JOB_HOST|PYTHON|LOG))$/,
  node: /^(NODE_(ENV|OPTIONS|PATH)|V8_COMPILE_CACHE|NODE_V8_COVERAGE)$/,
  /** For what fetches models. */
  hub: /^HF_TOKEN$/,
  /** For what reads and writes artifacts in a bucket. */
  bucket: /^AWS_\w+$/,
  npm: /^(npm|NPM)_config_\w+$/,
} as const;

export type EnvGroup = keyof typeof GROUPS;

export function childEnv(
  groups: readonly EnvGroup[],
  source: Readonly<Record<string, string | undefined>> = process.env,
): NodeJS.ProcessEnv {
  const passed = Object.entries(source).filter(([name]) => groups.some((group) => GROUPS[group].test(name)));
  return Object.fromEntries(passed) as NodeJS.ProcessEnv;
}
