import type { CatalogConnector } from '../schema/catalog.js';
import type { Draft } from '../schema/draft.js';
import type { PolicyFacts } from '../schema/policy.js';
import { type Facts, gatherFacts, operationOf } from '../validate/facts.js';
import { postOf } from './posts.js';
import { followData } from './sources.js';
import { takesAway } from './takes-away.js';
import { stopOf, type WayTo, waysPastApprovals } from './ways.js';

/**
 * What the rules have to know of a flow, for those that call it. `called` has what is known of the flows that it calls;
 * what they answer is followed one call deep.
 */
export function policyFactsOf(
  flow: Draft,
  connectors: CatalogConnector[],
  called: Readonly<Record<string, PolicyFacts>> = {},
): PolicyFacts {
  const facts = gatherFacts(flow, { connectors, connections: [], flows: [], tables: [] });
  const sourcesOf = followData(facts, called);
  const answers = facts.steps
    .filter(({ step }) => step.kind === 'respond')
    .flatMap((place) => sourcesOf(place, place.step.body));
  const isCall = (id: string) => facts.triggers.find((one) => one.id === id)?.trigger.kind === 'call';
  return {
    ...reachedBy(facts, waysPastApprovals(facts, isCall)),
    posts: facts.steps.flatMap((place) => {
      const post = postOf(facts, place, sourcesOf);
      const told = post && sourcesOf(place, post.content).find(({ trigger }) => trigger?.kind === 'call');
      if (!told) return [];
      return post.places.map((one) => ({ way: [...told.trail, stopOf(place.id, place.step)], place: one }));
    }),
    answersInput: answers.some(({ trigger }) => trigger?.kind === 'call'),
    answersFrom: [...new Set(answers.flatMap(({ connector }) => connector ?? []))],
  };
}

/** What a flow takes away, changes and calls, each where a way leads to it. */
export function reachedBy(facts: Facts, wayTo: WayTo): Pick<PolicyFacts, 'takes' | 'writes' | 'calls'> {
  const found: Pick<PolicyFacts, 'takes' | 'writes' | 'calls'> = { takes: [], writes: [], calls: [] };
  for (const place of facts.steps) {
    const { step } = place;
    const operation = step.kind === 'action' ? operationOf(facts, step) : undefined;
    const changes = operation !== undefined && operation.effect !== 'read';
    if (!changes && step.kind !== 'subflow') continue;
    const way = wayTo(place);
    if (!way) continue;
    if (step.kind === 'subflow') found.calls.push({ way, flow: String(step.flow) });
    if (!changes) continue;
    const connector = facts.connectorOf(step.connection)?.id ?? '';
    found.writes.push({ way, connector, once: operation.idempotency === 'none' });
    if (takesAway(facts, step)) found.takes.push({ way, connector });
  }
  return found;
}
