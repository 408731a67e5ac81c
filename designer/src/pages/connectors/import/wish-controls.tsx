import { effectWords, type ImportableOperation, repeatWords } from '@castellan/api';
import { Group, NativeSelect, Switch, Text } from '@mantine/core';
import { type Chosen, type Wish, wishOf } from './chosen.js';

interface Props {
  operation: ImportableOperation;
  chosen: Chosen;
  onChange(chosen: Chosen): void;
}

const effects = Object.entries(effectWords).map(([value, { title }]) => ({ value, label: title }));

/** Plain controls, since there may be many: what a chosen operation does, what a repeat of it does, and whether its list is read to the end. */
export function WishControls({ operation, chosen, onChange }: Props) {
  const { key, title, paging, keyHeader } = operation;
  const wish = wishOf(chosen, operation);
  const change = (part: Partial<Wish>) =>
    onChange({ ...chosen, wishes: new Map(chosen.wishes).set(key, { ...wish, ...part }) });
  const repeats = (['natural', 'none', ...(keyHeader ? ['key'] : [])] as Wish['idempotency'][]).map((value) => ({
    value,
    label: repeatWords[value].title,
  }));
  return (
    <Group gap="xs">
      <NativeSelect
        size="xs"
        aria-label={`What ${title} does`}
        data={effects}
        value={wish.effect}
        onChange={({ currentTarget: { value } }) => change({ effect: value as Wish['effect'] })}
        w={120}
      />
      {wish.effect !== 'read' && (
        <NativeSelect
          size="xs"
          aria-label={`What a repeat of ${title} does`}
          data={repeats}
          value={wish.idempotency}
          onChange={({ currentTarget: { value } }) => change({ idempotency: value as Wish['idempotency'] })}
          w={150}
        />
      )}
      {paging && (
        <Switch
          size="xs"
          label={<Text size="xs">All pages</Text>}
          aria-label={`Read all pages of ${title}`}
          checked={wish.paging}
          onChange={({ currentTarget: { checked } }) => change({ paging: checked })}
        />
      )}
    </Group>
  );
}
