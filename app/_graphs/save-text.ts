/** Hands a text to the browser as a download. */
export function saveText(name: string, text: string, type = "text/plain"): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replace(/[/\\]/g, "-");
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
