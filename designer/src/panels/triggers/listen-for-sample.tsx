import { below } from '@castellan/flow';
import { Alert, Button, Group, Text } from '@mantine/core';
import { Ear } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type Caught, useListen, useListener, useStopListening, useWorkspace } from '../../api/index.js';
import { useEditor } from '../../editor/editor-context.js';
import { useFormScope } from '../../forms/form-scope.js';
import { CopyField } from '../../ui/copy-field.js';
import { Failure } from '../../ui/failure.js';
import { exactTime } from '../../ui/format.js';
import { RelativeTime } from '../../ui/relative-time.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';

/** Waits for the next delivery and puts it into the trigger's sample. */
export function ListenForSample({ id, trigger, pointer }: TriggerSettingsProps) {
  const flowId = useEditor((state) => state.flowId);
  const isSaved = useEditor((state) => state.save.is) === 'saved';
  const { can } = useWorkspace();
  const { change, readOnly } = useFormScope();
  const place = { flowId, trigger: id };
  const mayListen = can('flow:write') && !readOnly;
  const { data: listener } = useListener(place, mayListen && isSaved);
  const listen = useListen();
  const stop = useStopListening();
  /** This panel asked, so what comes is put into the sample without another word. */
  const [isOurs, setOurs] = useState(false);
  const caught = listener?.caught ?? null;
  useEffect(() => {
    if (!isOurs || caught === null) return;
    change(below(pointer, 'sample'), caught.sample);
    setOurs(false);
  }, [isOurs, caught, change, pointer]);

  if (!mayListen) return null;
  if (listener?.until) {
    return (
      <Alert variant="light" icon={<Ear size={18} />} title="Listening for a delivery" role="status">
        <Text size="sm" mb="xs">
          Until {exactTime(listener.until)}. The next one becomes the sample; it starts no run of this draft.
        </Text>
        {listener.url !== null && <CopyField label="Send it to" value={listener.url} />}
        {listener.refused !== null && (
          <Text size="sm" mt="xs">
            One came <RelativeTime at={listener.refused.at} /> and was not let in: {listener.refused.reason}
          </Text>
        )}
        <Button mt="xs" size="compact-sm" variant="default" onClick={() => stop.mutate(place)} loading={stop.isPending}>
          Stop listening
        </Button>
      </Alert>
    );
  }
  return (
    <>
      <Group gap="xs">
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Ear size={14} aria-hidden />}
          disabled={!isSaved}
          loading={listen.isPending}
          onClick={() => listen.mutate(place, { onSuccess: () => setOurs(true) })}
        >
          Listen for a delivery
        </Button>
        {caught !== null && !isOurs && (
          <CaughtBefore
            caught={caught}
            isSample={JSON.stringify(trigger.sample) === JSON.stringify(caught.sample)}
            onUse={() => change(below(pointer, 'sample'), caught.sample)}
          />
        )}
      </Group>
      {listen.error !== null && <Failure what="It cannot listen" error={listen.error} />}
    </>
  );
}

function CaughtBefore({ caught, isSample, onUse }: { caught: Caught; isSample: boolean; onUse: () => void }) {
  return (
    <>
      <Text size="xs" c="dimmed" role="status">
        Caught <RelativeTime at={caught.at} />
        {isSample && '; it is the sample now'}
      </Text>
      {!isSample && (
        <Button size="compact-xs" variant="subtle" onClick={onUse}>
          Use it as the sample
        </Button>
      )}
    </>
  );
}
