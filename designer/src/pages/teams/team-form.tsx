import { teamLimits } from '@castellan/api';
import { SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { RuleField } from './rule-field.js';

/** What a person says of a team. `rule` is kept while members are by hand, so that to look at the other is to lose nothing. */
export interface TeamDraft {
  name: string;
  description: string;
  by: 'hand' | 'rule';
  rule: string;
}

export const toTeam = ({ name, description, by, rule }: TeamDraft) => ({
  ...{ name: name.trim(), description: description.trim(), rule: by === 'rule' ? rule.trim() : null },
});

export const isWhole = ({ name, by, rule }: TeamDraft): boolean =>
  name.trim() !== '' && (by === 'hand' || rule.trim() !== '');

interface Props {
  teamId?: string;
  draft: TeamDraft;
  disabled?: boolean;
  onChange(draft: TeamDraft): void;
}

/** Name, description, and where the members come from. */
export function TeamForm({ teamId, draft, disabled = false, onChange }: Props) {
  const change = (part: Partial<TeamDraft>) => onChange({ ...draft, ...part });
  return (
    <Stack gap="lg">
      <TextInput
        label="Name"
        value={draft.name}
        disabled={disabled}
        maxLength={teamLimits.nameLength}
        withAsterisk
        maw={480}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <TextInput
        label="What it is for"
        value={draft.description}
        disabled={disabled}
        maxLength={teamLimits.descriptionLength}
        onChange={(event) => change({ description: event.currentTarget.value })}
      />
      <div>
        <Text size="sm" fw={500} mb={4} id="members-come">
          Members come
        </Text>
        <SegmentedControl
          aria-labelledby="members-come"
          disabled={disabled}
          value={draft.by}
          data={[
            { value: 'hand', label: 'By hand' },
            { value: 'rule', label: 'By a rule' },
          ]}
          onChange={(by) => change({ by: by as TeamDraft['by'] })}
        />
      </div>
      {draft.by === 'rule' && (
        <RuleField
          {...(teamId === undefined ? {} : { teamId })}
          value={draft.rule}
          disabled={disabled}
          onChange={(rule) => change({ rule })}
        />
      )}
    </Stack>
  );
}
