/** `datetime.strftime` in English. */
import { TemplateError } from "./template-error";

/** A moment on the clock of whoever renders, without a zone. `month` 1 to 12. */
export type Clock = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
};

export function clockOf(date: Date): Clock {
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
  };
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

export function strftime(format: string, clock: Clock): string {
  const { year, month, day, hour, minute, second } = clock;
  const midnight = Date.UTC(year, month - 1, day);
  const weekday = new Date(midnight).getUTCDay();
  const ofYear = Math.round((midnight - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
  const twelve = hour % 12 || 12;
  const part = (letter: string): string | [number, width: number, fill?: string] => {
    switch (letter) {
      case "Y":
        return [year, 4];
      case "y":
        return [year % 100, 2];
      case "m":
        return [month, 2];
      case "d":
        return [day, 2];
      case "e":
        return [day, 2, " "];
      case "H":
        return [hour, 2];
      case "I":
        return [twelve, 2];
      case "M":
        return [minute, 2];
      case "S":
        return [second, 2];
      case "j":
        return [ofYear, 3];
      case "f":
        return "000000";
      case "w":
        return String(weekday);
      case "u":
        return String(weekday || 7);
      case "U":
        return [Math.floor((ofYear + 6 - weekday) / 7), 2];
      case "W":
        return [Math.floor((ofYear + 6 - ((weekday + 6) % 7)) / 7), 2];
      case "p":
        return hour < 12 ? "AM" : "PM";
      case "A":
        return DAYS[weekday]!;
      case "a":
        return DAYS[weekday]!.slice(0, 3);
      case "B":
        return MONTHS[month - 1]!;
      case "b":
      case "h":
        return MONTHS[month - 1]!.slice(0, 3);
      case "F":
        return strftime("%Y-%m-%d", clock);
      case "T":
      case "X":
        return strftime("%H:%M:%S", clock);
      case "R":
        return strftime("%H:%M", clock);
      case "D":
      case "x":
        return strftime("%m/%d/%y", clock);
      case "c":
        return strftime("%a %b %e %H:%M:%S %Y", clock);
      case "Z":
      case "z":
        return "";
      case "n":
        return "\n";
      case "t":
        return "\t";
      case "%":
        return "%";
      default:
        throw new TemplateError(`strftime_now: %${letter} is not supported`);
    }
  };
  return format.replace(/%([-_0]?)([a-zA-Z%])/g, (_, flag: string, letter: string) => {
    const made = part(letter);
    if (typeof made === "string") return made;
    const [value, width, fill = "0"] = made;
    if (flag === "-") return String(value);
    return String(value).padStart(width, flag === "_" ? " " : flag || fill);
  });
}
