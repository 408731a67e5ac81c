import { Group, Kbd, Modal, Stack, Table, Text } from '@mantine/core';
import { useEffect } from 'react';
import { create } from 'zustand';

/** Keys that do something on the page shown, for the sheet that `?` opens. */
export interface Shortcut {
  /** As written on the keys, joined by `+`: `Ctrl+K`. */
  keys: string;
  title: string;
}

interface Sheet {
  opened: boolean;
  groups: { title: string; shortcuts: Shortcut[] }[];
}

const useSheet = create<Sheet>(() => ({ opened: false, groups: [] }));

export function openShortcuts(): void {
  useSheet.setState({ opened: true });
}

/** Lists the shortcuts of a page on the sheet while the page is shown. `shortcuts` must be stable. */
export function useShortcutList(title: string, shortcuts: Shortcut[]): void {
  useEffect(() => {
    const group = { title, shortcuts };
    useSheet.setState(({ groups }) => ({ groups: [...groups, group] }));
    return () => useSheet.setState(({ groups }) => ({ groups: groups.filter((other) => other !== group) }));
  }, [title, shortcuts]);
}

export function ShortcutSheet() {
  const { opened, groups } = useSheet();
  return (
    <Modal opened={opened} onClose={() => useSheet.setState({ opened: false })} title="Shortcuts">
      <Stack gap="lg">
        {groups.map((group) => (
          <div key={group.title}>
            <Text fw={600} size="sm" mb={4}>
              {group.title}
            </Text>
            <Table aria-label={group.title} verticalSpacing={6} horizontalSpacing={0}>
              <Table.Tbody>
                {group.shortcuts.map(({ keys, title }) => (
                  <Table.Tr key={keys}>
                    <Table.Td>{title}</Table.Td>
                    <Table.Td>
                      <Group gap={4} justify="flex-end" wrap="nowrap">
                        {keys.split('+').map((key) => (
                          <Kbd key={key}>{key}</Kbd>
                        ))}
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        ))}
      </Stack>
    </Modal>
  );
}
