import { Paper } from '@mantine/core';
import { useClickOutside } from '@mantine/hooks';
import { useLayoutEffect, useState } from 'react';
import type { StepWish } from '../editor/add-item.js';
import { Palette } from './palette.js';
import type { PaletteItem } from './palette-items.js';
import classes from './panels.module.css';

const width = 300;
const height = 400;

interface StepPickerProps {
  wish: StepWish;
  onPick: (item: PaletteItem) => void;
  onClose: () => void;
}

/** The palette at the place where a step is wanted. */
export function StepPicker({ wish, onPick, onClose }: StepPickerProps) {
  const frame = useClickOutside<HTMLDivElement>(onClose);
  const [at, setAt] = useState(wish.screen);
  useLayoutEffect(() => {
    setAt({
      x: Math.max(8, Math.min(wish.screen.x, window.innerWidth - width - 8)),
      y: Math.max(8, Math.min(wish.screen.y, window.innerHeight - height - 8)),
    });
  }, [wish]);
  const leadsHere = wish.after !== undefined || wish.wire !== undefined;
  const only = wish.trigger ? 'triggers' : leadsHere ? 'steps' : undefined;
  return (
    <Paper
      ref={frame}
      className={classes.picker}
      shadow="lg"
      withBorder
      role="dialog"
      aria-label={wish.trigger ? 'Add a trigger' : 'Add a step'}
      style={{ left: at.x, top: at.y, width, height }}
    >
      <Palette autoFocus only={only} onPick={onPick} onClose={onClose} />
    </Paper>
  );
}
