import type { StepState } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { stepStatus } from '../../status/statuses.js';
import { duration, elapsed } from '../../ui/format.js';
import { useNow } from '../../ui/use-now.js';
import classes from './run.module.css';
import { type TimelineBar, timelineRows } from './timeline-rows.js';

interface TimelineProps {
  draft: Draft;
  startedAt: string;
  endedAt: string | null;
  steps: ReadonlyMap<string, StepState>;
  chosen: string | undefined;
  onChoose: (stepId: string, iteration: string) => void;
}

/** When each step ran, as bars over the time of the run. */
export function Timeline({ draft, startedAt, endedAt, steps, chosen, onChoose }: TimelineProps) {
  const [open, setOpen] = useLocalStorage({ key: 'castellan-timeline', defaultValue: true });
  const now = useNow(endedAt !== null);
  const from = Date.parse(startedAt);
  const to = endedAt === null ? Math.max(now, Date.now()) : Date.parse(endedAt);
  const rows = timelineRows({ draft, states: steps.values(), from, to });
  return (
    <section className={classes.timeline} aria-label="Timeline">
      <UnstyledButton className={classes.timelineHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <ChevronDown size={14} aria-hidden /> : <ChevronUp size={14} aria-hidden />}
        <strong>Timeline</strong>
        <span className={classes.soft}>{duration(to - from)}</span>
      </UnstyledButton>
      {open && (
        <ol className={classes.rows}>
          {rows.map((row) => (
            <li key={row.id} className={classes.row} data-chosen={row.id === chosen || undefined}>
              <UnstyledButton
                className={classes.rowTitle}
                style={{ paddingInlineStart: row.depth * 12 }}
                onClick={() => onChoose(row.id, row.bars[0]?.state.iteration ?? '')}
              >
                {row.title}
              </UnstyledButton>
              <div className={classes.track}>
                {row.bars.map((bar) => (
                  <Bar key={bar.state.iteration} title={row.title} bar={bar} now={to} onChoose={onChoose} />
                ))}
              </div>
              <span className={classes.soft}>
                {row.more > 0
                  ? `+${row.more}`
                  : row.bars.length > 1
                    ? `×${row.bars.length}`
                    : lengthOf(row.bars[0], to)}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

interface BarProps {
  title: string;
  bar: TimelineBar;
  now: number;
  onChoose: (stepId: string, iteration: string) => void;
}

function Bar({ title, bar, now, onChoose }: BarProps) {
  const { state, start, length } = bar;
  const { look, word } = stepStatus(state);
  const item = state.iteration === '' ? '' : `, item ${itemWords(state.iteration)}`;
  const words = `${title}${item}: ${word}, ${lengthOf(bar, now)}`;
  return (
    <button
      type="button"
      className={classes.bar}
      aria-label={words}
      title={words}
      tabIndex={-1}
      style={{
        left: `${start * 100}%`,
        width: `max(3px, ${length * 100}%)`,
        background: `var(--state-${look})`,
      }}
      onClick={() => onChoose(state.stepId, state.iteration)}
    />
  );
}

function lengthOf(bar: TimelineBar | undefined, now: number): string {
  const ms = bar === undefined ? null : elapsed(bar.state.startedAt, bar.state.endedAt, now);
  return ms === null ? '' : duration(ms);
}

/** An iteration as people count: "0.2" is "1.3". */
export function itemWords(iteration: string): string {
  return iteration
    .split('.')
    .map((index) => Number(index) + 1)
    .join('.');
}
