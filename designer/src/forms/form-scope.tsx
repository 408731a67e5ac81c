import type { Problem, Shape } from '@castellan/flow';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { Evaluation } from '../api/index.js';
import type { ScopeData } from './completion.js';
import type { Choice } from './json-schema.js';
import type { DataPath } from './path.js';

/** A variable that a field may stand on. */
export interface VariableChoice {
  name: string;
  title: string;
}

/** Puts a path into a field: what the data tree does to the field that was focused last. */
export type InsertPath = (path: DataPath) => void;

/** Choices for fields, read from the outside system through the step's connection. */
export interface FieldOptions {
  /** Names the operation and connection, for the cache. */
  key: string;
  has: (pointer: string) => boolean;
  load: (pointer: string, search: string) => Promise<Choice[]>;
}

/** All that fields need of the page they stand on. Places are JSON pointers into the flow. */
export interface FormScope {
  /** A sample of what expressions see here; completion reads it. */
  data: ScopeData;
  /** What it looks like by schemas and the last run; undefined until that is known. */
  shape?: Shape | undefined;
  variables: VariableChoice[];
  problems: Problem[];
  readOnly: boolean;
  /** No expressions: the values are data that a person gives now. */
  plain?: boolean;
  /** The place whose field is to be focused, when something outside asked for it. */
  wanted: string | null;
  /** Sets the value at a place; undefined takes it away. */
  change: (pointer: string, value: unknown) => void;
  /** What a value gives on the sample. */
  evaluate: (value: unknown) => Promise<Evaluation>;
  /** Changes when the sample does, so that previews are asked for again. */
  sampleKey: string;
  options: FieldOptions | undefined;
  /** Tells which field is being edited, and how the data tree writes into it. */
  focused: (pointer: string, insert: InsertPath) => void;
}

const FormScopeContext = createContext<FormScope | null>(null);

export const FormScopeProvider = FormScopeContext.Provider;

export function useFormScope(): FormScope {
  const scope = useContext(FormScopeContext);
  if (scope === null) throw new Error('A field stands outside of a FormScopeProvider.');
  return scope;
}

/** Fields inside take data only: no expressions. */
export function PlainScope({ children }: { children: ReactNode }) {
  const scope = useFormScope();
  const plain = useMemo(() => ({ ...scope, plain: true }), [scope]);
  return <FormScopeProvider value={plain}>{children}</FormScopeProvider>;
}

/** The problems of this very place, or of anything below it. */
export function problemsAt(problems: Problem[], pointer: string, below = false): Problem[] {
  return problems.filter(
    (problem) => problem.pointer === pointer || (below && problem.pointer.startsWith(`${pointer}/`)),
  );
}
