import { below, stepPlaces } from '@castellan/flow';
import { Button } from '@mantine/core';
import { Bell } from 'lucide-react';
import { useEditor } from '../editor/editor-context.js';
import { isObject } from '../editor/is-object.js';
import { useFormScope } from '../forms/form-scope.js';
import { ChoiceSetting } from '../forms/setting-fields.js';
import { FlowSetting } from './flow-setting.js';
import { OperationSetting } from './operation-setting.js';
import classes from './panels.module.css';
import { Section } from './section.js';
import { SlotSetting } from './slot-setting.js';

const place = '/settings/onFailure';
const notifyPlace = below(place, 'notify');

/** What happens when a run of the flow fails: what is taken back, who is told, which flow is started. */
export function FailureSettings() {
  const flow = useEditor((state) => state.flow);
  const { change, readOnly } = useFormScope();
  const { onFailure, compensate } = flow.settings ?? {};
  const notify = isObject(onFailure?.notify) ? onFailure.notify : null;
  const undoable = stepPlaces(flow).filter(({ step }) => step.undo !== undefined).length;
  const parts = [
    undoable > 0 && compensate !== 'never' && compensate !== 'onCancel' ? 'takes back' : '',
    notify === null ? '' : 'tells',
    onFailure?.flow === undefined ? '' : 'starts a flow',
  ].filter((part) => part !== '');
  return (
    <Section
      title="When a run fails"
      summary={parts.length === 0 ? 'nothing more' : parts.join(', ')}
      pointers={[place, '/settings/compensate']}
    >
      {undoable > 0 && (
        <ChoiceSetting
          label="Take back what its steps did"
          help={`${undoable === 1 ? 'One step says' : `${undoable} steps say`} how it is undone.`}
          pointer="/settings/compensate"
          value={compensate}
          otherwise="onFailure"
          choices={[
            { value: 'onFailure', label: 'when it fails' },
            { value: 'onCancel', label: 'when it is cancelled' },
            { value: 'always', label: 'when it fails or is cancelled' },
            { value: 'never', label: 'only when a person who cancels it asks for it' },
          ]}
        />
      )}
      {notify === null ? (
        !readOnly && (
          <Button
            variant="light"
            size="compact-sm"
            className={classes.addButton}
            leftSection={<Bell size={14} />}
            onClick={() => change(notifyPlace, { connection: '', operation: '', input: {} })}
          >
            Tell somebody
          </Button>
        )
      ) : (
        <fieldset className={classes.card} aria-label="Tell somebody">
          <SlotSetting slot={notify.connection} pointer={notifyPlace} />
          <OperationSetting
            pointer={notifyPlace}
            slot={notify.connection}
            operation={notify.operation}
            input={notify.input}
          />
          {!readOnly && (
            <Button variant="subtle" color="gray" size="compact-xs" onClick={() => change(notifyPlace, undefined)}>
              Tell nobody
            </Button>
          )}
        </fieldset>
      )}
      <FlowSetting
        label="Start a flow"
        help="It gets run, error and trigger as its input. Expressions of the notification read error and run too."
        pointer={below(place, 'flow')}
        value={onFailure?.flow}
        clearable
      />
    </Section>
  );
}
