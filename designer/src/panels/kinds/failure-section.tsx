import { below, type DraftStep } from '@castellan/flow';
import { ChoiceSetting, DurationSetting, NumberSetting } from '../../forms/setting-fields.js';
import { Section } from '../section.js';

interface FailureSectionProps {
  step: DraftStep;
  pointer: string;
  /** Whether it writes, so that its outcome may be unknown. */
  unknown?: boolean;
  retry?: boolean;
}

/** What happens when a step fails: how often it is tried, how long it may take, where the run goes. */
export function FailureSection({ step, pointer, unknown = false, retry = true }: FailureSectionProps) {
  const given = (step.retry ?? {}) as Record<string, unknown>;
  const places = ['retry', 'timeoutSeconds', 'onError', 'onUnknown'].map((name) => below(pointer, name));
  return (
    <Section title="When it fails" summary={summaryOf(step)} pointers={places}>
      {retry && (
        <>
          <NumberSetting
            label="Attempts"
            help="Calls in all. Left empty: 3 where a repeat does no harm, else 1."
            pointer={below(pointer, 'retry', 'attempts')}
            value={given.attempts}
            placeholder="3"
            min={1}
            max={100}
          />
          <DurationSetting
            label="First pause"
            pointer={below(pointer, 'retry', 'firstSeconds')}
            value={given.firstSeconds}
            placeholder="1"
          />
          <NumberSetting
            label="Each next pause is longer by"
            pointer={below(pointer, 'retry', 'factor')}
            value={given.factor}
            placeholder="2"
            min={1}
            decimal
          />
          <DurationSetting
            label="Longest pause"
            help="When the system says how long to wait, that counts."
            pointer={below(pointer, 'retry', 'maxSeconds')}
            value={given.maxSeconds}
            placeholder="60"
          />
        </>
      )}
      <DurationSetting
        label={retry ? 'Time for one attempt' : 'Time for all of it'}
        pointer={below(pointer, 'timeoutSeconds')}
        value={step.timeoutSeconds}
        {...(retry ? { placeholder: '60' } : {})}
      />
      <ChoiceSetting
        label="Then the run"
        help="A wire from the port error comes before this."
        pointer={below(pointer, 'onError')}
        value={step.onError}
        otherwise="fail"
        choices={[
          { value: 'fail', label: 'fails' },
          { value: 'continue', label: 'goes on by out, without a value' },
        ]}
      />
      {unknown && (
        <ChoiceSetting
          label="When nobody knows whether it happened"
          help="The connection broke after the request was sent, and the system cannot be asked."
          pointer={below(pointer, 'onUnknown')}
          value={step.onUnknown}
          otherwise="wait"
          choices={[
            { value: 'wait', label: 'wait for a person to say' },
            { value: 'error', label: 'treat it as an error' },
          ]}
        />
      )}
    </Section>
  );
}

function summaryOf(step: DraftStep): string {
  const attempts = (step.retry as { attempts?: number } | undefined)?.attempts;
  const parts = [
    attempts === undefined ? '' : `${attempts} attempts`,
    typeof step.timeoutSeconds === 'number' ? `${step.timeoutSeconds} s` : '',
    step.onError === 'continue' ? 'goes on' : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'usual' : parts.join(', ');
}
