import { Handle, type NodeProps, Position } from '@xyflow/react';
import {
  CircleDashed,
  Clock,
  FlaskConical,
  GitMerge,
  Pin,
  RotateCw,
  SkipForward,
  TriangleAlert,
  Workflow,
} from 'lucide-react';
import { type MouseEvent, memo } from 'react';
import { portTops } from '../editor/measures.js';
import { stepStatus } from '../status/statuses.js';
import { SystemTile } from '../systems/system-tile.js';
import { type Badge, type BoxData, boxKindOf, type Port } from './box-data.js';
import classes from './canvas.module.css';
import { useCanvasActions } from './canvas-actions.js';
import { BoxStateLine } from './state-icon.js';
import type { BoxNode } from './to-react-flow.js';

/** One step or trigger on the canvas. */
export const Box = memo(function Box({ data, height = 64 }: NodeProps<BoxNode>) {
  return (
    // The box is a button whose name says all of it; what is drawn beside title and subtitle is no text of its own.
    <div
      className={classes.box}
      data-effect={data.effect ?? undefined}
      data-look={data.state === null ? undefined : stepStatus(data.state).look}
      data-problem={data.problem ?? undefined}
      data-trigger={data.isTrigger || undefined}
      data-untested={data.isUntested || undefined}
      data-on-way={data.onWay > 0 || undefined}
    >
      <BoxTile data={data} />
      <BoxWords data={data} />
      <BoxMarks data={data} />
      {!data.isTrigger && <Handle type="target" id="in" position={Position.Left} className={classes.entry} />}
      <Ports id={data.id} ports={data.ports} height={height} />
    </div>
  );
});

export function BoxTile({ data }: { data: BoxData }) {
  if (data.system !== null) return <SystemTile id={data.system.id} title={data.system.title} size={36} />;
  const Icon = boxKindOf(data)?.icon ?? Workflow;
  return (
    <span className={classes.kindTile} aria-hidden>
      <Icon size={18} />
    </span>
  );
}

export function BoxWords({ data }: { data: BoxData }) {
  return (
    <span className={classes.words}>
      <span className={classes.title}>{data.title}</span> <span className={classes.subtitle}>{data.subtitle}</span>
    </span>
  );
}

/** State and problem at the top right, badges on the bottom edge. */
export function BoxMarks({ data }: { data: BoxData }) {
  return (
    <>
      {data.state !== null && <BoxStateLine state={data.state} />}
      {data.state === null && data.problem !== null && (
        <TriangleAlert size={16} className={classes.problemMark} data-severity={data.problem} aria-hidden />
      )}
      {data.effect === 'destructive' && <span className={classes.destructive} data-text="destructive" />}
      {data.badges.length > 0 && (
        <span className={classes.badges}>
          {data.badges.map((badge) => (
            <BadgeMark key={badge.kind} badge={badge} />
          ))}
        </span>
      )}
    </>
  );
}

const badgeIcons = {
  retry: RotateCw,
  limit: Clock,
  join: GitMerge,
  onError: SkipForward,
  simulator: FlaskConical,
  pinned: Pin,
  untested: CircleDashed,
};

function BadgeMark({ badge }: { badge: Badge }) {
  if (badge.kind === 'planned' || badge.kind === 'way') {
    return (
      <span className={classes.planned} data-kind={badge.kind} title={badge.text}>
        {badge.signs}
      </span>
    );
  }
  const Icon = badgeIcons[badge.kind];
  return (
    <span className={classes.badge} data-kind={badge.kind} title={badge.text}>
      <Icon size={10} aria-label={badge.text} role="img" />
    </span>
  );
}

/** The ways out, at the right edge. A click asks for a next step, a drag draws a wire. */
export function Ports({ id, ports, height }: { id: string; ports: Port[]; height: number }) {
  const actions = useCanvasActions();
  const tops = portTops(ports.length, height);
  const wish = (event: MouseEvent, port: string) => {
    if (actions === null) return;
    event.stopPropagation();
    actions.wish({ screen: { x: event.clientX, y: event.clientY }, after: { from: id, port } });
  };
  return ports.map((port, index) => (
    <Handle
      key={port.id}
      type="source"
      id={port.id}
      position={Position.Right}
      className={classes.port}
      data-kind={port.id === 'error' ? 'error' : undefined}
      style={{ top: tops[index] }}
      onClick={(event) => wish(event, port.id)}
    >
      {ports.length > 1 && (
        <span className={classes.portName} data-named={port.named || undefined} data-text={port.id} />
      )}
    </Handle>
  ));
}
