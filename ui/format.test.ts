import { expect, test } from "vitest";
import {
  formatBytes,
  formatChange,
  formatMetric,
  formatMoment,
  formatPercent,
  formatSeconds,
  formatTicks,
  formatWattHours,
  roundEstimate,
  shortDigest,
} from "./format";

test.each([
  [0, "0 s"],
  [0.4, "0.4 s"],
  [9.94, "9.9 s"],
  [48.2, "48 s"],
  [59.7, "1 min"],
  [208, "3 min 28 s"],
  [3600, "1 h"],
  [7500, "2 h 5 min"],
  [90_000, "1 d 1 h"],
  [Number.NaN, "–"],
])("%d seconds are shown as %s", (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [612_000, "612 KB"],
  [999_600, "1 MB"],
  [9_800_000, "9.8 MB"],
  [269_000_000, "269 MB"],
  [3_100_000_000, "3.1 GB"],
  [32_000_000_000, "32 GB"],
])("%d bytes are shown as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [2.2364, "2.24"],
  [8.91, "8.91"],
  [15.349, "15.3"],
  [263.4, "263"],
  [0.342, "0.342"],
  [0.000072, "7.2e-5"],
  [0.0001, "1e-4"],
  [0, "0.000"],
])("the metric %d is shown as %s", (value, text) => {
  expect(formatMetric(value)).toBe(text);
});

test.each([
  [4.2, "4 s"],
  [27, "25 s"],
  [352, "6 min"],
  [5400, "1.5 h"],
  [200_000, "2 d"],
])("an estimate of %d seconds claims no more than %s", (seconds, text) => {
  expect(roundEstimate(seconds)).toBe(text);
});

test("separators follow the locale", () => {
  expect(formatBytes(3_100_000_000, "es")).toBe("3,1 GB");
  expect(formatSeconds(0.4, "pt")).toBe("0,4 s");
  expect(formatMetric(0.000072, "es")).toBe("7,2e-5");
  expect(formatMetric(0.0001, "pt")).toBe("1e-4");
  expect(formatTicks([0, 1.5e-4], "pt")).toEqual(["0", "1,5e-4"]);
});

test("ticks of one axis have the same digits", () => {
  expect(formatTicks([2, 2.25, 2.5])).toEqual(["2.00", "2.25", "2.50"]);
  expect(formatTicks([0, 100, 200])).toEqual(["0", "100", "200"]);
  expect(formatTicks([0, 1e-4, 2e-4])).toEqual(["0", "1e-4", "2e-4"]);
  expect(formatTicks([0, 20_000])).toEqual(["0", "20K"]);
  expect(formatTicks([5])).toEqual(["5"]);
});

test("energy, shares and digests", () => {
  expect(formatWattHours(0.42)).toBe("0.4 Wh");
  expect(formatWattHours(1300)).toBe("1.3 kWh");
  expect(formatPercent(0.624)).toBe("62 %");
  expect(shortDigest(`sha256:${"b7e1c04f".padEnd(64, "0")}`)).toBe("b7e1c04f");
});

test("a moment is named by how far away it is", () => {
  const now = new Date(2026, 10, 23, 15, 0);
  expect(formatMoment(new Date(2026, 10, 23, 14, 28), now)).toBe("14:28");
  expect(formatMoment(new Date(2026, 10, 22, 23, 59), now)).toBe("yesterday");
  expect(formatMoment(new Date(2026, 10, 17), now)).toBe("17 Nov");
  expect(formatMoment(new Date(2025, 10, 17), now)).toBe("17 Nov 2025");
});

test("a change has its sign, and digits where it is small", () => {
  expect(formatChange(-0.124)).toBe("-12%");
  expect(formatChange(0.031)).toBe("+3.1%");
  expect(formatChange(0)).toBe("0%");
});
