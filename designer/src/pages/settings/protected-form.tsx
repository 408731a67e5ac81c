import type { ProtectedFields, ProtectedIdentity } from '@castellan/api';
import { ActionIcon, Button, Fieldset, Group, Select, Stack, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useConnectors } from '../../api/connections.js';
import { useSaveProtected } from '../../api/protected.js';
import { Failure } from '../../ui/failure.js';

interface Props {
  /** Null: a new one. */
  entry: ProtectedIdentity | null;
  onDone(): void;
}

/** One entry: who it is, by which addresses and ids, and why. */
export function ProtectedForm({ entry, onDone }: Props) {
  const save = useSaveProtected(entry?.id);
  const [given, setGiven] = useState<ProtectedFields>(() => fieldsOf(entry));
  const put = (some: Partial<ProtectedFields>) => setGiven((before) => ({ ...before, ...some }));

  function submit(event: FormEvent) {
    event.preventDefault();
    const ids = given.ids.filter(({ connector, id }) => connector !== '' && id.trim() !== '');
    save.mutate({ ...given, ids }, { onSuccess: onDone });
  }

  return (
    <form onSubmit={submit} noValidate aria-label="Protected entry" className="card" style={{ padding: 16 }}>
      <Stack maw={560}>
        {save.error && <Failure what="Not saved" error={save.error} />}
        <TextInput
          label="Name"
          description="As people know them: a person, an account or a group"
          value={given.name}
          onChange={(event) => put({ name: event.currentTarget.value })}
          maxLength={120}
          withAsterisk
        />
        <TagsInput
          label="E-mail addresses"
          description="With all aliases. Other spellings count too: case, plus-tags, quotes. Enter after each."
          value={given.addresses}
          onChange={(addresses) => put({ addresses })}
          acceptValueOnBlur
        />
        <TagsInput
          label="Groups of addresses"
          description="With * for any characters: *@board.example.com, svc-*@example.com"
          value={given.patterns}
          onChange={(patterns) => put({ patterns })}
          acceptValueOnBlur
        />
        <IdFields ids={given.ids} onChange={(ids) => put({ ids })} />
        <TextInput
          label="Reason"
          description="Shown to whoever is asked to let a change through"
          value={given.reason}
          onChange={(event) => put({ reason: event.currentTarget.value })}
          maxLength={500}
          withAsterisk
        />
        <Switch
          label="Break-glass account"
          description="For emergencies: a change is refused at once, and nobody lets it through"
          checked={given.breakGlass}
          onChange={(event) => put({ breakGlass: event.currentTarget.checked })}
        />
        <Group>
          <Button
            type="submit"
            loading={save.isPending}
            disabled={given.name.trim() === '' || given.reason.trim() === ''}
          >
            {entry === null ? 'Protect' : 'Save'}
          </Button>
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function fieldsOf(entry: ProtectedIdentity | null): ProtectedFields {
  if (entry === null) return { name: '', addresses: [], patterns: [], ids: [], reason: '', breakGlass: false };
  const { name, addresses, patterns, ids, reason, breakGlass } = entry;
  return { name, addresses, patterns, ids, reason, breakGlass };
}

type Ids = ProtectedFields['ids'];

/** How systems name them, where a step says an id and no address. */
function IdFields({ ids, onChange }: { ids: Ids; onChange(ids: Ids): void }) {
  const connectors = useConnectors().data ?? [];
  const rows = ids.map((one, index) => ({ ...one, index, key: `id ${index}` }));
  const choices = connectors.map(({ id, title }) => ({ value: id, label: title }));
  const put = (index: number, some: Partial<Ids[number]>) =>
    onChange(ids.map((one, at) => (at === index ? { ...one, ...some } : one)));
  return (
    <Fieldset legend="Ids in systems">
      <Text size="xs" c="dimmed" mb={4}>
        A step that names somebody only by an id is caught by these
      </Text>
      <Stack gap="xs">
        {rows.map(({ connector, id, index, key }) => (
          <Group key={key} gap="xs" wrap="nowrap">
            <Select
              aria-label="System"
              placeholder="System"
              data={choices}
              value={connector === '' ? null : connector}
              onChange={(next) => put(index, { connector: next ?? '' })}
              searchable
              w={200}
            />
            <TextInput
              aria-label="Id"
              placeholder="Id"
              value={id}
              onChange={(event) => put(index, { id: event.currentTarget.value })}
              maxLength={300}
              style={{ flex: 1 }}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Remove this id"
              onClick={() => onChange(ids.filter((_, at) => at !== index))}
            >
              <X size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
      </Stack>
      <Button
        variant="light"
        size="compact-sm"
        mt={4}
        leftSection={<Plus size={14} aria-hidden />}
        onClick={() => onChange([...ids, { connector: '', id: '' }])}
      >
        Add an id
      </Button>
    </Fieldset>
  );
}
