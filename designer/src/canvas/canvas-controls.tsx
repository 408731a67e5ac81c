import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core';
import { useReactFlow, useStore } from '@xyflow/react';
import { Maximize, Minus, Plus, Sparkles } from 'lucide-react';
import classes from './canvas.module.css';
import { fitOptions } from './view-of.js';

/** Zoom, fit and, where the flow may change, tidy. */
export function CanvasControls({ onTidy }: { onTidy: (() => void) | undefined }) {
  const flow = useReactFlow();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  return (
    <div className={classes.controls} role="toolbar" aria-label="View">
      <Control label="Zoom out (−)" onClick={() => void flow.zoomOut()}>
        <Minus size={16} />
      </Control>
      <Tooltip label="Actual size (0)" openDelay={400}>
        <UnstyledButton
          className={classes.zoom}
          aria-label={`${zoom} %, actual size`}
          onClick={() => void flow.zoomTo(1)}
        >
          {zoom} %
        </UnstyledButton>
      </Tooltip>
      <Control label="Zoom in (+)" onClick={() => void flow.zoomIn()}>
        <Plus size={16} />
      </Control>
      <Control label="Fit to screen (1)" onClick={() => void flow.fitView(fitOptions)}>
        <Maximize size={16} />
      </Control>
      {onTidy !== undefined && (
        <Control label="Tidy up (Shift+T)" onClick={onTidy}>
          <Sparkles size={16} />
        </Control>
      )}
    </div>
  );
}

function Control(props: { label: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <Tooltip label={props.label} openDelay={400}>
      <ActionIcon variant="subtle" color="gray" aria-label={props.label} onClick={props.onClick}>
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}
