import { routes } from '@castellan/api';
import {
  type Json,
  namedOperation,
  type Shape,
  scopeAt,
  unknownShape,
  type Variable,
  withVariables,
} from '@castellan/flow';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, type RefObject, useContext, useMemo, useRef } from 'react';
import { call, useShapes, useWorkspace } from '../api/index.js';
import { useCatalog } from '../editor/catalog.js';
import { changeValue } from '../editor/editing.js';
import { useEditor, useEditorStore } from '../editor/editor-context.js';
import type { Place } from '../editor/outline.js';
import { sampleAt, sampleBasis } from '../editor/sample-data.js';
import { useRecordedRun } from '../editor/use-recorded-run.js';
import { type FieldOptions, type FormScope, FormScopeProvider, type InsertPath } from '../forms/form-scope.js';
import type { Choice } from '../forms/json-schema.js';

/** The field that was edited last: the data tree writes into it. */
export type FocusedField = { pointer: string; insert: InsertPath } | null;

const FocusedFieldContext = createContext<RefObject<FocusedField> | null>(null);

export function useFocusedField(): RefObject<FocusedField> {
  const field = useContext(FocusedFieldContext);
  if (field === null) throw new Error('The data tree stands outside of a SettingsScope.');
  return field;
}

interface SettingsScopeProps {
  /** The step or trigger whose settings stand inside; null for settings of the whole flow. */
  place: Place | null;
  children: ReactNode;
}

/** Gives the fields of one step, trigger or flow all that they need: data to try on, choices, problems, changes. */
export function SettingsScope({ place, children }: SettingsScopeProps) {
  const store = useEditorStore();
  const flow = useEditor((state) => state.flow);
  const problems = useEditor((state) => state.problems);
  const wanted = useEditor((state) => state.wanted);
  const { can } = useWorkspace();
  const { data, key, evaluate } = useSampleData(place);
  const shape = useShapeAt(place);
  const options = useFieldOptions(place);
  const focusedField = useRef<FocusedField>(null);
  const variables = flow.variables;

  const scope = useMemo<FormScope>(
    () => ({
      data,
      shape,
      sampleKey: key,
      options,
      problems,
      readOnly: !can('flow:write'),
      wanted: wanted?.pointer ?? null,
      variables: Object.entries(variables ?? {}).map(([name, { title }]) => ({ name, title: title ?? name })),
      change: (pointer, value) => changeValue(store, pointer, value),
      evaluate: (value) => evaluate(value, data),
      focused: (pointer, insert) => {
        focusedField.current = { pointer, insert };
      },
    }),
    [store, data, shape, key, options, problems, can, wanted, variables, evaluate],
  );
  return (
    <FocusedFieldContext.Provider value={focusedField}>
      <FormScopeProvider value={scope}>{children}</FormScopeProvider>
    </FocusedFieldContext.Provider>
  );
}

/** The data that expressions see at a place, and how a value is tried on it. */
function useSampleData(place: Place | null) {
  const draft = useEditor((state) => state.flow);
  const catalog = useCatalog();
  const { recorded, key: recordedKey } = useRecordedRun();
  const ws = useWorkspace().id;
  const variables = draft.variables as Record<string, Variable> | undefined;

  const evaluate = useMemo(
    () => async (value: unknown, context: Record<string, unknown>) =>
      call(routes.expressions.evaluate, {
        params: { ws },
        body: { value: withVariables(value as Json, variables ?? {}), context },
      }),
    [ws, variables],
  );
  const basis = place === null ? '' : sampleBasis(draft, place);
  const [settled] = useDebouncedValue(basis, pause);
  const { data = emptyData } = useQuery({
    queryKey: ['sample', ws, recordedKey, catalog === undefined, settled],
    queryFn: () => {
      const tryValue = async (value: unknown, context: Record<string, unknown>) => {
        const evaluation = await evaluate(value, context).catch(() => undefined);
        return evaluation?.value;
      };
      return sampleAt(place!, { draft, catalog, recorded, evaluate: tryValue });
    },
    enabled: place !== null,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (previous) => previous,
    retry: false,
  });
  const key = useMemo(() => JSON.stringify(data), [data]);
  return { data, key, evaluate };
}

/** What expressions see at a place, by schemas and by the run that is shown. */
function useShapeAt(place: Place | null): Shape | undefined {
  const flowId = useEditor((state) => state.flowId);
  const [draft] = useDebouncedValue(
    useEditor((state) => state.flow),
    pause,
  );
  const runId = useEditor((state) => (state.sample.from === 'run' ? state.sample.runId : null));
  const shapes = useShapes(flowId, draft, runId);
  return useMemo(() => {
    if (shapes === undefined || place === null) return undefined;
    if (place.type === 'step') return scopeAt(draft, place.id, shapes);
    const trigger = shapes.triggers[place.id];
    return trigger && { types: ['object'], properties: { trigger, vars: unknownShape }, from: ['schema'] };
  }, [shapes, draft, place]);
}

const emptyData: Record<string, unknown> = {};

/** Milliseconds after the last change before the sample is made anew. */
const pause = 300;

/** Choices that the step's system lists, through the connection in its slot. */
function useFieldOptions(place: Place | null): FieldOptions | undefined {
  const ws = useWorkspace().id;
  const catalog = useCatalog();
  const connections = useEditor((state) => state.flow.connections);
  const step = place?.type === 'step' ? place.step : undefined;
  const slot = connections?.[String(step?.connection ?? '')];
  const operations = catalog?.connectors.find(({ id }) => id === slot?.connector)?.operations;
  const operation = namedOperation(operations, step?.operation);
  const connection = slot?.id ?? undefined;
  const connector = slot?.connector;
  return useMemo(() => {
    if (operation === undefined || connection === undefined || connector === undefined) return undefined;
    return {
      key: `${connection} ${operation.id}`,
      has: (pointer) => pointer in operation.options,
      load: async (pointer, search): Promise<Choice[]> => {
        const answer = await call(routes.connectors.options, {
          params: { ws, id: connector },
          body: { connection, operation: operation.id, pointer, search },
        });
        return answer.items;
      },
    };
  }, [ws, operation, connection, connector]);
}
