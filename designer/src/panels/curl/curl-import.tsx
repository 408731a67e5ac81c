import { below } from '@castellan/flow';
import { Button, Checkbox, Group, List, Modal, Stack, Text, Textarea } from '@mantine/core';
import { ClipboardPaste } from 'lucide-react';
import { useState } from 'react';
import { useCreateConnection } from '../../api/connections.js';
import { useWorkspace } from '../../api/workspace.js';
import { useEditor } from '../../editor/editor-context.js';
import { freeName } from '../../editor/free-name.js';
import { useFormScope } from '../../forms/form-scope.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import type { StepSettingsProps } from '../kinds/step-settings-props.js';
import { type CurlStep, readCurl } from './curl-command.js';

type Props = Omit<StepSettingsProps, 'id'>;

/** Fills a step of the HTTP connector from a curl command. What signs in becomes a connection, never a part of the flow. */
export function CurlImport(props: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<ClipboardPaste size={14} aria-hidden />}
        style={{ alignSelf: 'flex-start' }}
        onClick={() => setOpen(true)}
      >
        Paste a curl command
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title="From a curl command" size="lg">
        <CurlForm {...props} onDone={() => setOpen(false)} />
      </Modal>
    </>
  );
}

type Reading = { step: CurlStep } | { problem: string } | null;

function CurlForm({ step, pointer, onDone }: Props & { onDone(): void }) {
  const { can } = useWorkspace();
  const slots = useEditor((state) => state.flow.connections) ?? {};
  const { change } = useFormScope();
  const [command, setCommand] = useState('');
  const [connects, setConnects] = useState(true);
  const create = useCreateConnection();
  const reading = read(command);
  const found = reading && 'step' in reading ? reading.step : null;
  const makes = found?.signIn != null && connects && can('connection:write');

  function take({ operation, input, origin, signIn }: CurlStep) {
    const fill = (slot: unknown) => {
      change(pointer, { ...step, ...(slot === undefined ? {} : { connection: slot }), operation, input });
      onDone();
    };
    if (!makes || !signIn) return fill(step.connection);
    const { host } = new URL(origin);
    const fields = { ...signIn.fields, hosts: [origin] };
    create.mutate(
      { name: host, connector: 'http', auth: signIn.kind, fields, simulator: false },
      {
        onSuccess: ({ id }) => {
          const slot = String(step.connection ?? '');
          // An account that stands in the slot already may be that of other steps.
          const name = slots[slot] && !slots[slot].id ? slot : freeName('http', (taken) => taken in slots);
          change(below('/connections', name), { connector: 'http', title: host, id });
          fill(name);
        },
      },
    );
  }

  return (
    <Stack>
      <Textarea
        label="Command"
        description="As a vendor’s documentation shows it, or a browser copies it."
        placeholder="curl https://api.example.com/tickets -H 'Authorization: Bearer …'"
        value={command}
        onChange={(event) => setCommand(event.currentTarget.value)}
        autosize
        minRows={5}
        maxRows={14}
        spellCheck={false}
        data-autofocus
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      {reading && 'problem' in reading && <ErrorPanel what="This cannot be taken over" why={reading.problem} />}
      {create.error && <Failure what="The connection was not made" error={create.error} />}
      {found && (
        <div role="status">
          <Text size="sm" className="break-anywhere">
            {found.operation === 'get' ? 'Reads from' : `Sends ${String(found.input.method)} to`}{' '}
            <code>{String(found.input.url)}</code>
          </Text>
          {found.signIn && (
            <Text size="sm">
              It signs in with {found.signIn.title}. That is a secret and does not go into the flow.
            </Text>
          )}
          <List size="sm" c="dimmed">
            {found.left.map((sentence) => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        </div>
      )}
      {found?.signIn && can('connection:write') && (
        <Checkbox
          label={`Make a connection for ${new URL(found.origin).host} with it, and use it in this step`}
          checked={connects}
          onChange={(event) => setConnects(event.currentTarget.checked)}
        />
      )}
      <Group justify="flex-end">
        <Button disabled={!found} loading={create.isPending} onClick={() => found && take(found)}>
          Fill the step
        </Button>
      </Group>
    </Stack>
  );
}

function read(command: string): Reading {
  if (command.trim() === '') return null;
  try {
    return { step: readCurl(command) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
