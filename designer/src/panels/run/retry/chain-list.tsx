import type { RunRow } from '@castellan/api';
import type { Draft } from '@castellan/flow';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useRunChain, useWorkspace } from '../../../api/index.js';
import { outlineOf, titleOf } from '../../../editor/outline.js';
import { RunStatusBadge } from '../../../status/statuses.js';
import { RelativeTime } from '../../../ui/relative-time.js';
import classes from './retry.module.css';
import { placeWords } from './retry-words.js';

/** The run and its retries, each with a link; nothing for a run that was never retried. */
export function ChainList({ run, draft }: { run: RunRow; draft: Draft }) {
  const ws = useWorkspace().id;
  const { data: chain } = useRunChain(run.id);
  if (chain === undefined || chain.items.length < 2) return null;
  const titleOfStep = (id: string) => {
    const place = outlineOf(draft).places.get(id);
    return place === undefined ? id : titleOf(place);
  };
  return (
    <section aria-label="Retries">
      <Text size="sm" fw={600} mb={4}>
        Retries
      </Text>
      <ol className={classes.chain}>
        {chain.items.map((one) => (
          <li key={one.id} aria-current={one.id === run.id ? 'true' : undefined}>
            <RunStatusBadge status={one.status} plain />
            {one.id === run.id ? (
              <strong>This run</strong>
            ) : (
              <Link to="/w/$ws/runs/$runId" params={{ ws, runId: one.id }}>
                {one.retryOf === null ? 'First run' : 'Retry'}
              </Link>
            )}
            <span className={classes.soft}>
              {one.place !== null && `${placeWords(one.place, titleOfStep)}, `}
              {one.version === 0 ? 'draft' : `v${one.version}`}, <RelativeTime at={one.createdAt} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
