import type { Clock } from "../jinja/template";

/** The day that the templates of Llama 3 name as their own default: equal rows give equal tokens on every day. */
export const PINNED_DAY = "2024-07-26";

/** Midnight of a day such as 2024-07-26, as what a template takes for now. */
export function clockOfDay(day: string): Clock {
  const [year = 0, month = 0, dayOfMonth = 0] = day.split("-").map(Number);
  return { year, month, day: dayOfMonth, hour: 0, minute: 0, second: 0 };
}
