import { cx } from "./cx";

export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0]!, words.at(-1)!] : [words[0]!];
  return letters.map((word) => word.slice(0, 1).toUpperCase()).join("");
}

export function Avatar({ name, me, size = 24 }: { name: string; me?: boolean; size?: number }) {
  return (
    <span
      title={name}
      className={cx(
        "grid flex-none place-items-center rounded-full border font-semibold",
        me ? "border-ink bg-ink text-inverse" : "border-line-2 bg-sunken text-ink",
      )}
      style={{ width: size, height: size, fontSize: size > 20 ? 10 : 9 }}
    >
      <span aria-hidden="true">{initials(name)}</span>
      <span className="sr-only">{name}</span>
    </span>
  );
}
