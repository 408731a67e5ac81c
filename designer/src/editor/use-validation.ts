import { useEffect, useRef, useState } from 'react';
import { useCatalog } from './catalog.js';
import { useEditor, useEditorStore } from './editor-context.js';
import type { ValidationAnswer, ValidationRequest } from './validation-worker.js';

/** Milliseconds after the last change before everything is looked at again. */
const pause = 250;

/**
 * Keeps the list of problems: the same function that the server runs at publish, after each change. It runs beside the
 * page, since a large flow takes longer than a frame.
 */
export function useValidation() {
  const store = useEditorStore();
  const flow = useEditor((state) => state.flow);
  const flowId = useEditor((state) => state.flowId);
  const catalog = useCatalog();
  const worker = useValidationWorker();
  const number = useRef(0);

  useEffect(() => {
    if (worker === null || catalog === undefined) return;
    tell(worker, { catalog, flowId });
  }, [worker, catalog, flowId]);

  useEffect(() => {
    if (worker === null || catalog === undefined) return;
    worker.onmessage = ({ data }: MessageEvent<ValidationAnswer>) => {
      // An answer about an older draft comes too late.
      if (data.number === number.current) store.setState({ problems: data.problems });
    };
    const timer = setTimeout(() => {
      number.current++;
      tell(worker, { draft: flow, number: number.current });
    }, pause);
    return () => clearTimeout(timer);
  }, [worker, store, flow, catalog]);
}

function useValidationWorker(): Worker | null {
  const [worker, setWorker] = useState<Worker | null>(null);
  useEffect(() => {
    const made = new Worker(new URL('./validation-worker.ts', import.meta.url), { type: 'module' });
    setWorker(made);
    return () => made.terminate();
  }, []);
  return worker;
}

function tell(worker: Worker, request: ValidationRequest) {
  worker.postMessage(request);
}
