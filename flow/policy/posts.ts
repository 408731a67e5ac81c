import { readExpression } from '../expression.js';
import { objectOf, type StepPlace } from '../levels.js';
import { namedOperation } from '../named-operation.js';
import type { CatalogConnector } from '../schema/catalog.js';
import type { Draft } from '../schema/draft.js';
import { readsOf } from './reads.js';

/** What a step posts, and where. */
export interface Post {
  /** As it is written; null where it is worked out when the flow runs. */
  channels: (string | null)[];
  content: unknown;
}

/** The system whose channels people read. */
const chat = 'slack';

/** What a step posts to a channel; null where it posts nothing there, as a direct message does not. */
export function postOf(
  flow: Draft,
  { step }: StepPlace,
  on: { connectorOf: (slot: unknown) => CatalogConnector | undefined; findStep: (id: string) => StepPlace | undefined },
): Post | null {
  if (step.kind === 'approval') {
    const { connection, channel } = objectOf(step.ask);
    if (channel === undefined || on.connectorOf(connection)?.id !== chat) return null;
    return { channels: [written(flow, channel)], content: [step.show, step.subject] };
  }
  const posted = channelOf(step, on.connectorOf);
  if (posted === null || posted.effect === 'read') return null;
  const { channel: _, ...content } = objectOf(step.input);
  const channels = channelsOf(flow, posted.channel, on);
  return channels.length === 0 ? null : { channels, content };
}

type Step = StepPlace['step'];

/** The channel of a call of the chat that takes one. */
function channelOf(
  step: Step,
  connectorOf: (slot: unknown) => CatalogConnector | undefined,
): { channel: unknown; effect: string } | null {
  const connector = step.kind === 'action' ? connectorOf(step.connection) : undefined;
  if (connector?.id !== chat) return null;
  const operation = namedOperation(connector.operations, step.operation);
  const fields = objectOf(operation?.input.properties);
  // What only invites somebody, or takes a message away, says nothing there.
  if (!operation || !('channel' in fields) || !('text' in fields || 'content' in fields)) return null;
  return { channel: objectOf(step.input).channel, effect: operation.effect };
}

/** One that an earlier post answered is the channel of that post; one of a direct message is no channel. */
function channelsOf(flow: Draft, value: unknown, on: Parameters<typeof postOf>[2]): (string | null)[] {
  const text = written(flow, value);
  if (text !== null) return [text];
  const reads = readsOf(flow, value);
  const { trigger, item, anyStep, loops } = reads;
  const steps = [...reads.steps].map((id) => on.findStep(id)?.step);
  if (trigger || item || anyStep || loops.size > 0 || steps.length === 0) return [null];
  return steps.flatMap((step) => {
    if (step?.kind !== 'action' || on.connectorOf(step.connection)?.id !== chat) return [null];
    const earlier = channelOf(step, on.connectorOf);
    if (earlier) return [written(flow, earlier.channel)];
    return typeof step.operation === 'string' && direct.includes(step.operation) ? [] : [null];
  });
}

/** Operations that write to one person, and what they answer as channel is theirs. */
const direct = ['sendDirectMessage', 'openDirectMessage'];

/** A text that is known now: as it stands, or as a variable of the flow alone. */
function written(flow: Draft, value: unknown): string | null {
  if (typeof value === 'string') return value;
  const shape = readExpression(value);
  if (shape?.language === 'literal') return typeof shape.value === 'string' ? shape.value : null;
  const named = shape?.language === 'var' ? shape.name : shape && /^\s*vars\.(\w+)\s*$/.exec(shape.source)?.[1];
  const { type, default: text } = objectOf(objectOf(flow.variables)[named ?? '']);
  return type === 'text' && typeof text === 'string' ? text : null;
}

/** Whether a channel is one of those that a list names, with or without its `#`. */
export function isListed(channel: string, patterns: readonly string[]): boolean {
  const name = plain(channel);
  return patterns.some((pattern) => {
    const parts = plain(pattern).split('*').map(escaped);
    return new RegExp(`^${parts.join('.*')}$`).test(name);
  });
}

const plain = (channel: string): string => channel.trim().replace(/^#/, '').toLowerCase();
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
