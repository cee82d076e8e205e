import Link from "next/link";
import { cx } from "@/ui/cx";
import type { HelpLink } from "./read-page";

export type HelpGroup = { title: string; links: readonly HelpLink[] };

export function HelpNav({ label, groups, at }: { label: string; groups: readonly HelpGroup[]; at: string }) {
  return (
    <nav aria-label={label} className="help-nav">
      {groups.map(({ title, links }) => (
        <section key={title}>
          <h2>{title}</h2>
          <ul>
            {links.map(({ href, title: text }) => (
              <li key={href}>
                <Link
                  href={href}
                  aria-current={href === at ? "page" : undefined}
                  className={cx(href === at && "bg-press text-ink")}
                >
                  {text}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
