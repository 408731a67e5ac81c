import { BaseEdge, type EdgeProps, getBezierPath } from '@xyflow/react';
import { memo } from 'react';
import { pointsOf, roundedPath } from '../editor/wire-routes.js';
import classes from './canvas.module.css';
import { useCanvasActions } from './canvas-actions.js';
import type { WireEdge } from './to-react-flow.js';

const arrowId = 'castellan-arrow';

/** The head of all wires, in the colour of each; it stands once on the page. */
export function ArrowHead() {
  return (
    <svg width="0" height="0" aria-hidden style={{ position: 'absolute' }}>
      <defs>
        <marker
          id={arrowId}
          markerUnits="userSpaceOnUse"
          markerWidth="12"
          markerHeight="12"
          viewBox="0 0 12 12"
          refX="10"
          refY="6"
          orient="auto-start-reverse"
        >
          <path d="M2 2L10 6L2 10Z" fill="context-stroke" />
        </marker>
      </defs>
    </svg>
  );
}

/** A wire; in a run the one that was taken is heavier and names its items. Its "+" puts a step on it. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { data, interactionWidth } = props;
  const [path, middleX, middleY] = pathOf(props);
  const actions = useCanvasActions();
  const taken = data?.taken ?? null;
  return (
    <g
      className={classes.wire}
      data-taken={taken === null ? undefined : String(taken)}
      data-untested={data?.untested || undefined}
      data-on-way={data?.onWay || undefined}
      data-port={data?.port}
    >
      <BaseEdge path={path} markerEnd={`url(#${arrowId})`} interactionWidth={interactionWidth ?? 24} />
      {typeof data?.count === 'number' && (
        <g transform={`translate(${middleX} ${middleY})`}>
          <rect x={-16} y={-10} width={32} height={20} rx={10} className={classes.wireCount} />
          <text textAnchor="middle" dominantBaseline="central" className={classes.wireCountText}>
            {data.count > 9999 ? '9999+' : data.count}
          </text>
        </g>
      )}
      {actions !== null && (
        <g className={classes.wireAdd} data-wire-add transform={`translate(${middleX} ${middleY})`}>
          <title>Put a step here</title>
          <circle r={11} />
          <path d="M-5 0H5M0-5V5" />
        </g>
      )}
    </g>
  );
});

/** The path and a point on it. Ports are drawn a few pixels beside where a detour was planned. */
function pathOf(props: EdgeProps<WireEdge>): [path: string, x: number, y: number] {
  const { sourceX, sourceY, targetX, targetY } = props;
  const detour = props.data?.detour ?? null;
  const moved =
    detour !== null &&
    Math.max(Math.abs(targetX - sourceX - detour.across), Math.abs(targetY - sourceY - detour.down)) > portSize;
  if (detour === null || moved) {
    const [path, x, y] = getBezierPath(props);
    return [path, x, y];
  }
  const points = pointsOf(detour, { x: sourceX, y: sourceY }, { x: targetX, y: targetY });
  const [turn, end] = [points[2]!, points[3]!];
  return [roundedPath(points, 12), (turn.x + end.x) / 2, turn.y];
}

const portSize = 20;
