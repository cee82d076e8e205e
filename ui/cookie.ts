/** Keeps a choice of this person in this browser for a year. */
export function setCookie(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: read by the head script and by the server; the Cookie Store API is not everywhere
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}
