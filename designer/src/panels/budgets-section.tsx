import type { Settings } from '@castellan/flow';
import { NumberInput, Text } from '@mantine/core';
import { useId } from 'react';
import { useFlowBudget } from '../api/budgets.js';
import { useEditor } from '../editor/editor-context.js';
import { useFormScope } from '../forms/form-scope.js';
import { NumberSetting, SettingFrame } from '../forms/setting-fields.js';
import { usedOf } from '../status/budget-words.js';
import { count, number } from '../ui/format.js';
import { Section } from './section.js';

const place = '/settings/budgets';

/** What the flow may take away before an approver is asked, and what it has used. */
export function BudgetsSection({ settings: { budgets = {} } }: { settings: Partial<Settings> }) {
  const flowId = useEditor((state) => state.flowId);
  const { data } = useFlowBudget(flowId);
  const placeholder = (name: 'perRun' | 'perHour' | 'perDay'): string =>
    data?.eachFlow[name] === undefined ? 'No limit' : `${number(data.eachFlow[name])}, as the workspace says`;
  const given = Object.values(budgets).filter((limit) => limit !== undefined).length;
  return (
    <Section
      title="Budgets"
      summary={given === 0 ? 'as the workspace says' : count(given, 'limit')}
      pointers={[place]}
      initiallyOpen={given > 0}
    >
      <Text size="xs" c="dimmed">
        Counted is what is taken away, here and in flows that this one calls: revokes, deletions, accounts that are
        disabled. A call past a limit is not sent: the run waits until an approver, who did not start it, has seen the
        list and lets it through.
      </Text>
      <NumberSetting
        label="In one run"
        help="With its retries."
        pointer={`${place}/perRun`}
        value={budgets.perRun}
        placeholder={placeholder('perRun')}
        min={0}
      />
      <NumberSetting
        label="In an hour"
        help="Of all runs of the flow together."
        pointer={`${place}/perHour`}
        value={budgets.perHour}
        placeholder={placeholder('perHour')}
        min={0}
      />
      <NumberSetting
        label="In 24 hours"
        pointer={`${place}/perDay`}
        value={budgets.perDay}
        placeholder={placeholder('perDay')}
        min={0}
      />
      <ShareSetting share={budgets.shareOfPopulation} workspaceShare={data?.eachFlow.shareOfPopulation} />
      {data !== undefined && (
        <Text size="sm" aria-live="polite">
          Used: {usedOf(data.used.hour, data.limits.perHour)} this hour, {usedOf(data.used.day, data.limits.perDay)} in
          24 hours, about {count(data.used.people, 'person', 'people')}
          {data.used.population !== null && ` of ${number(data.used.population)}`}.
        </Text>
      )}
    </Section>
  );
}

const percent = (share: number): number => Math.round(share * 10_000) / 100;

/** Kept as a part of one, written in percent. */
function ShareSetting({ share, workspaceShare }: { share: number | undefined; workspaceShare: number | undefined }) {
  const { change, readOnly } = useFormScope();
  const id = useId();
  const pointer = `${place}/shareOfPopulation`;
  return (
    <SettingFrame
      id={id}
      label="People in 24 hours, of all"
      help="Settings, Safety says how many there are."
      pointer={pointer}
    >
      <NumberInput
        id={id}
        value={share === undefined ? '' : percent(share)}
        placeholder={workspaceShare === undefined ? 'No limit' : `${percent(workspaceShare)} %, as the workspace says`}
        min={0}
        max={100}
        suffix=" %"
        readOnly={readOnly}
        onChange={(next) => change(pointer, typeof next === 'number' ? Math.min(next, 100) / 100 : undefined)}
      />
    </SettingFrame>
  );
}
