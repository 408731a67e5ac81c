import { below } from '@castellan/flow';
import { Alert, Button, Select, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useFormScope } from '../../forms/form-scope.js';
import { DurationSetting } from '../../forms/setting-fields.js';
import classes from '../panels.module.css';
import { FilterField } from './filter-field.js';
import { IntakeKeyField } from './intake-key-field.js';
import { keysInSample } from './sample-keys.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';

interface IntakeSettingsProps extends Pick<TriggerSettingsProps, 'id' | 'trigger' | 'pointer'> {
  /** Every delivery has an id or a signature of its own, by which a repeated one is told. */
  named?: boolean;
}

/** Which deliveries make a run: a filter, and what makes two of them one. */
export function IntakeSettings({ id, trigger, pointer, named = false }: IntakeSettingsProps) {
  return (
    <>
      <FilterField id={id} filter={trigger.filter} pointer={below(pointer, 'filter')} />
      <DedupeFields dedupe={trigger.dedupe as Dedupe | undefined} pointer={below(pointer, 'dedupe')} named={named} />
    </>
  );
}

interface Dedupe {
  key?: unknown;
  windowSeconds?: unknown;
}

const anHour = 3_600;

function DedupeFields({ dedupe, pointer, named }: { dedupe: Dedupe | undefined; pointer: string; named: boolean }) {
  const { change, readOnly, data } = useFormScope();
  const offered = keysInSample(data.trigger);
  const set = (key: string) => change(pointer, { key, windowSeconds: dedupe?.windowSeconds ?? anHour });
  if (dedupe === undefined && named) {
    return readOnly ? null : (
      <div>
        <Button
          variant="light"
          size="compact-sm"
          onClick={() => change(pointer, { key: offered[0] ?? { jsonata: '' }, windowSeconds: anHour })}
        >
          Make several events one
        </Button>
      </div>
    );
  }
  if (dedupe === undefined) {
    return (
      <Alert
        variant="outline"
        classNames={{ root: classes.caution ?? '', title: classes.conflictTitle ?? '' }}
        icon={<TriangleAlert size={18} />}
        title="A repeated delivery makes a second run"
      >
        <Text size="sm" mb="xs">
          Unless the sender gives each delivery an id of its own, name what makes two deliveries the same.
        </Text>
        {!readOnly && (
          <Select
            aria-label="Key from the sample"
            placeholder={offered.length === 0 ? 'The sample has no fields' : 'Choose a field of the sample'}
            data={offered}
            value={null}
            searchable
            onChange={(key) => key !== null && set(key)}
            disabled={offered.length === 0}
          />
        )}
        {!readOnly && (
          <Button
            mt="xs"
            variant="subtle"
            size="compact-sm"
            onClick={() => change(pointer, { key: { jsonata: '' }, windowSeconds: anHour })}
          >
            Use an expression
          </Button>
        )}
      </Alert>
    );
  }
  return (
    <>
      <IntakeKeyField
        label="Deliveries are the same when this is"
        help="Of several deliveries with one key the first makes a run."
        pointer={below(pointer, 'key')}
        value={dedupe.key ?? ''}
        onRemove={() => change(pointer, undefined)}
      />
      <DurationSetting label="Within" pointer={below(pointer, 'windowSeconds')} value={dedupe.windowSeconds} />
    </>
  );
}
