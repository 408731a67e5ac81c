import { isObject } from '../../levels.js';
import { namedOperation } from '../../named-operation.js';
import { below } from '../../pointer.js';
import { type Facts, operationOf } from '../../validate/facts.js';
import { credentialsIn } from '../credentials.js';
import type { Finding, Rule } from '../finding.js';
import { describesSecret, isSecretName } from '../secret-names.js';
import { fieldAt, followData, type Source } from '../sources.js';
import { stopOf, wordsOf } from '../ways.js';

/** Secrets that come to people or logs, and credentials that stand in the flow. */
export const secrets: Rule = (facts, { rules, called }) => [
  ...told(facts, rules.secrets.systems, called),
  ...written(facts),
];

function told(facts: Facts, systems: readonly string[], called: Parameters<Rule>[1]['called']): Finding[] {
  const sourcesOf = followData(facts, called);
  return facts.steps.flatMap((place) => {
    const { id, step } = place;
    const content = step.kind === 'approval' ? step.show : tells(facts, step, systems) ? step.input : undefined;
    const secret = sourcesOf(place, content).find((source) => isSecret(facts, source));
    if (!secret) return [];
    const way = [...secret.trail, stopOf(id, step)];
    return [
      {
        ...{ at: id, way },
        message: `A secret, by the name of its field, is written where others read it: ${wordsOf(way)}.`,
        remedy: 'Leave it out, or hand it over by a system that is made for secrets',
      },
    ];
  });
}

function tells(
  facts: Facts,
  step: Parameters<typeof operationOf>[1] & { kind?: unknown },
  systems: readonly string[],
): boolean {
  if (step.kind !== 'action' || !systems.includes(facts.connectorOf(step.connection)?.id ?? '')) return false;
  return (operationOf(facts, step)?.effect ?? 'read') !== 'read';
}

/** Whether what is read of a source is called a secret, by the path to it or by what the source says of what is below. */
function isSecret(facts: Facts, { path, step, trigger }: Source): boolean {
  if (path.some(isSecretName)) return true;
  const [root, ...rest] = path;
  if (trigger) {
    const event = facts.connectorOf(trigger.connection)?.triggers.find(({ id }) => id === trigger.event);
    if (root === undefined) return describesSecret(trigger.input, []) || describesSecret(event?.payload, []);
    return describesSecret(root === 'input' ? trigger.input : root === 'body' ? event?.payload : undefined, rest);
  }
  if (step?.kind === 'action' && root !== 'error') {
    const operation = namedOperation(facts.connectorOf(step.connection)?.operations, step.operation);
    return describesSecret(operation?.output, rest);
  }
  return step?.kind === 'shape' && hasSecretField(fieldAt(step.output, rest));
}

function hasSecretField(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasSecretField);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, inner]) => isSecretName(name) || hasSecretField(inner));
}

/** Credentials belong into connections, where they are sealed. */
function written(facts: Facts): Finding[] {
  const { flow, steps, triggers } = facts;
  const inSteps = steps.flatMap(({ id, step: { steps: _, ...own }, pointer }) =>
    credentialsIn(own, pointer).map((found) => ({ ...found, stop: stopOf(id, own) })),
  );
  // A sample is what a sender once sent.
  const inTriggers = triggers.flatMap(({ id, trigger: { sample: _, ...own }, pointer }) =>
    credentialsIn(own, pointer).map((found) => ({ ...found, stop: stopOf(id, own) })),
  );
  const inVariables = credentialsIn(flow.variables, below('', 'variables')).map((found) => ({
    ...found,
    stop: undefined,
  }));
  return [...inSteps, ...inTriggers, ...inVariables].map(({ pointer, what, stop }) => ({
    ...{ at: stop?.id, pointer, way: stop ? [stop] : [] },
    message: `Here stands what looks like ${what}. Whoever may read the flow may read it.`,
    remedy: 'Put it into a connection, where it is sealed',
  }));
}
