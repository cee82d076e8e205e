/** What a kind is called while it is dragged from the palette. */
export const KIND_MIME = "application/x-telar-kind";
