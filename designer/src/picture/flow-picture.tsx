import type { Draft } from '@castellan/flow';
import { useMemo } from 'react';
import { systemLetters, systemName, systemTone } from '../systems/system-tile.js';
import { arrange, box, type PictureBox, type PictureWire } from './arrange.js';
import classes from './flow-picture.module.css';

interface Props {
  flow: Draft;
  /** With the titles of steps, where there is room to read them. */
  titles?: boolean;
  /** Slots that have a connection; boxes of the others are drawn dashed. All, when left out. */
  connected?: ReadonlySet<string>;
}

/** A flow as a still picture. */
export function FlowPicture({ flow, titles = false, connected }: Props) {
  const { boxes, wires, frame } = useMemo(() => arrange(flow), [flow]);
  const open = boxes.filter(({ slot }) => slot !== undefined && connected && !connected.has(slot)).length;
  const label = `${boxes.length} boxes of the flow ${flow.name ?? ''}${open > 0 ? `, ${open} without a connection` : ''}`;
  return (
    <svg
      className={classes.picture}
      viewBox={`${frame.x} ${frame.y} ${frame.width} ${frame.height}`}
      role="img"
      aria-label={label}
    >
      {wires.map(({ key, from, to }) => (
        <path key={key} className={classes.wire} d={curve({ from, to })} />
      ))}
      {boxes.map((one) => (
        <Box
          key={one.id}
          drawn={one}
          titles={titles}
          open={one.slot !== undefined && connected !== undefined && !connected.has(one.slot)}
        />
      ))}
    </svg>
  );
}

function Box({ drawn, titles, open }: { drawn: PictureBox; titles: boolean; open: boolean }) {
  const { x, y, title, kind, trigger, system } = drawn;
  const tone = system === undefined ? undefined : systemTone(system);
  const letters = system === undefined ? signs[trigger ? 'trigger' : kind] : systemLetters(systemName(system));
  return (
    <g transform={`translate(${x} ${y})`} className={classes.box} data-open={open || undefined}>
      <rect width={box.width} height={box.height} rx={trigger ? 32 : 10} className={classes.card} />
      <rect
        x={12}
        y={12}
        width={40}
        height={40}
        rx={trigger ? 20 : 10}
        className={classes.tile}
        style={tone === undefined ? undefined : { fill: `light-dark(hsl(${tone} 55% 88%), hsl(${tone} 35% 28%))` }}
      />
      <text x={32} y={38} textAnchor="middle" className={classes.letters}>
        {letters ?? '·'}
      </text>
      {titles ? (
        <text x={64} y={38} className={classes.title}>
          {title.length > 21 ? `${title.slice(0, 20)}…` : title}
        </text>
      ) : (
        <>
          <rect
            x={64}
            y={20}
            width={Math.min(148, 40 + title.length * 5)}
            height={9}
            rx={4.5}
            className={classes.line}
          />
          <rect x={64} y={38} width={72} height={7} rx={3.5} className={classes.line} opacity={0.5} />
        </>
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

function curve({ from, to }: Pick<PictureWire, 'from' | 'to'>): string {
  const startX = from.x + box.width;
  const startY = from.y + box.height / 2;
  const endY = to.y + box.height / 2;
  const bend = Math.max(24, Math.abs(to.x - startX) / 2);
  return `M${startX} ${startY} C${startX + bend} ${startY} ${to.x - bend} ${endY} ${to.x} ${endY}`;
}
