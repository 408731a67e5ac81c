import { type Member, rolePermissions } from '@castellan/api';
import { Button, Group, Select, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useNameDeputy } from '../../api/deputies.js';
import { useMembers } from '../../api/people.js';
import { useMe } from '../../api/session.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';
import { TimeField } from '../../ui/time-field.js';

const week = 7 * 86_400_000;

/** Who stands in for whom, from when until when. Administrators choose both, others stand in their own name. */
export function DeputyForm({ onDone }: { onDone(): void }) {
  const { can } = useWorkspace();
  const { user } = useMe();
  const members = (useMembers().data ?? []).filter(({ role }) => rolePermissions[role].includes('approval:decide'));
  const name = useNameDeputy();
  const [personId, setPerson] = useState(user.id);
  const [deputyId, setDeputy] = useState<string | null>(null);
  const [from, setFrom] = useState<string | undefined>(() => new Date().toISOString());
  const [until, setUntil] = useState<string | undefined>(() => new Date(Date.now() + week).toISOString());

  function submit(event: FormEvent) {
    event.preventDefault();
    if (deputyId && from && until) name.mutate({ personId, deputyId, from, until }, { onSuccess: onDone });
  }

  return (
    <form onSubmit={submit} noValidate aria-label="New deputy" className="card" style={{ padding: 16 }}>
      <Stack maw={560}>
        {name.error && <Failure what="Not named" error={name.error} />}
        {can('member:write') && (
          <Select
            label="Who is away"
            data={members.map(choiceOf)}
            value={personId}
            onChange={(id) => id && setPerson(id)}
            allowDeselect={false}
            searchable
          />
        )}
        <Select
          label="Deputy"
          description="Approvers and administrators may stand in"
          data={members.filter(({ userId }) => userId !== personId).map(choiceOf)}
          value={deputyId}
          onChange={setDeputy}
          placeholder="Choose"
          searchable
          withAsterisk
        />
        <Group grow>
          <TimeField label="From" value={from} onChange={setFrom} />
          <TimeField label="Until" value={until} onChange={setUntil} />
        </Group>
        <Group>
          <Button type="submit" loading={name.isPending} disabled={!deputyId || !from || !until}>
            Name deputy
          </Button>
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const choiceOf = ({ userId, name, email }: Member) => ({ value: userId, label: `${name} (${email})` });
