import { Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useEditorStore } from '../editor/editor-context.js';
import { isUnsaved } from '../editor/editor-store.js';
import { ConfirmDialog } from '../ui/confirm.js';

/** Saves before the page is left; where that fails, asks. */
export function LeaveGuard({ save }: { save: () => Promise<boolean> }) {
  const store = useEditorStore();
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      if (current.pathname === next.pathname || !isUnsaved(store.getState())) return false;
      return !(await save());
    },
    enableBeforeUnload: () => isUnsaved(store.getState()),
    withResolver: true,
  });
  return (
    <ConfirmDialog
      opened={status === 'blocked'}
      title="Leave without saving"
      verb="Leave"
      destructive
      onConfirm={() => proceed?.()}
      onClose={() => reset?.()}
    >
      <Text size="sm">Your last changes could not be saved. They are lost when you leave.</Text>
    </ConfirmDialog>
  );
}
