import type { DraftRunRequest, DraftWrite } from '@castellan/api';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { ApiError, useTestDraft } from '../../api/index.js';
import { useEditor, useEditorStore } from '../../editor/editor-context.js';
import { showRun } from '../../editor/editor-store.js';
import { ConfirmDialog } from '../../ui/confirm.js';
import { WriteList } from './write-list.js';

/** Runs of the open draft, as the panels ask for them. */
interface Trial {
  /** Saves the draft, asks where something would really be changed, and shows the run on the canvas. */
  start: (request: DraftRunRequest) => void;
  busy: boolean;
  /** Saves what is not saved yet; tells whether the server holds the draft then. */
  save: () => Promise<boolean>;
  /** Why the last one did not start, and the step that was to run alone (null: the whole draft). */
  failure: { step: string | null; error: Error } | null;
}

const TrialContext = createContext<Trial | null>(null);

export function useTrial(): Trial {
  const trial = useContext(TrialContext);
  if (trial === null) throw new Error('A part that tries the draft out stands outside of a TrialProvider.');
  return trial;
}

interface TrialProviderProps {
  /** Saves what is not saved yet; tells whether the server holds the draft then. */
  save: () => Promise<boolean>;
  children: ReactNode;
}

/** Starts runs of the draft. What they would really change is named and confirmed once, before each. */
export function TrialProvider({ save, children }: TrialProviderProps) {
  const store = useEditorStore();
  const { mutateAsync } = useTestDraft(useEditor((state) => state.flowId));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Trial['failure']>(null);
  const [asked, setAsked] = useState<{ request: DraftRunRequest; writes: DraftWrite[] } | null>(null);

  const send = useCallback(
    async (request: DraftRunRequest) => {
      setBusy(true);
      setFailure(null);
      try {
        if (!(await save())) return;
        const { runId } = await mutateAsync({ ...request, revision: store.getState().saved.revision });
        setAsked(null);
        showRun(store, runId);
      } catch (error) {
        const writes = unconfirmedWrites(error);
        if (writes !== undefined) return setAsked({ request, writes });
        setAsked(null);
        setFailure({ step: request.step ?? null, error: error as Error });
      } finally {
        setBusy(false);
      }
    },
    [save, mutateAsync, store],
  );
  const trial = useMemo<Trial>(
    () => ({ start: (request) => void send(request), busy, save, failure }),
    [send, busy, save, failure],
  );
  return (
    <TrialContext.Provider value={trial}>
      {children}
      <ConfirmDialog
        opened={asked !== null}
        title={asked?.request.step === undefined ? 'Test with real changes' : 'Run the step with real changes'}
        verb="Run it"
        destructive
        busy={busy}
        onClose={() => setAsked(null)}
        onConfirm={() => asked !== null && void send({ ...asked.request, allowWrites: true })}
      >
        {asked !== null && <WriteList writes={asked.writes} />}
      </ConfirmDialog>
    </TrialContext.Provider>
  );
}

/** What the server wants confirmed; undefined where it refused for another reason. */
function unconfirmedWrites(error: unknown): DraftWrite[] | undefined {
  if (!(error instanceof ApiError) || error.code !== 'conflict') return undefined;
  const { writes } = (error.details ?? {}) as { writes?: DraftWrite[] };
  return writes;
}
