import type { ReactNode, SVGProps } from "react";

/** Line icons on a 16 px grid, 1.4 px strokes. */
const PATHS = {
  data: (
    <>
      <ellipse cx="8" cy="3.8" rx="5" ry="2" />
      <path d="M3 3.8v8.4c0 1.1 2.2 2 5 2s5-.9 5-2V3.8M3 8c0 1.1 2.2 2 5 2s5-.9 5-2" />
    </>
  ),
  shield: (
    <>
      <path d="M8 1.8l5 1.8v4c0 3.2-2.1 5.4-5 6.6-2.9-1.2-5-3.4-5-6.6v-4z" />
      <path d="M5.6 8h4.8" />
    </>
  ),
  layers: (
    <>
      <rect x="2.2" y="2.2" width="8" height="8" rx="1.5" />
      <rect x="5.8" y="5.8" width="8" height="8" rx="1.5" />
    </>
  ),
  funnel: <path d="M2 3h12L9.6 8.4v4.2l-3.2 1.6V8.4z" />,
  split: (
    <>
      <path d="M2 8h4c2.2 0 2.4-4 5-4h3M6 8c2.2 0 2.4 4 5 4h3" />
      <path d="M12 2.2L14 4l-2 1.8M12 10.2l2 1.8-2 1.8" />
    </>
  ),
  token: (
    <>
      <rect x="1.8" y="5" width="3.6" height="6" rx="1" />
      <rect x="7" y="5" width="2.4" height="6" rx="1" />
      <rect x="11" y="5" width="3.2" height="6" rx="1" />
    </>
  ),
  train: (
    <>
      <path d="M2 4.5h12M2 8h12M2 11.5h12" />
      <path d="M5 2v3.4M5 7v6.6M11 2v6.6M11 10.4V14" />
    </>
  ),
  eval: (
    <>
      <path d="M2.5 2.5v11h11" />
      <path d="M5 10.5l2.6-3 2 1.6L13 4.8" />
    </>
  ),
  quant: <path d="M2.2 5.8h3.6V2.2M13.8 5.8h-3.6V2.2M2.2 10.2h3.6v3.6M13.8 10.2h-3.6v3.6" />,
  deploy: (
    <>
      <path d="M8 9.6V2.4M5 5l3-2.8L11 5" />
      <path d="M2.5 9v3.2c0 .8.6 1.4 1.4 1.4h8.2c.8 0 1.4-.6 1.4-1.4V9" />
    </>
  ),
  chain: (
    <>
      <rect x="1.6" y="5.6" width="7" height="4.8" rx="2.4" />
      <rect x="7.4" y="5.6" width="7" height="4.8" rx="2.4" />
    </>
  ),
  cube: (
    <>
      <path d="M8 1.8l5.4 3v6.4L8 14.2l-5.4-3V4.8z" />
      <path d="M2.8 5L8 7.9 13.2 5M8 7.9v6.1" />
    </>
  ),
  doc: (
    <>
      <path d="M4 1.8h5.2L12.4 5v9.2H4z" />
      <path d="M9 1.8V5.2h3.4M6 8h4.4M6 10.8h4.4" />
    </>
  ),
  note: (
    <>
      <path d="M2.5 2.5h11v7.2l-3.8 3.8H2.5z" />
      <path d="M13.5 9.7H9.7v3.8M5 5.6h6M5 8.2h3" />
    </>
  ),
  code: <path d="M5.4 4.6L2 8l3.4 3.4M10.6 4.6L14 8l-3.4 3.4M9.2 3L6.8 13" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.4" />
      <path d="M10.4 10.4L14 14" />
    </>
  ),
  plus: <path d="M8 3v10M3 8h10" />,
  minus: <path d="M3 8h10" />,
  down: <path d="M4.4 6.4L8 10l3.6-3.6" />,
  right: <path d="M6.4 4.4L10 8l-3.6 3.6" />,
  left: <path d="M9.6 4.4L6 8l3.6 3.6" />,
  play: <path d="M4.6 2.8l8.2 5.2-8.2 5.2z" fill="currentColor" />,
  pause: (
    <>
      <rect x="3.8" y="3" width="2.8" height="10" rx=".8" fill="currentColor" stroke="none" />
      <rect x="9.4" y="3" width="2.8" height="10" rx=".8" fill="currentColor" stroke="none" />
    </>
  ),
  stop: <rect x="3.6" y="3.6" width="8.8" height="8.8" rx="1.4" fill="currentColor" stroke="none" />,
  share: (
    <>
      <circle cx="12" cy="3.6" r="1.9" />
      <circle cx="4" cy="8" r="1.9" />
      <circle cx="12" cy="12.4" r="1.9" />
      <path d="M5.7 7.1l4.6-2.6M5.7 8.9l4.6 2.6" />
    </>
  ),
  user: (
    <>
      <circle cx="8" cy="5.2" r="2.8" />
      <path d="M2.6 14c.4-3 2.6-4.6 5.4-4.6s5 1.6 5.4 4.6" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.6V8l2.4 1.6" />
    </>
  ),
  undo: (
    <>
      <path d="M5.4 3L2.4 6l3 3" />
      <path d="M2.6 6h6.6c2.4 0 4.2 1.6 4.2 3.8s-1.8 3.6-4.2 3.6H6" />
    </>
  ),
  redo: (
    <>
      <path d="M10.6 3l3 3-3 3" />
      <path d="M13.4 6H6.8c-2.4 0-4.2 1.6-4.2 3.8s1.8 3.6 4.2 3.6H10" />
    </>
  ),
  tidy: (
    <>
      <rect x="2" y="2.4" width="4.4" height="4" rx="1" />
      <rect x="2" y="9.6" width="4.4" height="4" rx="1" />
      <rect x="9.6" y="6" width="4.4" height="4" rx="1" />
      <path d="M6.4 4.4h1.8v7.2H6.4M8.2 8h1.4" />
    </>
  ),
  hand: (
    <path d="M5 8V3.9a1.1 1.1 0 012.2 0V7M7.2 7V2.9a1.1 1.1 0 012.2 0V7M9.4 7.2V3.9a1.1 1.1 0 012.2 0v5.7c0 2.6-1.6 4.6-4.2 4.6-2 0-3-.9-3.9-2.6L2.2 9.2c-.6-1.1.8-2 1.6-1.1L5 9.4V8" />
  ),
  arrow: <path d="M3.4 2.6l9.4 4-4 1.5-1.5 4.2z" />,
  fit: <path d="M2.4 5.6V2.4h3.2M10.4 2.4h3.2v3.2M13.6 10.4v3.2h-3.2M5.6 13.6H2.4v-3.2" />,
  map: (
    <>
      <rect x="2" y="3" width="12" height="10" rx="1.6" />
      <rect x="8" y="7.4" width="4" height="3.4" rx=".6" />
    </>
  ),
  snow: <path d="M8 1.8v12.4M2.6 4.9l10.8 6.2M13.4 4.9L2.6 11.1" />,
  x: <path d="M4 4l8 8M12 4l-8 8" />,
  check: <path d="M3.2 8.4l3.2 3.2 6.4-7" />,
  copy: (
    <>
      <rect x="5.4" y="5.4" width="8.2" height="8.2" rx="1.4" />
      <path d="M10.6 5.2V3.6c0-.7-.5-1.2-1.2-1.2H3.6c-.7 0-1.2.5-1.2 1.2v5.8c0 .7.5 1.2 1.2 1.2h1.6" />
    </>
  ),
  book: (
    <path d="M2.4 3.2c2-.7 4-.5 5.6.7 1.6-1.2 3.6-1.4 5.6-.7v9.4c-2-.7-4-.5-5.6.7-1.6-1.2-3.6-1.4-5.6-.7zM8 3.9v9.4" />
  ),
  trash: <path d="M2.8 4.2h10.4M6 4.2V2.6h4v1.6M4.2 4.2l.6 9.2h6.4l.6-9.2" />,
  more: (
    <>
      <circle cx="3.4" cy="8" r=".9" fill="currentColor" />
      <circle cx="8" cy="8" r=".9" fill="currentColor" />
      <circle cx="12.6" cy="8" r=".9" fill="currentColor" />
    </>
  ),
  dl: <path d="M8 2.4v7.2M5 7l3 2.8L11 7M2.6 13.4h10.8" />,
  link: (
    <path d="M6.6 9.4l2.8-2.8M7.2 4.4l1.5-1.5a2.9 2.9 0 014.2 4.1l-1.6 1.6M8.8 11.6l-1.5 1.5a2.9 2.9 0 01-4.2-4.1l1.6-1.6" />
  ),
  lock: (
    <>
      <rect x="3.2" y="7" width="9.6" height="6.8" rx="1.4" />
      <path d="M5.2 7V5a2.8 2.8 0 015.6 0v2" />
    </>
  ),
  cal: (
    <>
      <rect x="2.2" y="3.2" width="11.6" height="10.6" rx="1.4" />
      <path d="M2.2 6.6h11.6M5.4 1.8v2.6M10.6 1.8v2.6" />
    </>
  ),
  key: (
    <>
      <circle cx="5" cy="11" r="2.8" />
      <path d="M7 9l6.2-6.2M10.6 5.4l2 2" />
    </>
  ),
  term: (
    <>
      <rect x="1.8" y="2.8" width="12.4" height="10.4" rx="1.4" />
      <path d="M4.4 6l2.2 2-2.2 2M8.4 10.2h3.2" />
    </>
  ),
  cpu: (
    <>
      <rect x="4" y="4" width="8" height="8" rx="1.4" />
      <path d="M6.4 1.8V4M9.6 1.8V4M6.4 12v2.2M9.6 12v2.2M1.8 6.4H4M1.8 9.6H4M12 6.4h2.2M12 9.6h2.2" />
    </>
  ),
  bolt: <path d="M8.8 1.8L3.6 9h4l-.6 5.2L12.4 7h-4z" />,
  folder: (
    <path d="M1.8 4c0-.7.5-1.2 1.2-1.2h3.2l1.6 1.8H13c.7 0 1.2.5 1.2 1.2v6.2c0 .7-.5 1.2-1.2 1.2H3c-.7 0-1.2-.5-1.2-1.2z" />
  ),
  sun: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.6v1.6M8 12.8v1.6M1.6 8h1.6M12.8 8h1.6M3.5 3.5l1.1 1.1M11.4 11.4l1.1 1.1M12.5 3.5l-1.1 1.1M4.6 11.4l-1.1 1.1" />
    </>
  ),
  gear: (
    <>
      <circle cx="8" cy="8" r="2.2" />
      <path d="M8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6L5 5M11 11l1.4 1.4M12.4 3.6L11 5M5 11l-1.4 1.4" />
    </>
  ),
  grid: (
    <>
      <rect x="2.2" y="2.2" width="4.8" height="4.8" rx="1" />
      <rect x="9" y="2.2" width="4.8" height="4.8" rx="1" />
      <rect x="2.2" y="9" width="4.8" height="4.8" rx="1" />
      <rect x="9" y="9" width="4.8" height="4.8" rx="1" />
    </>
  ),
  runs: <path d="M2.4 4h6M2.4 8h11.2M6 12h6" />,
  warn: (
    <>
      <path d="M8 2.2l6.2 11H1.8z" />
      <path d="M8 6.6v3M8 11.4v.2" />
    </>
  ),
  eye: (
    <>
      <path d="M1.6 8c1.5-2.8 3.7-4.2 6.4-4.2S12.9 5.2 14.4 8c-1.5 2.8-3.7 4.2-6.4 4.2S3.1 10.8 1.6 8z" />
      <circle cx="8" cy="8" r="1.9" />
    </>
  ),
  bell: (
    <path d="M3.4 11.4c1-1 1.2-2 1.2-4.2 0-2.2 1.4-3.8 3.4-3.8s3.4 1.6 3.4 3.8c0 2.2.2 3.2 1.2 4.2zM6.6 13.4c.3.6.8.9 1.4.9s1.1-.3 1.4-.9" />
  ),
  send: <path d="M8 13V3M4 7l4-4 4 4" />,
  branch: (
    <>
      <circle cx="4.4" cy="3.8" r="1.7" />
      <circle cx="4.4" cy="12.2" r="1.7" />
      <circle cx="11.6" cy="5.4" r="1.7" />
      <path d="M4.4 5.5v5M11.6 7.1c0 2.6-3.6 2.4-6.4 3.7" />
    </>
  ),
  pin: <path d="M6 2.2h4l-.6 4 2.2 2.4H4.4l2.2-2.4zM8 8.6v5.2" />,
  filter: <path d="M2 4.4h12M4.4 8h7.2M6.6 11.6h2.8" />,
  globe: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M2 8h12M8 2c2 1.8 2.6 3.8 2.6 6S10 12.2 8 14c-2-1.8-2.6-3.8-2.6-6S6 3.8 8 2z" />
    </>
  ),
  speaker: <path d="M2.4 6.2v3.6h2.4L8.2 13V3L4.8 6.2zM10.6 6c1 1.2 1 2.8 0 4M12.4 4.2c2 2.2 2 5.4 0 7.6" />,
  swap: <path d="M3 5.6h9.4M10 3l2.6 2.6L10 8.2M13 10.6H3.6M6 8l-2.6 2.6L6 13.2" />,
  scale: <path d="M8 2.4v11.2M4.4 13.6h7.2M2.8 4.6h10.4M2.8 4.6L1.4 9h3.8zM13.2 4.6L10.8 9h3.8z" />,
  moon: <path d="M13.4 9.6A5.8 5.8 0 016.4 2.6a5.8 5.8 0 107 7z" />,
  screen: (
    <>
      <rect x="1.8" y="2.8" width="12.4" height="8.4" rx="1.4" />
      <path d="M5.6 13.8h4.8" />
    </>
  ),
  upload: <path d="M8 10V2.6M5 5.4l3-2.8 3 2.8M2.6 13.4h10.8" />,
  chat: <path d="M2.2 3.2h11.6v7.6H7.4L4.4 13.4v-2.6H2.2z" />,
  retry: (
    <>
      <path d="M13 8a5 5 0 11-1.5-3.6" />
      <path d="M13.2 2.2v3h-3" />
    </>
  ),
  external: (
    <path d="M9.4 2.6h4v4M13.4 2.6L7.4 8.6M11.4 9.4v3.2c0 .5-.3.8-.8.8H3.4c-.5 0-.8-.3-.8-.8V5.4c0-.5.3-.8.8-.8h3.2" />
  ),
  pencil: <path d="M2.6 13.4l.8-3.2 7.4-7.4 2.4 2.4-7.4 7.4z" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof PATHS;

type IconProps = { name: IconName; size?: number } & Omit<SVGProps<SVGSVGElement>, "name">;

/** Decorative: the control or text beside it carries the name. */
export function Icon({ name, size = 16, ...rest }: IconProps) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      {...rest}
      className={`block flex-none ${rest.className ?? ""}`}
    >
      {PATHS[name]}
    </svg>
  );
}
