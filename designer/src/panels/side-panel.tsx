import { CloseButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import classes from './panels.module.css';

const narrowest = 320;
const widest = 860;
const usual = 420;
/** Pixels of one press of an arrow key. */
const keyStep = 24;

interface SidePanelProps {
  /** What the panel is, for those who do not see it. */
  label: string;
  /** Left out, the panel has no head and stays open. */
  head?: ReactNode;
  onClose?: () => void;
  /** Stands under what scrolls, and stays. */
  foot?: ReactNode;
  children: ReactNode;
}

/** The panel at the right of the canvas. Its left edge is drawn, or moved by arrow keys, to make it wider. */
export function SidePanel({ label, head, onClose, foot, children }: SidePanelProps) {
  const [width, setWidth] = useLocalStorage({ key: 'castellan-panel-width', defaultValue: usual });
  const resize = (next: number) => setWidth(Math.round(Math.min(widest, Math.max(narrowest, next))));
  const begin = (event: PointerEvent<HTMLHRElement>) => {
    const edge = event.currentTarget;
    const from = { x: event.clientX, width };
    edge.setPointerCapture(event.pointerId);
    edge.onpointermove = (move) => resize(from.width + from.x - move.clientX);
    edge.onpointerup = () => {
      edge.onpointermove = null;
    };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') resize(width + keyStep);
    else if (event.key === 'ArrowRight') resize(width - keyStep);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <aside className={classes.side} style={{ width }} aria-label={label}>
      <hr
        className={classes.edge}
        aria-label="Width of the panel"
        aria-orientation="vertical"
        aria-valuenow={width}
        aria-valuemin={narrowest}
        aria-valuemax={widest}
        // A separator that can be moved is a control (WAI-ARIA window splitter).
        tabIndex={0}
        onPointerDown={begin}
        onKeyDown={onKeyDown}
        onDoubleClick={() => setWidth(usual)}
      />
      {onClose !== undefined && (
        <header className={classes.sideHead}>
          {head}
          <CloseButton aria-label="Close the panel" onClick={onClose} />
        </header>
      )}
      <div className={classes.sideBody}>{children}</div>
      {foot}
    </aside>
  );
}
