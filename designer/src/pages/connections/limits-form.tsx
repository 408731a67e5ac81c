import type { CallLimits, ConnectionRow } from '@castellan/api';
import { Button, Group, NumberInput, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSaveConnection } from '../../api/connections.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';

/** How many calls runs may make by the connection, all of them together. */
export function LimitsForm({ connection }: { connection: ConnectionRow }) {
  const { can } = useWorkspace();
  const save = useSaveConnection(connection.id);
  const [limits, setLimits] = useState<CallLimits>(connection.limits);
  const { atOnce, perSecond } = connection.limits;
  const changed = limits.atOnce !== atOnce || limits.perSecond !== perSecond;
  const disabled = !can('connection:write');

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate({ limits }, { onSuccess: (row) => setLimits(row.limits) });
  }

  return (
    <section aria-label="Limits">
      <Title order={2} mb="xs">
        Limits
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        For the calls of all runs together. A call beyond them waits, which the run says and which costs no attempt.
        What people ask here, such as a test, does not wait for a slot.
      </Text>
      <form onSubmit={submit} noValidate>
        {save.error !== null && <Failure what="Not saved" error={save.error} />}
        <Group align="flex-end">
          <NumberInput
            label="Calls at once, at most"
            placeholder="No limit"
            value={limits.atOnce ?? ''}
            onChange={(next) => setLimits({ ...limits, atOnce: typeof next === 'number' ? next : null })}
            allowDecimal={false}
            min={1}
            max={10_000}
            disabled={disabled}
          />
          <NumberInput
            label="Calls a second, at most"
            placeholder="No limit"
            value={limits.perSecond ?? ''}
            onChange={(next) => setLimits({ ...limits, perSecond: typeof next === 'number' ? next : null })}
            decimalScale={3}
            min={0.001}
            max={10_000}
            disabled={disabled}
          />
          <Button type="submit" variant="default" loading={save.isPending} disabled={disabled || !changed}>
            Save limits
          </Button>
        </Group>
      </form>
    </section>
  );
}
