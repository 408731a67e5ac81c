import type { BudgetUse, WorkspaceBudgets } from '@castellan/api';
import { Button, Fieldset, Group, NumberInput, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useBudgets, useSaveBudgets } from '../../api/budgets.js';
import { useTables } from '../../api/tables.js';
import { useWorkspace } from '../../api/workspace.js';
import { limitWords, usedOf } from '../../status/budget-words.js';
import { Failure } from '../../ui/failure.js';
import { count, number } from '../../ui/format.js';

/** What flows may take away before an approver is asked, for each flow and for all together. */
export function BudgetsPanel() {
  const { can } = useWorkspace();
  const { data, error, refetch } = useBudgets();
  return (
    <Stack gap="md">
      <div>
        <Title order={2} mb="xs">
          Budgets
        </Title>
        <Text size="sm" maw={720}>
          Counted is what flows take away: revokes, deletions, accounts that are disabled. A call past a limit is not
          sent. Its run waits until an approver, who did not start it, has seen the list and lets it through.
        </Text>
      </div>
      {error && <Failure what="The budgets cannot be read" error={error} onRetry={() => void refetch()} />}
      {data && <Usage budgets={data.budgets} used={data.used} />}
      {data && can('workspace:write') && <Form key={JSON.stringify(data.budgets)} budgets={data.budgets} />}
    </Stack>
  );
}

function Usage({ budgets: { together }, used }: { budgets: WorkspaceBudgets; used: BudgetUse }) {
  return (
    <Text size="sm" aria-live="polite">
      All flows together: {usedOf(used.hour, together.perHour)} this hour, {usedOf(used.day, together.perDay)} in 24
      hours, about {count(used.people, 'person', 'people')}
      {used.population !== null && ` of ${number(used.population)}`}.
    </Text>
  );
}

type Limits = WorkspaceBudgets['eachFlow'];

function Form({ budgets }: { budgets: WorkspaceBudgets }) {
  const save = useSaveBudgets();
  const [given, setGiven] = useState(budgets);

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(given);
  }

  return (
    <form onSubmit={submit} noValidate aria-label="Budgets of the workspace">
      <Stack maw={720}>
        {save.error && <Failure what="Not saved" error={save.error} />}
        <LimitFields
          legend="Each flow that does not say itself"
          names={['perRun', 'perHour', 'perDay', 'shareOfPopulation']}
          limits={given.eachFlow}
          onChange={(eachFlow) => setGiven({ ...given, eachFlow })}
        />
        <LimitFields
          legend="All flows together, whatever they say"
          names={['perHour', 'perDay', 'shareOfPopulation']}
          limits={given.together}
          onChange={({ perRun: _, ...together }) => setGiven({ ...given, together })}
        />
        <PopulationFields population={given.population} onChange={(population) => setGiven({ ...given, population })} />
        <Group>
          <Button type="submit" variant="default" loading={save.isPending} disabled={given === budgets}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface LimitFieldsProps {
  legend: string;
  names: (keyof Limits)[];
  limits: Limits;
  onChange(limits: Limits): void;
}

function LimitFields({ legend, names, limits, onChange }: LimitFieldsProps) {
  const put = (name: keyof Limits, value: number | undefined) => {
    const { [name]: _, ...rest } = limits;
    onChange(value === undefined ? rest : { ...rest, [name]: value });
  };
  return (
    <Fieldset legend={legend}>
      <SimpleGrid cols={{ base: 1, xs: 2, sm: names.length }}>
        {names.map((name) => {
          const isShare = name === 'shareOfPopulation';
          const limit = limits[name];
          return (
            <NumberInput
              key={name}
              label={limitWords[name]}
              placeholder="No limit"
              min={0}
              max={isShare ? 100 : undefined}
              suffix={isShare ? ' %' : undefined}
              allowDecimal={isShare}
              value={limit === undefined ? '' : isShare ? Math.round(limit * 10_000) / 100 : limit}
              onChange={(next) =>
                put(name, typeof next !== 'number' ? undefined : isShare ? Math.min(next, 100) / 100 : next)
              }
            />
          );
        })}
      </SimpleGrid>
    </Fieldset>
  );
}

type Population = WorkspaceBudgets['population'];

const ways = [
  { value: 'none', label: 'nobody has said' },
  { value: 'number', label: 'this number' },
  { value: 'table', label: 'the rows of a table' },
  { value: 'directory', label: 'active users of the primary directory' },
];

/** How many people there are: shares are of them. */
function PopulationFields({ population, onChange }: { population: Population; onChange(next: Population): void }) {
  const tables = useTables().data?.items ?? [];
  const choose = (way: string | null) => {
    if (way === 'number') onChange({ of: 'number', count: 100 });
    else if (way === 'directory') onChange({ of: 'directory' });
    else if (way === 'table' && tables[0]) onChange({ of: 'table', table: tables[0].id });
    else onChange(null);
  };
  return (
    <Fieldset legend="How many people there are, for shares">
      <Group align="flex-end">
        <Select
          label="Counted are"
          data={ways.filter(({ value }) => value !== 'table' || tables.length > 0)}
          value={population?.of ?? 'none'}
          onChange={choose}
          allowDeselect={false}
          w={300}
        />
        {population?.of === 'number' && (
          <NumberInput
            label="People"
            min={1}
            allowDecimal={false}
            value={population.count}
            onChange={(next) => onChange({ of: 'number', count: typeof next === 'number' ? next : 1 })}
            w={160}
          />
        )}
        {population?.of === 'table' && (
          <Select
            label="Table"
            data={tables.map(({ id, name }) => ({ value: id, label: name }))}
            value={population.table}
            onChange={(table) => table !== null && onChange({ of: 'table', table })}
            allowDeselect={false}
            w={260}
          />
        )}
      </Group>
    </Fieldset>
  );
}
