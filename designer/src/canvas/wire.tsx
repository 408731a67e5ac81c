import { BaseEdge, type EdgeProps, getBezierPath } from '@xyflow/react';
import { memo } from 'react';
import classes from './canvas.module.css';
import { useCanvasActions } from './canvas-actions.js';
import type { WireEdge } from './to-react-flow.js';

/** A wire; in a run the one that was taken is heavier and names its items. Its "+" puts a step on it. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { data, markerEnd, interactionWidth } = props;
  const [path, middleX, middleY] = getBezierPath(props);
  const actions = useCanvasActions();
  const taken = data?.taken ?? null;
  return (
    <g className={classes.wire} data-taken={taken === null ? undefined : String(taken)} data-port={data?.port}>
      <BaseEdge
        path={path}
        {...(markerEnd === undefined ? {} : { markerEnd })}
        interactionWidth={interactionWidth ?? 24}
      />
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
