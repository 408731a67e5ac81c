import type { Locator } from 'playwright-core';
import { literally } from './literally.js';

/** Boxes and wires, in the editor and in a run. A box's name is its title, what it does, and how it stands. */
export function canvas(region: Locator) {
  const box = (title: string) => region.getByRole('button', { name: new RegExp(`^${literally(title)},`) });
  const inView = async (title: string) => {
    const frame = await box(title).boundingBox();
    if (frame === null) throw new Error(`${title} is not in view.`);
    return frame;
  };
  const drag = async (from: { x: number; y: number }, to: { x: number; y: number }) => {
    const mouse = region.page().mouse;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(to.x, to.y, { steps: 8 });
    await mouse.up();
  };
  const portOf = async (title: string) => {
    const port = region.locator('.react-flow__node', { has: region.page().getByText(title, { exact: true }) });
    const frame = await port.locator('.react-flow__handle.source').first().boundingBox();
    if (frame === null) throw new Error(`The port of ${title} is not in view.`);
    return { x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 };
  };
  return {
    box,
    /** Its name without the title, such as `Wait · 5 s, succeeded`. */
    words: async (title: string) => (await box(title).getAttribute('aria-label'))?.slice(title.length + 2) ?? '',
    /** By the keyboard: the canvas then brings a box into view that lies outside. */
    open: async (title: string) => {
      await box(title).focus();
      await box(title).press('Enter');
    },
    /** Draws a wire from the first port of a box to nowhere, by pixels of the screen. */
    dropWire: async (from: string, by: { x: number; y: number }) => {
      const start = await portOf(from);
      await drag(start, { x: start.x + by.x, y: start.y + by.y });
    },
    /** The "+" in the middle of a wire. */
    addOnWire: async (from: string, port: string, to: string) => {
      const wire = region.getByRole('group', { name: `Wire from ${from}, ${port}, to ${to}`, exact: true });
      await wire.hover();
      await wire.locator('[data-wire-add]').click();
    },
    wire: (from: string, port: string, to: string) =>
      region.getByRole('group', { name: `Wire from ${from}, ${port}, to ${to}`, exact: true }),
    /** Moves a box with the mouse, by pixels of the screen. */
    move: async (title: string, by: { x: number; y: number }) => {
      const { x, y, width, height } = await inView(title);
      await drag({ x: x + width / 2, y: y + height / 2 }, { x: x + width / 2 + by.x, y: y + height / 2 + by.y });
    },
    place: async (title: string) => {
      const { x, y } = await inView(title);
      return { x: Math.round(x), y: Math.round(y) };
    },
    /** Draws a wire with the mouse, from the only port of a box onto another box. */
    drawWire: async (from: string, to: string) => {
      const [start, end] = await Promise.all([inView(from), inView(to)]);
      await drag(
        { x: start.x + start.width, y: start.y + start.height / 2 },
        { x: end.x + end.width / 4, y: end.y + end.height / 2 },
      );
    },
  };
}
