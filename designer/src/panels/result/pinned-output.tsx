import type { Pin } from '@castellan/api';
import { actOf, pinPorts } from '@castellan/flow';
import { Button, Group, Select, Text } from '@mantine/core';
import { Pin as PinIcon, PinOff } from 'lucide-react';
import { useState } from 'react';
import { usePinOutput, useUnpinOutput, useWorkspace } from '../../api/index.js';
import { useEditor } from '../../editor/editor-context.js';
import type { StepPlace } from '../../editor/outline.js';
import { JsonControl } from '../../forms/controls.js';
import { PlainValues } from '../../forms/plain-form.js';
import { Failure } from '../../ui/failure.js';
import { JsonView } from '../../ui/json-view.js';
import { RelativeTime } from '../../ui/relative-time.js';
import classes from './result.module.css';

/** The output that is pinned to a step: seen, edited, taken away; a remark where the step does something else by now. */
export function PinnedOutput({ pin, place }: { pin: Pin; place: StepPlace }) {
  const { can } = useWorkspace();
  const draft = useEditor((state) => state.flow);
  const unpin = useUnpinOutput(useEditor((state) => state.flowId));
  const [shown, setShown] = useState<'no' | 'value' | 'editor'>('no');
  const isStale = pin.act !== actOf(draft, place.step);
  return (
    <section className={classes.pin} aria-label="Pinned output">
      <Text size="sm" fw={600} component="div" className={classes.line}>
        <PinIcon size={14} aria-hidden /> Pinned for tests
        {pin.port !== 'out' && <span className={classes.soft}>leaves by {pin.port}</span>}
        <span className={classes.pinActions}>
          <Button
            size="compact-xs"
            variant="subtle"
            aria-expanded={shown === 'value'}
            onClick={() => setShown(shown === 'value' ? 'no' : 'value')}
          >
            {shown === 'value' ? 'Hide' : 'Show'}
          </Button>
          {can('flow:write') && (
            <>
              <Button size="compact-xs" variant="subtle" onClick={() => setShown('editor')}>
                Edit
              </Button>
              <Button
                size="compact-xs"
                variant="subtle"
                leftSection={<PinOff size={14} />}
                loading={unpin.isPending}
                onClick={() => unpin.mutate(place.id)}
              >
                Unpin
              </Button>
            </>
          )}
        </span>
      </Text>
      <Text size="xs" c="dimmed">
        In tests of the draft the step gives this and does nothing. Live runs do not use it. By {pin.pinnedBy},{' '}
        <RelativeTime at={pin.pinnedAt} />.
      </Text>
      {isStale && (
        <Text size="sm" className={classes.stale} role="alert">
          The step does something else since it was pinned: check that this still fits, or run it and pin again.
        </Text>
      )}
      {shown === 'value' && <JsonView label="Pinned output" value={pin.output ?? null} />}
      {shown === 'editor' && <PinEditor pin={pin} place={place} onDone={() => setShown('no')} />}
      {unpin.error !== null && <Failure what="It stays pinned" error={unpin.error} />}
    </section>
  );
}

function PinEditor({ pin, place, onDone }: { pin: Pin; place: StepPlace; onDone: () => void }) {
  const save = usePinOutput(useEditor((state) => state.flowId));
  const [output, setOutput] = useState<unknown>(pin.output);
  const [port, setPort] = useState(pin.port);
  const ports = pinPorts(place.step);
  return (
    <PlainValues>
      <JsonControl
        id={`${place.id}-pin`}
        label="Pinned output as JSON"
        value={output}
        required
        invalid={false}
        onChange={setOutput}
      />
      {ports.length > 1 && (
        <Select
          size="xs"
          label="Leaves by"
          data={ports}
          value={port}
          allowDeselect={false}
          onChange={(next) => next !== null && setPort(next)}
        />
      )}
      <Group gap="xs">
        <Button
          size="compact-xs"
          loading={save.isPending}
          onClick={() => save.mutate({ step: place.id, output: output ?? null, port }, { onSuccess: onDone })}
        >
          Pin
        </Button>
        <Button size="compact-xs" variant="default" onClick={onDone}>
          Keep as it was
        </Button>
      </Group>
      {save.error !== null && <Failure what="The output was not pinned" error={save.error} />}
    </PlainValues>
  );
}
