import { Group, Text } from '@mantine/core';
import { useRuns } from '../../api/runs.js';
import { count } from '../../ui/format.js';
import { useNow } from '../../ui/use-now.js';
import { startOf } from '../runs/run-filter.js';
import classes from './home.module.css';
import { barsOf } from './run-bars.js';

const mostRuns = 200;
const height = 64;
const step = 24;

/** `14:00`, in the reader's zone. */
const hourOf = (time: number): string =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(time);

/** Runs of the last day, hour by hour; failed ones at the foot of each bar. */
export function RunChart() {
  const now = useNow();
  const runs = useRuns({ from: startOf('24h', now), limit: mostRuns });
  if (!runs.data || runs.data.length === 0) return null;
  const bars = barsOf(runs.data, now);
  const most = Math.max(...bars.map(({ total }) => total));
  const failed = bars.reduce((sum, bar) => sum + bar.failed, 0);
  const told = runs.hasNextPage ? `The last ${mostRuns} runs` : count(runs.data.length, 'run');
  const summary = `${told} in 24 hours, ${failed} failed`;
  return (
    <figure className={`card ${classes.chart}`}>
      <figcaption>
        <Text size="sm">{summary}</Text>
      </figcaption>
      <svg viewBox={`0 0 ${bars.length * step} ${height}`} preserveAspectRatio="none" role="img" aria-label={summary}>
        {bars.map(({ from, total, failed: bad }, index) => {
          const tall = (total / most) * height;
          const low = (bad / most) * height;
          return (
            <g key={from}>
              <rect
                className={classes.bar}
                x={index * step + 2}
                y={height - tall}
                width={step - 4}
                height={tall - low}
              />
              <rect className={classes.failed} x={index * step + 2} y={height - low} width={step - 4} height={low} />
            </g>
          );
        })}
      </svg>
      <Group justify="space-between" aria-hidden>
        <Text size="xs" c="dimmed">
          {hourOf(bars[0]?.from ?? now)}
        </Text>
        <Text size="xs" c="dimmed">
          now
        </Text>
      </Group>
    </figure>
  );
}
