/** Numbers of the canvas. */

/** Clear space around a fitted graph; the docks lie over the bottom. */
export const AROUND = { top: "28px", right: "28px", bottom: "66px", left: "28px" } as const;
/** A plane that has not moved for this long, some frames, is still: the end of a move is told 150 ms late. */
export const STILL_AFTER_MS = 60;
export const MIN_ZOOM = 0.15;
export const MAX_ZOOM = 2;
/** Nodes are drawn without details when zoomed out further than this. */
export const SIMPLE_BELOW = 0.75;
/** The mark of a status is three pixels large there: the whole node shows it. */
export const TINY_BELOW = 0.25;
/** From here on nodes out of sight are not drawn. */
export const MANY_NODES = 120;
/** Rows in the peek beside a node. */
export const PEEK_ROWS = 5;
/** The pointer rests on a node this long before its rows are shown: passing over shows nothing. */
export const PEEK_AFTER_MS = 550;
/** The pointer's way from a node to its rows. */
export const PEEK_STAYS_MS = 220;
/** As many parameters as a node shows without growing past its neighbours. */
export const PROMOTED_AT_FIRST = 5;
/** Pixels of the overview inside its border. */
export const MAP_SIZE = { width: 166, height: 98 };
/** How much more than the graph it shows. */
export const MAP_MARGIN = 1.12;
/** Moves of nodes show there after this time. */
export const MAP_WAIT_MS = 120;
