import type { FilterTrial } from '@castellan/api';
import { Button, Group, Text } from '@mantine/core';
import { FlaskConical } from 'lucide-react';
import { useTryFilter, useWorkspace } from '../../api/index.js';
import { useEditor } from '../../editor/editor-context.js';
import { isObject } from '../../editor/is-object.js';
import { useFormScope } from '../../forms/form-scope.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { StatusBadge } from '../../ui/status-badge.js';
import classes from './try-filter.module.css';

/** What the filter as it is written now makes of the sample and the last deliveries. */
export function TryFilter({ id, filter }: { id: string; filter: unknown }) {
  const flowId = useEditor((state) => state.flowId);
  const isSaved = useEditor((state) => state.save.is) === 'saved';
  const { data } = useFormScope();
  const { can } = useWorkspace();
  const trial = useTryFilter();
  if (!can('flow:write')) return null;
  const sample = isObject(data.trigger) ? { sample: data.trigger } : {};
  const tried = trial.variables !== undefined && JSON.stringify(trial.variables.filter) === JSON.stringify(filter);
  return (
    <div>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<FlaskConical size={14} aria-hidden />}
        loading={trial.isPending}
        disabled={!isSaved}
        onClick={() => trial.mutate({ flowId, trigger: id, filter, ...sample })}
      >
        Try it on the last deliveries
      </Button>
      {tried && trial.error !== null && <Failure what="The filter was not tried" error={trial.error} />}
      {tried && trial.data !== undefined && <Trials items={trial.data.items} />}
    </div>
  );
}

function Trials({ items }: { items: FilterTrial[] }) {
  const passed = items.filter(({ passes }) => passes === true).length;
  if (items.length === 0) {
    return (
      <Text size="sm" c="dimmed" mt="xs" role="status">
        Nothing has come yet, and there is no sample.
      </Text>
    );
  }
  return (
    <div className={classes.trials}>
      <Text size="sm" role="status">
        {passed} of {items.length} would make a run.
      </Text>
      <ul aria-label="What the filter makes of each">
        {items.map((item) => (
          <li key={item.deliveryId ?? 'sample'}>
            <Group gap="xs" justify="space-between" wrap="nowrap">
              <Text size="sm">{item.receivedAt === null ? 'The sample' : <RelativeTime at={item.receivedAt} />}</Text>
              <Verdict {...item} />
            </Group>
            {item.error !== null && (
              <Text size="xs" className={classes.error}>
                {item.error.replace(/\.?$/, '.')} A delivery like this is kept as unmatched.
              </Text>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Verdict({ passes }: FilterTrial) {
  if (passes === null) return <StatusBadge look="failed" word="Cannot be told" />;
  return passes ? <StatusBadge look="succeeded" word="Run" /> : <StatusBadge look="skipped" word="Filtered" />;
}
