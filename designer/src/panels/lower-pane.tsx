import { useLocalStorage } from '@mantine/hooks';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import classes from './panels.module.css';

const lowest = 120;
const usual = 320;
/** Pixels of one press of an arrow key. */
const keyStep = 24;
/** What stays for the form above. */
const leaves = 220;

/** The lower part of a side panel, with an edge of its own: what belongs beside the form and must not cover it. */
export function LowerPane({ label, children }: { label: string; children: ReactNode }) {
  const [height, setHeight] = useLocalStorage({ key: 'castellan-lower-pane', defaultValue: usual });
  const resize = (next: number) => setHeight(Math.round(Math.min(window.innerHeight - leaves, Math.max(lowest, next))));
  const begin = (event: PointerEvent<HTMLHRElement>) => {
    const edge = event.currentTarget;
    const from = { y: event.clientY, height };
    edge.setPointerCapture(event.pointerId);
    edge.onpointermove = (move) => resize(from.height + from.y - move.clientY);
    edge.onpointerup = () => {
      edge.onpointermove = null;
    };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowUp') resize(height + keyStep);
    else if (event.key === 'ArrowDown') resize(height - keyStep);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className={classes.lowerPane} style={{ height }} aria-label={label}>
      <hr
        className={classes.upperEdge}
        aria-label={`Height of ${label}`}
        aria-orientation="horizontal"
        aria-valuenow={height}
        aria-valuemin={lowest}
        // A separator that can be moved is a control (WAI-ARIA window splitter).
        tabIndex={0}
        onPointerDown={begin}
        onKeyDown={onKeyDown}
        onDoubleClick={() => setHeight(usual)}
      />
      <div className={classes.lowerBody}>{children}</div>
    </section>
  );
}
