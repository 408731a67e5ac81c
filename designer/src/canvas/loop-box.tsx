import { eachPort } from '@castellan/flow';
import { Handle, type NodeProps, Position } from '@xyflow/react';
import { memo } from 'react';
import { boxHeight, loopHeader, smallestLoop } from '../editor/measures.js';
import { stepStatus } from '../status/statuses.js';
import { BoxMarks, BoxTile, BoxWords, Ports } from './box.js';
import classes from './canvas.module.css';
import { useCanvasActions } from './canvas-actions.js';
import { IterationPicker } from './iteration-picker.js';
import { type BoxNode, eachTop } from './to-react-flow.js';

/** A loop: its header is the step, below it stand the steps that run for each item. */
export const LoopBox = memo(function LoopBox({ data, width, height }: NodeProps<BoxNode>) {
  const size = { width: width ?? smallestLoop.width, height: height ?? smallestLoop.height };
  const actions = useCanvasActions();
  return (
    <>
      <div
        className={classes.loop}
        data-look={data.state === null ? undefined : stepStatus(data.state).look}
        data-problem={data.problem ?? undefined}
        data-untested={data.isUntested || undefined}
        data-on-way={data.onWay > 0 || undefined}
      >
        <div className={classes.loopHeader} style={{ height: loopHeader }}>
          <BoxTile data={data} />
          <BoxWords data={data} />
          <BoxMarks data={data} />
        </div>
        <Handle
          type="target"
          id="in"
          position={Position.Left}
          className={classes.entry}
          style={{ top: Math.min(loopHeader, boxHeight) / 2 }}
        />
        <Ports id={data.id} ports={data.ports} height={loopHeader} />
        <Handle
          type="source"
          id={eachPort}
          position={Position.Right}
          className={classes.eachPort}
          style={{ top: eachTop(size) }}
          onClick={(event) => {
            if (actions === null) return;
            event.stopPropagation();
            actions.wish({
              screen: { x: event.clientX, y: event.clientY },
              after: { from: data.id, port: eachPort },
            });
          }}
        >
          <span className={classes.eachName} data-text={eachPort} />
        </Handle>
      </div>
      {data.iteration !== null && <IterationPicker loop={data.id} iteration={data.iteration} />}
    </>
  );
});
