import { objectOf, type StepPlace, stepPlaces } from '../levels.js';
import type { Catalog, Problem } from '../schema/catalog.js';
import type { Draft } from '../schema/draft.js';
import type { PolicyContext, PolicyRule, PublishPolicy, Stop } from '../schema/policy.js';
import { followData } from './data-flow.js';
import { connectorsOf, policyFactsOf } from './facts.js';
import { isListed, postOf } from './posts.js';
import { stopOf, wordsOf } from './ways.js';

/** The codes of what breaks the policy of a workspace. */
export const policyCodes: Record<PolicyRule, string> = {
  guarded: 'policy_unguarded',
  hrData: 'policy_hr_data',
};

/** The catalogue as one flow is held against it: without the rules from which it is excepted. */
export function catalogFor<Of extends Pick<Catalog, 'policy'>>(catalog: Of, flowId: string): Of {
  const { policy } = catalog;
  if (!policy) return catalog;
  const excepted = policy.exceptions.filter((one) => one.flowId === flowId).map(({ rule }) => rule);
  const rules = { ...policy.rules };
  if (excepted.includes('guarded')) rules.guarded = { ...rules.guarded, mode: 'off' };
  if (excepted.includes('hrData')) rules.hrData = { ...rules.hrData, mode: 'off' };
  return { ...catalog, policy: { ...policy, rules } };
}

/** What of a flow breaks the rules of its workspace, each with the way by which it does. */
export function checkPolicy(flow: Draft, { policy, connectors }: Catalog): Problem[] {
  if (!policy) return [];
  const { guarded, hrData } = policy.rules;
  return [
    ...(guarded.mode === 'off' ? [] : unguarded(flow, connectors, policy)),
    ...(hrData.mode === 'off' ? [] : published(flow, connectors, policy)),
  ];
}

const severityOf = ({ mode }: PublishPolicy[PolicyRule]): Problem['severity'] =>
  mode === 'refuse' ? 'error' : 'warning';

/** What takes something away on a way without an approval, where no budget counts either. */
function unguarded(
  flow: Draft,
  connectors: Catalog['connectors'],
  { rules, budgeted, called }: PolicyContext,
): Problem[] {
  const { by, exceptConnectors } = rules.guarded;
  const orBudget = by === 'approval_or_budget';
  const ownBudget = Object.keys(objectOf(objectOf(flow.settings).budgets)).length > 0;
  if (orBudget && (budgeted || ownBudget)) return [];
  const facts = policyFactsOf(flow, connectors, called);
  const inCalls = facts.calls.flatMap(({ way, flow: id }) =>
    takenBy(id, called, exceptConnectors, new Set()).map((inner) => ({ place: way.at(-1), way: [...way, ...inner] })),
  );
  const own = facts.takes
    .filter(({ connector }) => !exceptConnectors.includes(connector))
    .map(({ way }) => ({ place: way.at(-1), way }));
  const pointers = pointersOf(flow);
  return [...own, ...inCalls].map(({ place, way }) => ({
    severity: severityOf(rules.guarded),
    code: policyCodes.guarded,
    pointer: pointers.get(place?.id ?? '') ?? '',
    ...(place ? { stepId: place.id } : {}),
    message: `This takes something away on a way without an approval${orBudget ? ', and no budget limits it' : ''}: ${wordsOf(way)}.`,
    fix: `Put an approval on this way${orBudget ? ', or give the flow a budget in its settings' : ''}, or ask an administrator for an exception.`,
  }));
}

/** Ways within a called flow, and the flows that it calls, to what takes something away. */
function takenBy(
  id: string,
  called: PolicyContext['called'],
  except: readonly string[],
  above: ReadonlySet<string>,
): Stop[][] {
  const facts = called[id];
  if (!facts || above.has(id)) return [];
  const within = new Set([...above, id]);
  return [
    ...facts.takes.filter(({ connector }) => !except.includes(connector)).map(({ way }) => way),
    ...facts.calls.flatMap((call) =>
      takenBy(call.flow, called, except, within).map((inner) => [...call.way, ...inner]),
    ),
  ];
}

/** What comes from an HR system and is posted where everybody reads it. */
function published(flow: Draft, connectors: Catalog['connectors'], { rules, called }: PolicyContext): Problem[] {
  const { systems, publicChannels } = rules.hrData;
  const connectorOf = connectorsOf(flow, connectors);
  const places = stepPlaces(flow);
  const data = followData(flow, connectorOf, called, { connectors: systems });
  const findStep = (id: string): StepPlace | undefined => places.find((place) => place.id === id);
  return places.flatMap((place) => {
    const post = postOf(flow, place, { connectorOf, findStep });
    const own = post && data.in(place, post.content);
    const input = place.step.kind === 'subflow' ? data.in(place, place.step.input) : null;
    const inner = input === null ? [] : (called[String(place.step.flow)]?.posts ?? []);
    const posts = [
      ...(own ? post.channels.map((channel) => ({ channel, way: [...own, stopOf(place.id, place.step)] })) : []),
      ...inner.map(({ channel, way }) => ({ channel, way: [...(input ?? []), stopOf(place.id, place.step), ...way] })),
    ];
    return posts
      .filter(({ channel }) => channel === null || isListed(channel, publicChannels))
      .map(
        ({ channel, way }): Problem => ({
          severity: severityOf(rules.hrData),
          code: policyCodes.hrData,
          pointer: place.pointer,
          stepId: place.id,
          message: `Data of an HR system comes to ${channel === null ? 'a channel that is known only when the flow runs' : `the public channel ${channel}`}: ${wordsOf(way)}.`,
          fix: 'Leave that data out, write to one person or to a private channel, or ask an administrator for an exception.',
        }),
      );
  });
}

const pointersOf = (flow: Draft): Map<string, string> =>
  new Map(stepPlaces(flow).map(({ id, pointer }) => [id, pointer]));
