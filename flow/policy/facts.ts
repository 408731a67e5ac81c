import { objectOf, type StepPlace, stepPlaces } from '../levels.js';
import { namedOperation } from '../named-operation.js';
import type { CatalogConnector } from '../schema/catalog.js';
import type { Draft } from '../schema/draft.js';
import type { PolicyFacts } from '../schema/policy.js';
import { followData } from './data-flow.js';
import { postOf } from './posts.js';
import { stopOf, waysPastApprovals } from './ways.js';

/** The connector that a slot of the flow is for. */
export function connectorsOf(
  flow: Draft,
  connectors: readonly CatalogConnector[],
): (slot: unknown) => CatalogConnector | undefined {
  const slots = objectOf(flow.connections);
  return (slot) => {
    const id = typeof slot === 'string' ? objectOf(slots[slot]).connector : undefined;
    return connectors.find((connector) => connector.id === id);
  };
}

/**
 * What the rules have to know of a flow, for those that call it, and for itself. `called` has what is known of the flows
 * that it calls; what they answer is followed one call deep.
 */
export function policyFactsOf(
  flow: Draft,
  connectors: readonly CatalogConnector[],
  called: Readonly<Record<string, PolicyFacts>> = {},
): PolicyFacts {
  const places = stepPlaces(flow);
  const connectorOf = connectorsOf(flow, connectors);
  const findStep = (id: string): StepPlace | undefined => places.find((place) => place.id === id);
  const wayTo = waysPastApprovals(flow);
  const input = followData(flow, connectorOf, called, { connectors: [], triggerKind: 'call' });
  const answers = places.filter(({ step }) => step.kind === 'respond');
  const systems = new Set(places.flatMap(({ step }) => connectorOf(step.connection)?.id ?? []));
  const facts: PolicyFacts = { takes: [], calls: [], posts: [], answersInput: false, answersFrom: [] };
  for (const place of places) {
    const way = wayTo(place);
    const { step } = place;
    const connector = step.kind === 'action' ? connectorOf(step.connection) : undefined;
    const takes = namedOperation(connector?.operations, step.operation)?.effect === 'destructive';
    if (way && connector && takes) facts.takes.push({ way, connector: connector.id });
    if (way && step.kind === 'subflow') facts.calls.push({ way, flow: String(step.flow) });
    const post = postOf(flow, place, { connectorOf, findStep });
    const trail = post && input.in(place, post.content);
    if (!trail) continue;
    for (const channel of post.channels) facts.posts.push({ way: [...trail, stopOf(place.id, step)], channel });
  }
  facts.answersInput = answers.some((place) => input.in(place, place.step.body) !== null);
  facts.answersFrom = [...systems].filter((system) => {
    const own = followData(flow, connectorOf, called, { connectors: [system] });
    return answers.some((place) => own.in(place, place.step.body) !== null);
  });
  return facts;
}
