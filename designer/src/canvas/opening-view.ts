import type { Viewport } from '@xyflow/react';
import type { Point, Size } from '../editor/measures.js';

/** Words on boxes can be read down to this zoom; a flow that needs less to fit is opened at its beginning. */
const readable = 0.5;
const usual = 0.8;
const margin = 48;

/** How a flow is shown when it is opened: as a whole where that can be read, else its beginning, or a box to look at. */
export function openingView(boxes: (Point & Size)[], room: Size, lookAt?: Point & Size): Viewport {
  if (boxes.length === 0) return { x: 0, y: 0, zoom: 1 };
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  const fitting = Math.min(1, (room.width - 2 * margin) / (right - left), (room.height - 2 * margin) / (bottom - top));
  if (fitting >= readable) return centred({ x: (left + right) / 2, y: (top + bottom) / 2 }, room, fitting);
  if (lookAt !== undefined) {
    return centred({ x: lookAt.x + lookAt.width / 2, y: lookAt.y + lookAt.height / 2 }, room, usual);
  }
  const first = boxes.toSorted((a, b) => a.x - b.x || a.y - b.y)[0]!;
  // A little above the middle: the overview stands at the lower left.
  return { x: margin - left * usual, y: room.height * 0.4 - (first.y + first.height / 2) * usual, zoom: usual };
}

function centred(middle: Point, room: Size, zoom: number): Viewport {
  return { x: room.width / 2 - middle.x * zoom, y: room.height / 2 - middle.y * zoom, zoom };
}
