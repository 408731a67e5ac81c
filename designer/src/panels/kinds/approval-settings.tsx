import { below } from '@castellan/flow';
import { ActionIcon, Button, Text } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { AnySetting } from '../../forms/any-setting.js';
import { useFormScope } from '../../forms/form-scope.js';
import { SchemaField } from '../../forms/schema-field.js';
import { ChoiceSetting, DurationSetting, SwitchSetting, ValueSetting } from '../../forms/setting-fields.js';
import classes from '../panels.module.css';
import { Section } from '../section.js';
import { AskSection } from './ask-section.js';
import { CoversSetting } from './covers-setting.js';
import type { StepSettingsProps } from './step-settings-props.js';

const people = { type: 'array', items: { type: 'string', format: 'email' }, title: 'Approvers' };

/** Who is asked, what they see, how many must agree and by when. */
export function ApprovalSettings({ step, pointer }: StepSettingsProps) {
  return (
    <>
      <SchemaField
        name="approvers"
        schema={{ ...people, description: 'E-mail addresses, or an expression that gives them.' }}
        root={people}
        value={step.approvers}
        pointer={below(pointer, 'approvers')}
        place=""
        required
      />
      <ValueSetting
        of="number"
        label="How many must agree"
        placeholder="1"
        pointer={below(pointer, 'needed')}
        value={step.needed}
      />
      <AnySetting
        label="What they see"
        help="The decision is bound to it: when it changes, they are asked again."
        pointer={below(pointer, 'show')}
        value={step.show}
      />
      <CoversSetting step={step} pointer={pointer} />
      <ValueSetting
        of="text"
        label="Whom it is about"
        help="That person never decides, however the address is spelled."
        pointer={below(pointer, 'subject')}
        value={step.subject}
      />
      <StarterSetting step={step} pointer={pointer} />
      <ChoiceSetting
        label="A reason"
        choices={reasons}
        otherwise="reject"
        pointer={below(pointer, 'commentOn')}
        value={step.commentOn}
      />
      <DurationSetting
        label="Time to decide"
        help="Then the run goes on by the port timeout."
        pointer={below(pointer, 'timeoutSeconds')}
        value={step.timeoutSeconds}
        placeholder="without end"
      />
      <AskSection ask={step.ask} pointer={below(pointer, 'ask')} />
      <Escalation step={step} pointer={pointer} />
    </>
  );
}

const reasons = [
  { value: 'reject', label: 'To reject' },
  { value: 'both', label: 'With each decision' },
  { value: 'none', label: 'Not needed' },
];

/** Bound to changes it is never decided by who started the run, so there is nothing to choose. */
function StarterSetting({ step, pointer }: Pick<StepSettingsProps, 'step' | 'pointer'>) {
  if (Array.isArray(step.covers) && step.covers.length > 0) return null;
  return (
    <SwitchSetting
      label="Whoever started the run may decide"
      help="If not, they may only where nothing is changed after it."
      pointer={below(pointer, 'starterDecides')}
      value={step.starterDecides}
    />
  );
}

interface Escalated {
  afterSeconds?: unknown;
  approvers?: unknown;
}

function Escalation({ step, pointer }: Pick<StepSettingsProps, 'step' | 'pointer'>) {
  const { change, readOnly } = useFormScope();
  const list = below(pointer, 'escalate');
  const stages = (Array.isArray(step.escalate) ? step.escalate : []) as Escalated[];
  const write = (next: Escalated[]) => change(list, next.length === 0 ? undefined : next);
  return (
    <Section title="Escalation" summary={summaryOf(stages)} pointers={[list]}>
      <Text size="xs" c="dimmed">
        While nobody has decided, more people are asked; those who were asked first still may decide.
      </Text>
      {stages.map((stage, index) => (
        <fieldset key={below(list, index)} className={classes.card} aria-label={`Stage ${index + 1}`}>
          <div className={classes.cardHead}>
            <span className={classes.cardTitle}>Stage {index + 1}</span>
            {!readOnly && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={`Remove stage ${index + 1}`}
                onClick={() => write(stages.toSpliced(index, 1))}
              >
                <Trash2 size={14} />
              </ActionIcon>
            )}
          </div>
          <DurationSetting label="After" pointer={below(list, index, 'afterSeconds')} value={stage.afterSeconds} />
          <SchemaField
            name="approvers"
            schema={people}
            root={people}
            value={stage.approvers}
            pointer={below(list, index, 'approvers')}
            place=""
            required
          />
        </fieldset>
      ))}
      {!readOnly && (
        <Button
          variant="light"
          size="compact-sm"
          leftSection={<Plus size={14} />}
          className={classes.addButton}
          onClick={() => write([...stages, { afterSeconds: 3600, approvers: [] }])}
        >
          Add stage
        </Button>
      )}
    </Section>
  );
}

function summaryOf(stages: Escalated[]): string {
  if (stages.length === 0) return 'nobody else is asked';
  return stages.length === 1 ? 'one stage' : `${stages.length} stages`;
}
