import type { ConnectionRow, ConnectorDescription } from '@castellan/api';
import { Anchor, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useCreateConnection, useSaveConnection } from '../../api/connections.js';
import { CopyField } from '../../ui/copy-field.js';
import { ErrorPanel } from '../../ui/error-panel.js';
import { Failure } from '../../ui/failure.js';
import { Notice } from '../../ui/notice.js';
import { AuthFieldInput } from './auth-field-input.js';
import { authFields, fieldProblems, fieldsToSend, isSecret, startValues } from './auth-form.js';

interface Props {
  connector: ConnectorDescription;
  /** The connection to change; a new one is made without it. */
  connection?: ConnectionRow;
  disabled?: boolean;
  /** The server has stored and tested it; its status tells how that went. */
  onSaved(connection: ConnectionRow): void;
  /** Beside the button. */
  actions?: ReactNode;
}

/** Makes or changes a connection. It is tested as it is saved, and what the vendor said is shown. */
export function ConnectionForm({ connector, connection, disabled = false, onSaved, actions }: Props) {
  // A new connection whose test failed is stored: the next save changes it.
  const [made, setMade] = useState<ConnectionRow>();
  const present = connection ?? made;
  const [name, setName] = useState(connection?.name ?? connector.title);
  const [kind, setKind] = useState(connection?.auth ?? connector.auth[0]?.kind ?? 'none');
  const auth = connector.auth.find((candidate) => candidate.kind === kind);
  const fields = auth ? authFields(auth.fields, auth.secrets) : [];
  const [values, setValues] = useState(() => startValues(fields, connection?.settings));
  const [secretExpiresOn, setSecretExpiresOn] = useState(connection?.secretExpiresOn ?? '');
  const [problems, setProblems] = useState<Record<string, string>>({});
  const create = useCreateConnection();
  const save = useSaveConnection(present?.id ?? '');
  const { error, isPending } = present ? save : create;
  const stored = present?.auth === kind ? present.secrets : [];
  const formId = `connection-${connector.id}`;

  function chooseKind(next: string) {
    const chosen = connector.auth.find((candidate) => candidate.kind === next);
    setKind(next);
    setProblems({});
    if (chosen) setValues(startValues(authFields(chosen.fields, chosen.secrets), present?.settings));
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    event.stopPropagation();
    const found = fieldProblems(fields, values, stored);
    if (name.trim() === '') found.name = 'A name is needed.';
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    const sent = { name: name.trim(), auth: kind, fields: fieldsToSend(fields, values) };
    const body = { ...sent, secretExpiresOn: secretExpiresOn || null };
    const onSuccess = (row: ConnectionRow) => {
      setMade(row);
      onSaved(row);
    };
    if (present) save.mutate(body, { onSuccess });
    else create.mutate({ ...body, connector: connector.id, simulator: false }, { onSuccess });
  }

  return (
    <form id={formId} onSubmit={submit} noValidate>
      <Stack>
        {error && <Failure what="Not saved" error={error} />}
        {!error && present?.status === 'failing' && (
          <ErrorPanel
            what={`The connection to ${connector.title} does not work`}
            why={present.statusMessage ?? undefined}
            next="It is saved. Correct the fields and save again."
          />
        )}
        {!error && present?.status === 'working' && (
          <Notice look="succeeded" title="It works">
            {present.statusMessage}
          </Notice>
        )}
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problems.name}
          disabled={disabled}
          maxLength={120}
          withAsterisk
        />
        {connector.auth.length > 1 && (
          <Select
            label="How to sign in"
            data={connector.auth.map((one) => ({ value: one.kind, label: one.title }))}
            value={kind}
            onChange={(next) => next && chooseKind(next)}
            disabled={disabled}
            allowDeselect={false}
          />
        )}
        {fields.map((field) => (
          <AuthFieldInput
            key={`${kind} ${field.name}`}
            field={field}
            value={values[field.name] ?? field.initial}
            problem={problems[field.name]}
            stored={stored.includes(field.name)}
            disabled={disabled}
            onChange={(value) => setValues((now) => ({ ...now, [field.name]: value }))}
          />
        ))}
        {fields.some(isSecret) && (
          <TextInput
            type="date"
            label="Its secret ends on"
            description="If you know the day: you are told a fortnight before."
            value={secretExpiresOn}
            onChange={(event) => setSecretExpiresOn(event.currentTarget.value)}
            disabled={disabled}
            maw={340}
          />
        )}
        {auth?.redirectUrl && (
          <div>
            <CopyField label="Redirect address" value={auth.redirectUrl} />
            <Text size="sm" c="dimmed" mt={4}>
              Register it with the client at the other system: people come back here after they have agreed.
            </Text>
          </div>
        )}
        {connector.docs && (
          <Text size="sm" c="dimmed">
            Where to find these:{' '}
            <Anchor href={connector.docs} target="_blank" rel="noreferrer" size="sm">
              {connector.title}'s documentation
            </Anchor>
          </Text>
        )}
        <Group>
          <Button type="submit" loading={isPending} disabled={disabled}>
            {auth?.consent && !present?.consent?.given ? 'Save' : 'Save and test'}
          </Button>
          {actions}
        </Group>
      </Stack>
    </form>
  );
}
