import type { PolicyRule, PublishPolicy, policyModes } from '@castellan/flow';
import { Fieldset, SegmentedControl, Select, Stack, TagsInput, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useCatalog } from '../../api/connections.js';
import { ruleWords } from './policy-words.js';

type Mode = (typeof policyModes)[number];

const modes: { value: Mode; label: string }[] = [
  { value: 'off', label: 'Off' },
  { value: 'warn', label: 'Warn' },
  { value: 'refuse', label: 'Refuse' },
];

interface RulesProps {
  rules: PublishPolicy;
  onChange(rules: PublishPolicy): void;
}

/** Each rule with what a flow that breaks it meets, and what the rule goes by. */
export function PolicyRuleFields({ rules, onChange }: RulesProps) {
  const { guarded, signed, hrData, secrets } = rules;
  const setGuarded = (change: Partial<typeof guarded>) => onChange({ ...rules, guarded: { ...guarded, ...change } });
  const setHrData = (change: Partial<typeof hrData>) => onChange({ ...rules, hrData: { ...hrData, ...change } });
  return (
    <>
      <Rule rule="guarded" rules={rules} onChange={onChange}>
        <Select
          label="What guards a step"
          data={[
            { value: 'approval_or_budget', label: 'An approval on every way to it, or a budget' },
            { value: 'approval', label: 'Only an approval on every way to it' },
          ]}
          value={guarded.by}
          onChange={(by) => by && setGuarded({ by: by as typeof guarded.by })}
          allowDeselect={false}
        />
        <Connectors
          label="Systems that are left out"
          value={guarded.exceptConnectors}
          onChange={(exceptConnectors) => setGuarded({ exceptConnectors })}
        />
      </Rule>
      <Rule rule="bound" rules={rules} onChange={onChange} />
      <Rule rule="signed" rules={rules} onChange={onChange}>
        <Connectors
          label="Systems in which anybody may change something"
          value={signed.exceptConnectors}
          onChange={(exceptConnectors) => onChange({ ...rules, signed: { ...signed, exceptConnectors } })}
        />
      </Rule>
      <Rule rule="hrData" rules={rules} onChange={onChange}>
        <Connectors
          label="Systems that count as HR systems"
          value={hrData.systems}
          onChange={(systems) => setHrData({ systems })}
        />
        <Names
          label="Public channels"
          description="Names or ids, of Microsoft Teams the names of connections; * stands for any characters, so that * alone means every channel"
          value={hrData.publicChannels}
          onChange={(publicChannels) => setHrData({ publicChannels })}
        />
        <Names
          label="Private channels"
          description="Of the public ones, those that only some people read"
          value={hrData.privateChannels}
          onChange={(privateChannels) => setHrData({ privateChannels })}
        />
        <Names
          label="Domains of your own addresses"
          description="Mail to other addresses leaves the company. None: mail is not looked at"
          value={hrData.ownDomains}
          onChange={(ownDomains) => setHrData({ ownDomains })}
        />
        <Connectors
          label="Systems that know the addresses of your people"
          description="An address that a flow reads there counts as your own"
          value={hrData.peopleFrom}
          onChange={(peopleFrom) => setHrData({ peopleFrom })}
        />
        <Names
          label="Other systems that everybody reads"
          description="Ids of connectors, such as jira; or a part of one: jira/HELP is a project, servicenow/kb_knowledge a table"
          value={hrData.publicSystems}
          onChange={(publicSystems) => setHrData({ publicSystems })}
        />
      </Rule>
      <Rule rule="secrets" rules={rules} onChange={onChange}>
        <Connectors
          label="Systems by which people or logs would get them"
          value={secrets.systems}
          onChange={(systems) => onChange({ ...rules, secrets: { ...secrets, systems } })}
        />
      </Rule>
      <Rule rule="repeats" rules={rules} onChange={onChange} />
    </>
  );
}

function Rule({ rule, rules, onChange, children }: RulesProps & { rule: PolicyRule; children?: ReactNode }) {
  const { title, about } = ruleWords[rule];
  return (
    <Fieldset legend={title}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {about}
        </Text>
        <div>
          <Text size="sm" fw={500}>
            A flow that breaks this
          </Text>
          <SegmentedControl
            aria-label={title}
            data={modes}
            value={rules[rule].mode}
            onChange={(mode) => onChange({ ...rules, [rule]: { ...rules[rule], mode: mode as Mode } })}
          />
        </div>
        {rules[rule].mode !== 'off' && children}
      </Stack>
    </Fieldset>
  );
}

interface ListProps {
  label: string;
  description?: string;
  value: string[];
  onChange(value: string[]): void;
}

function Names(props: ListProps) {
  return <TagsInput {...props} acceptValueOnBlur />;
}

function Connectors({ description = 'Ids of connectors', ...props }: ListProps) {
  const catalog = useCatalog();
  const ids = catalog.data?.connectors.map(({ id }) => id) ?? [];
  return <TagsInput {...props} description={description} data={ids} acceptValueOnBlur />;
}
