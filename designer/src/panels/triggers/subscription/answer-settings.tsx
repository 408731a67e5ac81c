import { below, type CatalogTrigger, mismatchesOf } from '@castellan/flow';
import { Button, Text } from '@mantine/core';
import { isObject } from '../../../editor/is-object.js';
import { useFormScope } from '../../../forms/form-scope.js';
import { PlainForm } from '../../../forms/plain-form.js';
import { SettingFrame, SwitchSetting } from '../../../forms/setting-fields.js';
import { inline } from '../../../ui/format.js';
import type { TriggerSettingsProps } from '../trigger-settings-props.js';

interface AnswerSettingsProps extends Pick<TriggerSettingsProps, 'trigger' | 'pointer'> {
  event: CatalogTrigger;
}

/** Whether this flow answers the system, and what is answered when it gives no valid answer in time. */
export function AnswerSettings({ event, trigger, pointer }: AnswerSettingsProps) {
  return (
    <>
      <SwitchSetting
        label="This flow gives the answer"
        help="The system waits for one answer: the body of the respond step. Other flows on the same event only listen."
        pointer={below(pointer, 'answers')}
        value={trigger.answers}
      />
      {trigger.answers === true && event.fallback !== undefined && (
        <Fallback event={event} usual={event.fallback} given={trigger.fallback} pointer={below(pointer, 'fallback')} />
      )}
    </>
  );
}

interface FallbackProps {
  event: CatalogTrigger;
  usual: NonNullable<CatalogTrigger['fallback']>;
  given: unknown;
  pointer: string;
}

function Fallback({ event, usual, given, pointer }: FallbackProps) {
  const { change, readOnly } = useFormScope();
  const schema = isObject(event.answers) ? event.answers : {};
  return (
    <SettingFrame
      label="Fallback"
      help="Answered when the flow fails, answers something that the system does not take, or has not answered within 8 seconds; for an answer that may come later, shortly before its deadline."
      pointer={pointer}
    >
      {given === undefined ? (
        <>
          <Text size="sm">
            {usual.means} <code>{inline(usual.answer)}</code>
          </Text>
          {!readOnly && (
            <Button size="compact-sm" variant="default" mt={4} onClick={() => change(pointer, usual.answer)}>
              Choose another one
            </Button>
          )}
        </>
      ) : (
        <>
          <PlainForm
            schema={schema}
            value={isObject(given) ? given : {}}
            problems={mismatchesOf(schema, given).map((mismatch) => ({
              ...{ severity: 'error' as const, code: 'fallback_wrong' },
              ...mismatch,
            }))}
            onChange={(next) => change(pointer, next)}
          />
          {!readOnly && (
            <Button size="compact-sm" variant="subtle" mt={4} onClick={() => change(pointer, undefined)}>
              Use the usual one
            </Button>
          )}
        </>
      )}
    </SettingFrame>
  );
}
