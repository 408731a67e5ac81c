import type { Draft } from '@castellan/flow';
import { useMemo } from 'react';
import { systemLetters, systemName, systemTone } from '../systems/system-tile.js';
import { arrange, type PictureBox, type PictureWire, type Style } from './arrange.js';
import classes from './flow-picture.module.css';

/** From left to right, tiles only: for a card. */
const tiles: Style = {
  direction: 'right',
  box: { width: 44, height: 44 },
  gap: { along: 20, across: 12 },
  brief: true,
  room: { width: 340, height: 116 },
};
/** From top to bottom with titles: for a column beside a form. */
const named: Style = {
  direction: 'down',
  box: { width: 188, height: 44 },
  gap: { along: 26, across: 16 },
  brief: true,
};

interface Props {
  flow: Draft;
  /** With the titles of steps, where there is room to read them. */
  titles?: boolean;
  /** Slots that have a connection; boxes of the others are drawn dashed. All, when left out. */
  connected?: ReadonlySet<string>;
}

/** A flow as a still picture. */
export function FlowPicture({ flow, titles = false, connected }: Props) {
  const style = titles ? named : tiles;
  const { boxes, wires, frame } = useMemo(() => arrange(flow, style), [flow, style]);
  const isOpen = ({ slot }: PictureBox) => slot !== undefined && connected !== undefined && !connected.has(slot);
  const open = boxes.filter(isOpen).length;
  const label = `${boxes.length} boxes of the flow ${flow.name ?? ''}${open > 0 ? `, ${open} without a connection` : ''}`;
  return (
    <svg
      className={classes.picture}
      viewBox={`${frame.x} ${frame.y} ${frame.width} ${frame.height}`}
      style={{ maxWidth: frame.width }}
      role="img"
      aria-label={label}
    >
      {wires.map((wire) => (
        <path key={wire.key} className={classes.wire} d={line(wire.points)} />
      ))}
      {boxes.map((box) => (
        <Box key={box.id} box={box} style={style} titles={titles} open={isOpen(box)} />
      ))}
    </svg>
  );
}

function Box({ box, style, titles, open }: { box: PictureBox; style: Style; titles: boolean; open: boolean }) {
  const { x, y, title, kind, trigger, system } = box;
  const { width, height } = style.box;
  const tone = system === undefined ? undefined : systemTone(system);
  const letters = system === undefined ? signs[trigger ? 'trigger' : kind] : systemLetters(systemName(system));
  const side = titles ? height - 16 : height;
  const inset = (height - side) / 2;
  return (
    <g transform={`translate(${x} ${y})`} className={classes.box} data-open={open || undefined}>
      {titles && <rect width={width} height={height} rx={trigger ? height / 2 : 8} className={classes.card} />}
      <rect
        x={inset}
        y={inset}
        width={side}
        height={side}
        rx={trigger ? side / 2 : side / 5}
        className={classes.tile}
        style={tone === undefined ? undefined : { fill: `light-dark(hsl(${tone} 55% 88%), hsl(${tone} 35% 28%))` }}
      />
      <text x={inset + side / 2} y={height / 2} className={classes.letters}>
        {letters ?? '·'}
      </text>
      {titles && (
        <text x={height} y={height / 2} className={classes.title}>
          {title.length > 20 ? `${title.slice(0, 19)}…` : title}
        </text>
      )}
    </g>
  );
}

/** Signs for boxes that reach no other system. */
const signs: Record<string, string> = {
  trigger: '⚡',
  branch: '◆',
  shape: '{ }',
  filter: '▽',
  loop: '↻',
  wait: '◷',
  approval: '✓',
  subflow: '⧉',
  respond: '↩',
  stop: '■',
};

/** A line through the points with round corners: each bend is a quadratic curve between the middles beside it. */
function line([first, ...rest]: PictureWire['points']): string {
  const last = rest.at(-1);
  if (!first || !last) return '';
  const bends = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? last;
    return `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  return `M${first.x} ${first.y} ${bends.join(' ')} L${last.x} ${last.y}`;
}
