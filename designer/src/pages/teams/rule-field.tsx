import { type RuledPerson, teamLimits } from '@castellan/api';
import { Code, Group, Loader, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useRulePreview } from '../../api/teams.js';
import { type Column, DataTable } from '../../ui/data-table.js';
import { Failure } from '../../ui/failure.js';
import { count } from '../../ui/format.js';
import { StatusBadge } from '../../ui/status-badge.js';
import { becomesWords } from './team-words.js';

interface Props {
  /** Against whose members it is tried; none while the team is being made. */
  teamId?: string;
  value: string;
  disabled?: boolean;
  onChange(value: string): void;
}

/** How the server begins a sentence on what is wrong with the rule. */
const place = '/rule:';

/** A rule in CEL, and under it what it makes of everybody. */
export function RuleField({ teamId, value, disabled = false, onChange }: Props) {
  const [rule] = useDebouncedValue(value.trim(), 500);
  const isAsked = !disabled && rule !== '';
  const preview = useRulePreview({ rule, ...(teamId === undefined ? {} : { teamId }) }, isAsked);
  const { error } = preview;
  const wrong = error?.message.startsWith(place) ? error.message.slice(place.length).trim() : undefined;
  return (
    <Stack gap="xs">
      <Textarea
        label="Rule"
        description={
          <>
            An expression in CEL over each person of the primary directory: <Code>person</Code> (with{' '}
            <Code>department</Code>, <Code>jobTitle</Code>, <Code>location</Code>, <Code>status</Code> and so on) and{' '}
            <Code>payload</Code> (the account as its system gives it).
          </>
        }
        placeholder="person.status == 'ACTIVE' && person.department == 'Engineering'"
        value={value}
        disabled={disabled}
        error={wrong}
        withAsterisk
        onChange={(event) => onChange(event.currentTarget.value)}
        autosize
        minRows={2}
        maxLength={teamLimits.ruleLength}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      {isAsked && error && wrong === undefined && (
        <Failure what="The rule cannot be tried" error={error} onRetry={() => void preview.refetch()} />
      )}
      {isAsked && !error && (
        <section aria-label="Whom the rule finds">
          <Group gap="xs" mb={4} mih={24}>
            <Text size="sm" c="dimmed" role="status">
              {preview.data ? summaryOf(preview.data) : 'Asking about everybody'}
            </Text>
            {preview.isFetching && <Loader size="xs" aria-label="Asking" />}
          </Group>
          <DataTable
            label="People with this rule"
            columns={columns}
            rows={preview.data?.items}
            rowKey={({ email, becomes }) => `${becomes} ${email}`}
            empty={
              <Text size="sm" c="dimmed" p="md">
                The rule finds nobody.
              </Text>
            }
          />
        </section>
      )}
    </Stack>
  );
}

const columns: Column<RuledPerson>[] = [
  {
    key: 'becomes',
    title: 'With this rule',
    width: 150,
    cell: ({ becomes }) => <StatusBadge plain {...becomesWords[becomes]} />,
  },
  {
    key: 'person',
    title: 'Person',
    cell: ({ displayName, email, error }) => (
      <>
        <Text size="sm">{displayName ?? email}</Text>
        <Text size="xs" c={error ? 'var(--state-failed)' : 'dimmed'} className="break-anywhere">
          {error ?? email}
        </Text>
      </>
    ),
  },
  { key: 'department', title: 'Department', cell: ({ department }) => department ?? '–', wideOnly: true },
];

interface Outcome {
  people: number;
  joins: number;
  stays: number;
  leaves: number;
  fails: number;
}

function summaryOf({ people, joins, stays, leaves, fails }: Outcome): string {
  const failing = fails > 0 ? ` On ${fails} it fails, and they stay what they are.` : '';
  return `Of ${count(people, 'account')} ${joins + stays} would be members: ${joins} join, ${stays} stay, ${leaves} leave.${failing}`;
}
