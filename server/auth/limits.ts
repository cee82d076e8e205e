/** How often it is looked whether open streams still belong to who opened them; a sign-out is told at once. */
export const streamLookMs = 2_000;
