import { readExpression } from '../expression.js';
import { isObject, objectOf, type StepPlace } from '../levels.js';
import type { Place } from '../schema/policy.js';
import { type Facts, operationOf } from '../validate/facts.js';
import { readsOf } from './reads.js';
import type { SourcesOf } from './sources.js';

/** What a step tells others, and where they read it. */
export interface Post {
  places: Place[];
  content: unknown;
}

/** Systems with channels; of Microsoft Teams a connection is one channel. */
const chat = 'slack';
const teams = 'teams';
/** Systems that write to addresses. */
const mailers = ['gmail', 'smtp'];
const recipientFields = ['to', 'cc', 'bcc'];
/** Where in another system people look for what is written there, by the field that says it. */
const rooms: Record<string, string> = {
  jira: 'project',
  servicenow: 'table',
  pagerduty: 'serviceId',
  'google-sheets': 'spreadsheetId',
  splunk: 'index',
};

/** What a step writes where others read it; null where it writes nothing, as a direct message does not. */
export function postOf(facts: Facts, place: StepPlace, sourcesOf: SourcesOf): Post | null {
  const { step } = place;
  if (step.kind === 'approval') {
    const { connection, channel } = objectOf(step.ask);
    if (channel === undefined || facts.connectorOf(connection)?.id !== chat) return null;
    return { places: [{ kind: 'channel', name: written(facts, channel) }], content: [step.show, step.subject] };
  }
  const operation = step.kind === 'action' ? operationOf(facts, step) : undefined;
  if (!operation || operation.effect === 'read') return null;
  const connector = facts.connectorOf(step.connection)?.id ?? '';
  const input = objectOf(step.input);
  if (connector === chat) return chatPost(facts, step);
  if (connector === teams)
    return { places: [{ kind: 'channel', name: connectionName(facts, step.connection) }], content: input };
  if (mailers.includes(connector)) {
    const content = Object.fromEntries(Object.entries(input).filter(([field]) => !recipientFields.includes(field)));
    return { places: recipientFields.flatMap((field) => recipients(facts, place, input[field], sourcesOf)), content };
  }
  return { places: [{ kind: 'system', connector, name: roomOf(facts, connector, input) }], content: input };
}

type Step = StepPlace['step'];

function chatPost(facts: Facts, step: Step): Post | null {
  const posted = channelOf(facts, step);
  if (posted === null) return null;
  const { channel: _, ...content } = objectOf(step.input);
  const names = channelsOf(facts, posted.channel);
  return names.length === 0 ? null : { places: names.map((name) => ({ kind: 'channel', name })), content };
}

const isChat = ({ connectorOf }: Facts, { kind, connection }: Step): boolean =>
  kind === 'action' && connectorOf(connection)?.id === chat;

/** The channel of a call of the chat that takes one. */
function channelOf(facts: Facts, step: Step): { channel: unknown } | null {
  if (!isChat(facts, step)) return null;
  const fields = objectOf(operationOf(facts, step)?.input.properties);
  // What only invites somebody, or takes a message away, says nothing there.
  if (!('channel' in fields) || !('text' in fields || 'content' in fields)) return null;
  return { channel: objectOf(step.input).channel };
}

/** One that an earlier post answered is the channel of that post; one of a direct message is no channel. */
function channelsOf(facts: Facts, value: unknown): (string | null)[] {
  const text = written(facts, value);
  if (text !== null) return [text];
  const { steps, trigger, item, anyStep, loops } = readsOf(facts, value);
  if (anyStep || trigger.length + item.length + loops.size > 0 || steps.length === 0) return [null];
  return steps.flatMap(({ id }) => {
    const step = facts.findStep(id)?.step;
    if (!step || !isChat(facts, step)) return [null];
    const earlier = channelOf(facts, step);
    if (earlier) return [written(facts, earlier.channel)];
    return typeof step.operation === 'string' && direct.includes(step.operation) ? [] : [null];
  });
}

/** Operations that write to one person, and what they answer as channel is theirs. */
const direct = ['sendDirectMessage', 'openDirectMessage'];

/** What the connection that fills a slot is called. */
function connectionName({ slots, catalog }: Facts, slot: unknown): string | null {
  const id = slots.get(String(slot))?.id;
  return catalog.connections.find((connection) => connection.id === id)?.name ?? null;
}

/** Addresses as they are written; for those that are worked out, the systems that they come from. */
function recipients(facts: Facts, place: StepPlace, value: unknown, sourcesOf: SourcesOf): Place[] {
  if (value === undefined) return [];
  const text = written(facts, value);
  if (text !== null) return text.split(',').map((name) => ({ kind: 'address', name: addressIn(name), from: [] }));
  const list = writtenList(facts, value);
  if (list) return list.flatMap((one) => recipients(facts, place, one, sourcesOf));
  // A shape hands on what it was made of.
  const sources = sourcesOf(place, value).filter(({ step }) => step?.kind !== 'shape');
  const from = sources.map(({ connector }) => connector);
  return [{ kind: 'address', name: null, from: from.length === 0 ? [null] : [...new Set(from)] }];
}

/** The address in `Ada <ada@example.com>`. */
const addressIn = (text: string): string => /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text.trim();

/** The project, table or the like that a record goes to; of a record that is there already, told by its key. */
function roomOf(facts: Facts, connector: string, input: Record<string, unknown>): string | null {
  const field = rooms[connector];
  if (field === undefined) return null;
  const key = connector === 'jira' ? written(facts, input.issueKey) : null;
  if (key !== null) return key.replace(/-\d+$/, '');
  return written(facts, input[field]);
}

/** A text that is known now: as it stands, or as a variable of the flow alone. */
function written(facts: Facts, value: unknown): string | null {
  const text = isObject(value) ? standing(facts, value) : value;
  return typeof text === 'string' ? text : null;
}

function writtenList(facts: Facts, value: unknown): unknown[] | null {
  const list = isObject(value) ? standing(facts, value) : value;
  return Array.isArray(list) ? list : null;
}

/** What a literal holds, or a variable of the flow that is data. */
function standing({ variables }: Facts, value: Record<string, unknown>): unknown {
  const shape = readExpression(value);
  if (shape?.language === 'literal') return shape.value;
  const named = shape?.language === 'var' ? shape.name : shape && /^\s*vars\.(\w+)\s*$/.exec(shape.source)?.[1];
  const variable = variables.get(named ?? '');
  return variable?.type === 'expression' ? undefined : variable?.default;
}
