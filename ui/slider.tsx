"use client";
import { Slider as Radix } from "radix-ui";
import { cx } from "./cx";

type SliderProps = {
  label: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  onChange: (value: number) => void;
  /** After the drag ends: the moment to write. */
  onCommit?: (value: number) => void;
  /** Numbers under the track; the current one is drawn strong. */
  ticks?: readonly number[];
  disabled?: boolean;
  format?: (value: number) => string;
};

export function Slider({
  label,
  value,
  min,
  max,
  step = 1,
  onChange,
  onCommit,
  ticks,
  disabled,
  format = String,
}: SliderProps) {
  const share = (at: number) => `${((at - min) / (max - min)) * 100}%`;
  return (
    <div>
      <Radix.Root
        value={[value]}
        min={min}
        max={max}
        step={step}
        disabled={disabled ?? false}
        onValueChange={([next]) => next !== undefined && onChange(next)}
        onValueCommit={([next]) => next !== undefined && onCommit?.(next)}
        className="relative flex h-4 touch-none items-center select-none"
      >
        <Radix.Track className="relative h-0.5 flex-1 rounded-full bg-line-2">
          <Radix.Range className="absolute h-full rounded-full bg-ink" />
          {ticks?.map((tick) => (
            <i
              key={tick}
              className="absolute -top-0.5 -ml-px h-1.5 w-0.5 rounded-full bg-line-3"
              style={{ left: share(tick) }}
            />
          ))}
        </Radix.Track>
        <Radix.Thumb
          aria-label={label}
          aria-valuetext={format(value)}
          className="block size-3.5 rounded-full border-2 border-ink bg-raised"
        />
      </Radix.Root>
      {ticks && (
        <div className="relative h-4 text-11 text-ink-2" aria-hidden="true">
          {ticks.map((tick) => (
            <span
              key={tick}
              className={cx(
                "absolute",
                tick === min ? "" : tick === max ? "-translate-x-full" : "-translate-x-1/2",
                tick === value && "font-semibold text-ink",
              )}
              style={{ left: share(tick) }}
            >
              {format(tick)}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}
