/** Four threads, over and under. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.2"
      strokeLinecap="round"
      aria-hidden="true"
      className="block flex-none"
    >
      <path d="M6 2v4.2M6 9.6V18M14 2v8.2M14 13.8V18" />
      <path d="M2 7.9h8.6M13.6 7.9H18M2 12.2h1.2M7.6 12.2H18" />
    </svg>
  );
}
