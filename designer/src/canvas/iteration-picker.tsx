import { ActionIcon } from '@mantine/core';
import { NodeToolbar, Position } from '@xyflow/react';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import classes from './canvas.module.css';
import { useChooseIteration } from './canvas-actions.js';
import type { ShownIteration } from './run-overlay.js';

/** Goes through the iterations of a loop in the run that is shown; it stands over the loop, which is a button itself. */
export function IterationPicker({ loop, iteration }: { loop: string; iteration: ShownIteration }) {
  const choose = useChooseIteration();
  const { index, known } = iteration;
  const at = known.indexOf(index);
  if (choose === null || known.length < 2) return null;
  const go = (to: number | undefined) => to !== undefined && choose(loop, to);
  return (
    <NodeToolbar
      nodeId={loop}
      isVisible
      position={Position.Top}
      align="start"
      offset={4}
      className={classes.iterations}
    >
      <ActionIcon
        variant="subtle"
        color="gray"
        size="xs"
        aria-label="Previous item"
        disabled={at === 0}
        onClick={() => go(known[at - 1])}
      >
        <ChevronLeft size={14} />
      </ActionIcon>
      <span>
        item {index + 1} of {known.length}
      </span>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="xs"
        aria-label="Next item"
        disabled={at === known.length - 1}
        onClick={() => go(known[at + 1])}
      >
        <ChevronRight size={14} />
      </ActionIcon>
    </NodeToolbar>
  );
}
