import type { StepState } from '@castellan/api';
import { Group, NumberInput, Pagination, SegmentedControl, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { StateIcon } from '../../canvas/state-icon.js';
import { stepStatus } from '../../status/statuses.js';
import { number } from '../../ui/format.js';
import panels from '../panels.module.css';
import { type ItemFilter, itemPage, itemsPerPage } from './item-page.js';
import classes from './run.module.css';
import { itemWords } from './timeline.js';

interface ItemListProps {
  /** The step in all its iterations. */
  all: readonly StepState[];
  chosen: string;
  onChoose: (iteration: string) => void;
}

/** The iterations of a step in a loop, those that failed first, a page at a time. */
export function ItemList({ all, chosen, onChoose }: ItemListProps) {
  const [filter, setFilter] = useState<ItemFilter>('all');
  const [page, setPage] = useState(1);
  const { rows, total, failed, pages } = itemPage(all, filter, page);
  const atTop = !chosen.includes('.');
  return (
    <section aria-label="Items">
      <Group gap="xs" justify="space-between">
        <SegmentedControl
          size="xs"
          aria-label="Which items"
          data={[
            { value: 'all', label: `All ${number(all.length)}` },
            { value: 'failed', label: `Failed ${number(failed)}` },
          ]}
          value={filter}
          onChange={(next) => {
            setFilter(next as ItemFilter);
            setPage(1);
          }}
        />
        {atTop && (
          <NumberInput
            size="xs"
            w={110}
            aria-label="Go to item"
            placeholder="Go to item"
            min={1}
            hideControls
            onChange={(value) => {
              const wanted = String(Number(value) - 1);
              if (all.some(({ iteration }) => iteration === wanted)) onChoose(wanted);
            }}
          />
        )}
      </Group>
      <ul className={panels.list}>
        {rows.map((state) => (
          <li key={state.iteration}>
            <UnstyledButton
              className={panels.line}
              aria-current={state.iteration === chosen ? 'true' : undefined}
              data-chosen={state.iteration === chosen || undefined}
              onClick={() => onChoose(state.iteration)}
            >
              <StateIcon step={state} />
              <span className={classes.stepName}>
                Item {itemWords(state.iteration)}
                {state.error === null ? '' : `: ${state.error.message}`}
              </span>
              <span className={classes.soft}>{stepStatus(state).word}</span>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {total > itemsPerPage && (
        <Pagination
          size="xs"
          total={pages}
          value={page}
          onChange={setPage}
          getControlProps={(control) => ({ 'aria-label': `${control} page` })}
        />
      )}
    </section>
  );
}
