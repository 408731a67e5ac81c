import type { PolicyException } from '@castellan/api';
import type { PolicyRule } from '@castellan/flow';
import { Button, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useFlows } from '../../api/flows.js';
import { useEndException, useExcept } from '../../api/policy.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { ListDrawing } from '../../ui/drawings.js';
import { EmptyState } from '../../ui/empty-state.js';
import { Failure } from '../../ui/failure.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { RowRemoval } from '../../ui/row-removal.js';
import { ruleWords } from './policy-words.js';

/** Flows that need not keep to a rule, each with the reason and who said so. */
export function PolicyExceptions({ exceptions, mayChange }: { exceptions: PolicyException[]; mayChange: boolean }) {
  const columns: Column<PolicyException>[] = [
    { key: 'flow', title: 'Flow', cell: ({ flowName }) => <Text size="sm">{flowName}</Text> },
    { key: 'rule', title: 'Need not keep to', cell: ({ rule }) => <Text size="sm">{ruleWords[rule].short}</Text> },
    { key: 'reason', title: 'Why', cell: ({ reason }) => <Text size="sm">{reason}</Text> },
    {
      key: 'given',
      title: 'Given',
      cell: ({ givenBy, givenAt }) => (
        <Text size="sm">
          {givenBy}, <RelativeTime at={givenAt} />
        </Text>
      ),
      wideOnly: true,
    },
    {
      key: 'actions',
      title: 'Actions',
      titleHidden: true,
      cell: (row) => mayChange && <EndButton exception={row} />,
    },
  ];
  return (
    <section aria-label="Exceptions">
      <Title order={3} mb="xs">
        Exceptions
      </Title>
      <Stack gap="sm">
        <DataTable
          label="Exceptions"
          columns={columns}
          rows={exceptions}
          rowKey={({ flowId, rule }) => `${flowId} ${rule}`}
          empty={<EmptyState drawing={<ListDrawing />}>Every flow keeps to the rules.</EmptyState>}
        />
        {mayChange && <ExceptForm />}
      </Stack>
    </section>
  );
}

function EndButton({ exception: { flowId, flowName, rule } }: { exception: PolicyException }) {
  const end = useEndException();
  return (
    <RowRemoval
      verb="End"
      failure="Not ended"
      name={`the exception of ${flowName}`}
      title={`Hold ${flowName} against the rule again?`}
      removal={end}
      onRemove={(closing) => end.mutate({ flowId, rule }, closing)}
    >
      What is published of it goes on. It counts from the next time that the flow is published.
    </RowRemoval>
  );
}

function ExceptForm() {
  const flows = useFlows();
  const except = useExcept();
  const [flowId, setFlowId] = useState<string | null>(null);
  const [rule, setRule] = useState<PolicyRule>('guarded');
  const [reason, setReason] = useState('');

  function submit(event: FormEvent) {
    event.preventDefault();
    if (flowId === null) return;
    except.mutate(
      { flowId, rule, reason },
      {
        onSuccess: () => {
          setFlowId(null);
          setReason('');
        },
      },
    );
  }

  return (
    <form onSubmit={submit} noValidate aria-label="A new exception">
      <Stack gap="sm" maw={720}>
        {except.error && <Failure what="Not excepted" error={except.error} />}
        <Group align="flex-end" grow>
          <Select
            label="Flow"
            placeholder="Choose a flow"
            data={flows.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
            value={flowId}
            onChange={setFlowId}
            searchable
          />
          <Select
            label="Need not keep to"
            data={Object.entries(ruleWords).map(([value, { short }]) => ({ value, label: short }))}
            value={rule}
            onChange={(next) => next && setRule(next as PolicyRule)}
            allowDeselect={false}
          />
        </Group>
        <TextInput
          label="Why"
          value={reason}
          maxLength={1_000}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group>
          <Button
            type="submit"
            variant="default"
            loading={except.isPending}
            disabled={flowId === null || reason.trim() === ''}
          >
            Except it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
