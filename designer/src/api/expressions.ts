import { routes } from '@castellan/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { call } from './client.js';
import { useWorkspace } from './workspace.js';

export type Evaluation = z.output<typeof routes.expressions.evaluate.answer>;

/** What a value with expressions gives on sample data; the earlier result stays until the new one is there. */
export function useEvaluation(value: unknown, context: Record<string, unknown>, enabled = true) {
  const ws = useWorkspace().id;
  return useQuery({
    queryKey: ['expressions', ws, value, context],
    queryFn: ({ signal }) => call(routes.expressions.evaluate, { params: { ws }, body: { value, context }, signal }),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
}
