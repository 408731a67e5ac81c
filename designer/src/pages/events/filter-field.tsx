import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useTryEventFilter } from '../../api/events.js';
import { Failure } from '../../ui/failure.js';
import { exactTime } from '../../ui/format.js';
import { StatusBadge } from '../../ui/status-badge.js';

interface Props {
  event: string;
  value: string;
  onChange(value: string): void;
}

/** A filter in CEL with its trial: what it makes of the sample and of the last events. */
export function FilterField({ event, value, onChange }: Props) {
  const trial = useTryEventFilter();
  const items = trial.data?.items;
  return (
    <Stack gap="xs">
      <Textarea
        label="Only when"
        description={'An expression in CEL over the event as it is sent. Empty: always.'}
        placeholder={'event.data.flow.name == "Offboarding"'}
        value={value}
        onChange={(change) => {
          trial.reset();
          onChange(change.currentTarget.value);
        }}
        autosize
        minRows={2}
        maxLength={8_192}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <Group>
        <Button
          size="xs"
          variant="default"
          disabled={value.trim() === '' || event === ''}
          loading={trial.isPending}
          onClick={() => trial.mutate({ event, filter: value })}
        >
          Try the filter
        </Button>
      </Group>
      {trial.error && <Failure what="The filter cannot be tried" error={trial.error} />}
      {items && (
        <Stack component="ul" gap={4} aria-label="What the filter lets through" pl={0} style={{ listStyle: 'none' }}>
          {items.map(({ eventId, at, passes, error }) => (
            <Group component="li" key={eventId ?? 'sample'} gap="xs">
              <StatusBadge
                plain
                look={passes === null ? 'failed' : passes ? 'succeeded' : 'skipped'}
                word={passes === null ? 'Fails' : passes ? 'Let through' : 'Kept back'}
              />
              <Text size="sm">{at === null ? 'The sample' : exactTime(at)}</Text>
              {error && (
                <Text size="xs" c="var(--state-failed)" className="break-anywhere">
                  {error}
                </Text>
              )}
            </Group>
          ))}
          {items.length === 1 && (
            <Text size="xs" c="dimmed">
              No event of this kind has been told yet.
            </Text>
          )}
        </Stack>
      )}
    </Stack>
  );
}
