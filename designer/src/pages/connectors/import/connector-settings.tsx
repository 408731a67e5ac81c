import type { ConnectorImport } from '@castellan/api';
import { Checkbox, List, Select, Stack, Text, TextInput } from '@mantine/core';
import type { Chosen } from './chosen.js';

interface Props {
  found: ConnectorImport & { outline: NonNullable<ConnectorImport['outline']> };
  chosen: Chosen;
  onChange(chosen: Chosen): void;
}

/** Name, server, ways to sign in, and what proves a connection. */
export function ConnectorSettings({ found: { outline, into }, chosen, onChange }: Props) {
  const testable = outline.operations.filter(({ key, testable }) => testable && chosen.keys.has(key));
  return (
    <Stack>
      <TextInput
        label="Name"
        value={chosen.title}
        onChange={({ currentTarget: { value } }) => onChange({ ...chosen, title: value })}
        maxLength={80}
        withAsterisk
        maw={480}
      />
      {!into?.connections && <ServerChoice outline={outline} chosen={chosen} onChange={onChange} />}
      <SignInChoice outline={outline} chosen={chosen} onChange={onChange} />
      <Select
        label="A connection is tested by"
        description="An operation that reads and needs no input. Without one, only whether the server answers."
        data={testable.map(({ key, title }) => ({ value: key, label: `${title} (${key})` }))}
        value={chosen.test}
        onChange={(test) => onChange({ ...chosen, test })}
        placeholder="Whether the server answers"
        clearable
        searchable
        maw={480}
      />
    </Stack>
  );
}

type PartProps = Pick<Props, 'chosen' | 'onChange'> & { outline: Props['found']['outline'] };

function ServerChoice({ outline: { servers }, chosen, onChange }: PartProps) {
  const named = servers.flatMap(({ url, description }, index) =>
    url === '' ? [] : [{ value: String(index), label: description === '' ? url : `${url} (${description})` }],
  );
  const open = servers[chosen.server]?.variables.map(({ name }) => name) ?? [];
  return (
    <>
      {named.length > 0 && (
        <Select
          label="Server"
          description={
            open.length > 0
              ? `Each connection says what stands for ${open.join(', ')}. Its credentials go to that host only.`
              : 'Each connection may have another; its credentials go to that host only.'
          }
          data={[...named, { value: '-1', label: 'Another one' }]}
          value={String(chosen.server)}
          onChange={(next) => next !== null && onChange({ ...chosen, server: Number(next) })}
          allowDeselect={false}
          maw={480}
        />
      )}
      {chosen.server === -1 && (
        <TextInput
          label="Address of the server"
          description="Left empty, each connection says it."
          placeholder="https://api.example.com/v1"
          value={chosen.ownServer}
          onChange={({ currentTarget: { value } }) => onChange({ ...chosen, ownServer: value })}
          maw={480}
        />
      )}
    </>
  );
}

function SignInChoice({ outline: { signIns, problems }, chosen, onChange }: PartProps) {
  return (
    <div>
      <Checkbox.Group
        label="Ways to sign in"
        description="Those that connections may use."
        value={chosen.signIns}
        onChange={(next) => onChange({ ...chosen, signIns: next })}
      >
        <Stack gap={6} mt="xs">
          {signIns.map(({ kind, title }) => (
            <Checkbox key={kind} value={kind} label={title} />
          ))}
        </Stack>
      </Checkbox.Group>
      {problems.length > 0 && (
        <>
          <Text size="sm" mt="sm">
            What cannot be used of the document:
          </Text>
          <List size="sm">
            {problems.map(({ place, message, fix }) => (
              <List.Item key={`${place} ${message}`}>
                {message} {fix}{' '}
                <Text span c="dimmed" size="xs" className="break-anywhere">
                  {place}
                </Text>
              </List.Item>
            ))}
          </List>
        </>
      )}
    </div>
  );
}
