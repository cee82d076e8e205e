/** Numbers of the canvas. */

/** Clear space around a fitted graph; the docks lie over the bottom. */
export const AROUND = { top: "28px", right: "28px", bottom: "66px", left: "28px" } as const;
/** Nodes are drawn without details when zoomed out further than this. */
export const SIMPLE_BELOW = 0.55;
/** From here on nodes out of sight are not drawn. */
export const MANY_NODES = 120;
