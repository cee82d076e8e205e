/** Frame times while a page is panned, zoomed, and a node in it dragged: one input event a frame, made in the page. */
import type { Page } from "@playwright/test";

export const MOVES = ["pan", "zoom", "drag"] as const;
export type Move = (typeof MOVES)[number];

const FRAMES = 90;
const ROUNDS = 3;

/** Milliseconds between frames, 95 of 100 at most this: the median of three rounds. */
export async function frameTime(page: Page, move: Move): Promise<number> {
  // The loader that runs this file names inner functions with a helper, which a page does not have.
  await page.evaluate("globalThis.__name = (f) => f");
  const rounds: number[] = [];
  for (let k = 0; k < ROUNDS; k++) rounds.push(await page.evaluate(play, { move, frames: FRAMES }));
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
}

/** Runs in the page. */
async function play({ move, frames }: { move: string; frames: number }): Promise<number> {
  const pane = document.querySelector<HTMLElement>(".react-flow__pane")!;
  const box = pane.getBoundingClientRect();
  const centre = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
  const shared = { bubbles: true, cancelable: true, view: window } as const;
  const nodes = [...document.querySelectorAll<HTMLElement>(".react-flow__node")];
  const distance = (r: DOMRect) =>
    Math.hypot(r.x + r.width / 2 - centre.clientX, r.y + r.height / 2 - centre.clientY);
  const node = nodes
    .map((el) => ({ el, rect: el.getBoundingClientRect() }))
    .sort((a, b) => distance(a.rect) - distance(b.rect))[0]!;
  const grip = { clientX: node.rect.x + node.rect.width / 2, clientY: node.rect.y + 8 };
  const mouse = (type: string, on: EventTarget, at: { clientX: number; clientY: number }) =>
    on.dispatchEvent(new MouseEvent(type, { ...shared, ...at, button: 0, buttons: 1 }));
  const step = (k: number) => {
    const back = Math.floor(k / 15) % 2 ? -1 : 1;
    if (move === "pan")
      pane.dispatchEvent(
        new WheelEvent("wheel", { ...shared, ...centre, deltaX: 9 * back, deltaY: 6 * back }),
      );
    else if (move === "zoom")
      pane.dispatchEvent(new WheelEvent("wheel", { ...shared, ...centre, deltaY: 6 * back, ctrlKey: true }));
    else {
      const away = Math.abs(((k + 30) % 60) - 30) * 4;
      mouse("mousemove", window, { clientX: grip.clientX + away, clientY: grip.clientY + away / 2 });
    }
  };
  const target = node.el.querySelector("header, h4") ?? node.el;
  if (move === "drag") mouse("mousedown", target, grip);
  const times: number[] = [];
  await new Promise<void>((done) => {
    let last = performance.now();
    let k = 0;
    const frame = () => {
      const now = performance.now();
      // The first frames set up what is dragged or panned.
      if (k > 5) times.push(now - last);
      last = now;
      if (k++ >= frames) return done();
      step(k);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  if (move === "drag") mouse("mouseup", window, grip);
  await new Promise((done) => setTimeout(done, 300));
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)]!;
}
