import type { DirectoryChange } from '@castellan/api';
import { Stack, Text, Timeline } from '@mantine/core';
import { LogIn, LogOut, Pencil, UserPlus, UserX } from 'lucide-react';
import { words } from '../../ui/format.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { changeWords, nameOf, valueWord } from './record-words.js';

const icons: Record<DirectoryChange['kind'], typeof Pencil> = {
  account_created: UserPlus,
  account_changed: Pencil,
  account_disabled: UserX,
  group_joined: LogIn,
  group_left: LogOut,
};

/** What became of accounts since they were first read, newest first. */
export function ChangeHistory({ changes, across = false }: { changes: DirectoryChange[]; across?: boolean }) {
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nothing has changed since the first sync.
      </Text>
    );
  }
  return (
    <Timeline bulletSize={24} lineWidth={1} active={changes.length}>
      {changes.map((change) => {
        const Icon = icons[change.kind];
        return (
          <Timeline.Item key={change.id} title={titleOf(change)} bullet={<Icon size={13} aria-hidden />}>
            <Text size="xs" c="dimmed" component="div">
              {across && `${change.integration.name}, `}
              <RelativeTime at={change.at} />
            </Text>
            <Fields change={change} />
          </Timeline.Item>
        );
      })}
    </Timeline>
  );
}

const titleOf = ({ kind, group }: DirectoryChange): string =>
  group ? `${changeWords[kind]} ${nameOf(group)}` : changeWords[kind];

function Fields({ change: { fields } }: { change: DirectoryChange }) {
  if (fields.length === 0) return null;
  return (
    <Stack gap={2} mt={4}>
      {fields.map(({ field, before, after }) => (
        <Text key={field} size="sm" className="break-anywhere">
          {words(field)}: <del>{valueWord(field, before)}</del> →{' '}
          <ins style={{ textDecoration: 'none' }}>{valueWord(field, after)}</ins>
        </Text>
      ))}
    </Stack>
  );
}
