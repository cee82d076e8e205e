/** Half a percent sign, or bytes that are no text, would be an error of the server further in. */
export function isReadable(path: string): boolean {
  try {
    return !decodeURIComponent(path).includes("\0");
  } catch {
    return false;
  }
}

export const UNREADABLE = "This address cannot be read. Copy it again from where it came.\n";
