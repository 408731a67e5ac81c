import type { PolicyContext, PolicyFacts, Stop } from '../schema/policy.js';

/** Something that a flow does, with the way to it. */
type Found = Pick<PolicyFacts, 'takes' | 'writes' | 'calls'>;

/**
 * What a flow does itself, and what the flows do that it calls, at any depth, each with the whole way and the step of
 * this flow by which it comes about. Calls in a circle end.
 */
export function withCalled<One extends { way: Stop[] }>(
  found: Found,
  called: PolicyContext['called'],
  pick: (found: Found) => One[],
): { one: One; way: Stop[]; at: Stop | undefined }[] {
  const own = pick(found).map((one) => ({ one, way: one.way, at: one.way.at(-1) }));
  const inCalls = found.calls.flatMap((call) =>
    within(call.flow, called, pick, new Set()).map(({ one, way }) => ({
      ...{ one, way: [...call.way, ...way], at: call.way.at(-1) },
    })),
  );
  return [...own, ...inCalls];
}

function within<One extends { way: Stop[] }>(
  id: string,
  called: PolicyContext['called'],
  pick: (found: Found) => One[],
  above: ReadonlySet<string>,
): { one: One; way: Stop[] }[] {
  const facts = called[id];
  if (!facts || above.has(id)) return [];
  const inside = new Set([...above, id]);
  return [
    ...pick(facts).map((one) => ({ one, way: one.way })),
    ...facts.calls.flatMap((call) =>
      within(call.flow, called, pick, inside).map(({ one, way }) => ({ one, way: [...call.way, ...way] })),
    ),
  ];
}
