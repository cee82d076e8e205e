/** Where something new may stand: on no other node. Pure. */
import { onRaster, type Point, RASTER, type Rect, touches } from "./geometry";

/** Clear space kept around what is placed. */
export const CLEAR = 24;

type Axis = "x" | "y";
const SPAN = { x: "width", y: "height" } as const;

/**
 * The spot nearest to where `wanted` is that keeps clear of all that stands: there, or straight down, right, left or up
 * of it. Of equally near ones the lower is taken. On the raster.
 */
export function freeSpot(standing: readonly Rect[], wanted: Rect): [number, number] {
  const [x, y] = onRaster(wanted);
  const at = { ...wanted, x, y };
  if (!standing.some((rect) => touches(rect, at))) return [x, y];
  const spots = [
    along(standing, at, "y", 1),
    along(standing, at, "x", 1),
    along(standing, at, "x", -1),
    along(standing, at, "y", -1),
  ];
  const away = (spot: Point) => Math.abs(spot.x - x) + Math.abs(spot.y - y);
  const nearest = spots.reduce((best, spot) => (away(spot) < away(best) ? spot : best));
  return [nearest.x, nearest.y];
}

/** Past one obstacle after the other in one direction: those in the way, nearest first, so that each is looked at once. */
function along(standing: readonly Rect[], from: Rect, axis: Axis, way: 1 | -1): Point {
  const across: Axis = axis === "x" ? "y" : "x";
  const span = SPAN[axis];
  const ahead = standing
    .filter(
      (r) =>
        r[across] - CLEAR < from[across] + from[SPAN[across]] &&
        from[across] < r[across] + r[SPAN[across]] + CLEAR,
    )
    .sort((a, b) => (way === 1 ? a[axis] - b[axis] : b[axis] + b[span] - a[axis] - a[span]));
  let at = from[axis];
  for (const r of ahead) {
    const overlaps = r[axis] - CLEAR < at + from[span] && at < r[axis] + r[span] + CLEAR;
    if (!overlaps) continue;
    // Rounded away from the obstacle, so that the raster takes nothing of the clear space.
    at =
      way === 1
        ? Math.ceil((r[axis] + r[span] + CLEAR) / RASTER) * RASTER
        : Math.floor((r[axis] - CLEAR - from[span]) / RASTER) * RASTER;
  }
  return { x: from.x, y: from.y, [axis]: at };
}

/** Moves those of `moving` that lie on something, one after the other; none ends on another. Returns the places of all. */
export function spread(
  standing: readonly Rect[],
  moving: ReadonlyMap<string, Rect>,
): Record<string, [number, number]> {
  const stands = [...standing];
  const places: Record<string, [number, number]> = {};
  for (const [id, rect] of moving) {
    const [x, y] = freeSpot(stands, rect);
    places[id] = [x, y];
    stands.push({ ...rect, x, y });
  }
  return places;
}
