/** Whether a parameter says nothing: its row is left out. */
export const isNothing = (value: unknown) =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
