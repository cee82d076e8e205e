/** Server-sent events from a server that nobody vouches for: one at a time, each of a bounded size. */

export class EventTooLarge extends Error {}

/**
 * The `data` of each event, as https://html.spec.whatwg.org/multipage/server-sent-events.html reads them; other fields are
 * of no use here. Whatever comes after the last empty line is no event.
 * @throws EventTooLarge when an event grows beyond `maxChars`
 */
export async function* readEvents(
  chunks: AsyncIterable<Uint8Array>,
  maxChars: number,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  let data: string[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    for (;;) {
      const end = /\r\n|\n|\r(?!$)/.exec(rest);
      if (!end) break;
      const line = rest.slice(0, end.index);
      rest = rest.slice(end.index + end[0].length);
      if (line === "") {
        if (data.length > 0) yield data.join("\n");
        data = [];
        size = 0;
      } else if (line.startsWith("data:")) {
        size += line.length;
        if (size > maxChars) throw new EventTooLarge();
        data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
      }
    }
    if (rest.length + size > maxChars) throw new EventTooLarge();
  }
}
