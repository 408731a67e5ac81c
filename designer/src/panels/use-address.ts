import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useEditor } from '../editor/editor-context.js';

const route = getRouteApi('/w/$ws/flows/$flowId');

/** Keeps the chosen step, the open panel and the shown run in the address, so that a link opens the same. */
export function useAddress() {
  const navigate = route.useNavigate();
  const step = useEditor((state) => (state.selection.ids.length === 1 ? state.selection.ids[0] : undefined));
  const run = useEditor((state) => state.runId ?? undefined);
  const tab = useEditor(({ side }) => (side === null || side === 'settings' ? undefined : side));

  useEffect(() => {
    void navigate({ search: (before) => ({ ...before, step, tab, run }), replace: true });
  }, [navigate, step, tab, run]);
}
